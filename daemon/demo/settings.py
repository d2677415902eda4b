"""The sample authority's settings: a file like any other, so that every verb can be tried on the demo's folder."""

SETTINGS = """# The demo's authority. Everything in it is invented.
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

[feeds.case-system]
adapter = "sql_query"
role = "case_system"
fresh_within = "26 hours"
read_every = "30 minutes"
options = {{ url = "sqlite:///feeds/case-system.sqlite", preset = "ssd" }}

[feeds.conference-diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
read_every = "30 minutes"
options = {{ folder = "feeds/diary" }}

[merge_order]  # whose word counts: the diary's, but for the strategy discussion
"*" = ["conference-diary", "case-system"]
strategy_discussion_held = ["case-system", "conference-diary"]

[people]
adapter = "people_csv"
read_every = "1 hour"
options = {{ file = "feeds/people.csv" }}

[channels.email]
adapter = "smtp"
options = {{ host = "127.0.0.1", port = {mail_port}, security = "none", sender = "daykeeper@potterby.example" }}
"""
