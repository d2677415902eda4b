"""The sample authority's settings: a file like any other, so that every verb can be tried on the demo's folder."""

from daemon.demo.feeds import BY_SQL

AUTHORITY = """# The demo's authority. Everything in it is invented.
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"
pathway_default = "stoke-on-trent"

[domains]
internal = ["potterby.example"]
accepted = ["police.example", "health.example", "schools.example"]

[web]
listen = "127.0.0.1:{port}"
address = "http://127.0.0.1:{port}"

"""
AUTHORITY += BY_SQL.replace("{", "{{").replace("}", "}}")
AUTHORITY += """
[merge_order]  # whose word counts: the diary's, but for the strategy discussion
"*" = ["conference-diary", "case-system"]
strategy_discussion_held = ["case-system", "conference-diary"]

[people]
adapter = "people_csv"
read_every = "1 hour"
options = {{ file = "feeds/people.csv" }}
"""

SETTINGS = f"""{AUTHORITY}
[channels.email]
adapter = "smtp"
options = {{{{ host = "127.0.0.1", port = {{mail_port}}, security = "none", sender = "daykeeper@potterby.example" }}}}
"""

TENANT = 'tenant = "potterby.example", client_id = "daykeeper", secret_file = "microsoft365/secret"'
STAND_IN = 'login = "{address}", graph = "{address}", ca_file = "microsoft365/certificate.pem"'
MAILBOX = 'mailbox = "daykeeper@potterby.example"'
BY_MICROSOFT365 = f"""{AUTHORITY}
[channels.email]  # a real mailbox takes 30 mails a minute; the demo's weeks last seconds
adapter = "microsoft365"
options = {{{{ {TENANT}, {STAND_IN}, {MAILBOX}, mails_a_minute = 1000 }}}}

[channels.teams]
adapter = "microsoft365"
options = {{{{ {TENANT}, {STAND_IN}, app_id = "5f3b1c6e-0d6a-4a52-9a43-0c7b1f0a2d11" }}}}

[channels.calendar]  # a conference that people join online gets a meeting in Teams
adapter = "microsoft365"
options = {{{{ {TENANT}, {STAND_IN}, {MAILBOX}, mails_a_minute = 1000, online_meetings = true }}}}

[inbox.answers]
adapter = "microsoft365"
options = {{{{ {TENANT}, {STAND_IN}, {MAILBOX} }}}}
"""
