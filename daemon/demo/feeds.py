"""The sample authority's feeds in three ways, of which the settings choose one: the records are the same."""

BY_SQL = """\
[feeds.case-system]
adapter = "sql_query"
role = "case_system"
fresh_within = "26 hours"
read_every = "30 minutes"
options = { url = "sqlite:///feeds/case-system.sqlite", preset = "ssd" }

[feeds.conference-diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
read_every = "30 minutes"
options.folder = "feeds/diary"
options.sheets.case.facts.immediate_safety_action_plan_recorded = "safety_plan_on"
"""

BY_SHEETS = """\
[feeds.case-system]  # a nightly list would do; the demo's is written whenever something changes
adapter = "csv_files"
role = "case_system"
fresh_within = "26 hours"
read_every = "30 minutes"
options.folder = "feeds/cases"
options.as_known = "read"
options.sheets.invitee.file = ""
options.sheets.attendance.file = ""
options.sheets.report.file = ""
options.sheets.core_group.file = ""
options.sheets.milestone.file = ""

[feeds.case-system.options.sheets.case]
roles.social_worker = "social_worker"
facts.strategy_discussion_held = "strategy_on"
facts.s47_decision_recorded = { at = "strategy_on", value = "decision" }
facts.s47_concluded = { at = "concluded_on", value = "outcome" }

[feeds.conference-diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
read_every = "30 minutes"
options.folder = "feeds/diary"
options.sheets.case.facts.immediate_safety_action_plan_recorded = "safety_plan_on"
"""

BY_REST = """\
[feeds.case-system]
adapter = "rest_api"
role = "case_system"
fresh_within = "26 hours"
read_every = "30 minutes"
options.url = "REST"

[feeds.case-system.options.queries.children]
path = "cases"
rows = "$.children"
ref = "$.id"
fields = { family = "$.family", team = "$.team", born_on = "$.born" }
roles = { social_worker = "$.worker" }

[feeds.case-system.options.queries.children.facts]
strategy_discussion_held = "$.strategy_on"
s47_decision_recorded = { at = "$.strategy_on", value = "$.decision" }
s47_concluded = { at = "$.concluded_on", value = "$.outcome" }

[feeds.case-system.options.queries.conferences]
within = "children"
rows = "$.conferences"
meeting = "icpc"
id = "$.id"
fields = { status = "$.status", held_on = "$.held_on" }
facts = { conference_decision_recorded = { at = "$.held_on", value = "$.decision" } }

[feeds.case-system.options.queries.plans]
within = "children"
rows = "$.plans"
part = "plan"
id = "$.id"
fields = { started_on = "$.started_on" }

[feeds.conference-diary]
adapter = "rest_api"
role = "conference_diary"
fresh_within = "4 hours"
read_every = "30 minutes"
options.url = "REST"
options.as_known = "$.as_at"

[feeds.conference-diary.options.queries.diary]
path = "diary"
rows = "$.children"
ref = "$.ref"
fields = { excluded = "$.excluded" }
roles = { cp_chair = "$.roles.cp_chair", minute_taker = "$.roles.minute_taker" }

[feeds.conference-diary.options.queries.diary.facts]
immediate_safety_action_plan_recorded = "$.facts.immediate_safety_action_plan_recorded"
icpc_not_required = { at = "$.facts.icpc_not_required.at", value = "$.facts.icpc_not_required.value" }
midpoint_review_recorded = "$.facts.midpoint_review_recorded"
partnership_supervision_held = "$.facts.partnership_supervision_held"

[feeds.conference-diary.options.queries.conferences]
within = "diary"
rows = "$.meetings[?@.kind=='icpc']"
meeting = "icpc"
id = "$.id"

[feeds.conference-diary.options.queries.conferences.fields]
status = "$.status"
scheduled_at = "$.scheduled_at"
ends_at = "$.ends_at"
held_on = "$.held_on"
effective = "$.effective"
rearranged_to = "$.rearranged_to"

[feeds.conference-diary.options.queries.conferences.facts]
invite_list_received = "$.facts.invite_list_received"
police_report_requested = "$.facts.police_report_requested"
conference_report_authorised = "$.facts.conference_report_authorised"
conference_report_shared = "$.facts.conference_report_shared"
conference_decision_recorded.at = "$.facts.conference_decision_recorded.at"
conference_decision_recorded.value = "$.facts.conference_decision_recorded.value"
decisions_draft_sent = "$.facts.decisions_draft_sent"
decisions_approved = "$.facts.decisions_approved"
decisions_distributed = "$.facts.decisions_distributed"
minutes_available = "$.facts.minutes_available"
minutes_shared_with_family = "$.facts.minutes_shared_with_family"

[feeds.conference-diary.options.queries.reviews]
within = "diary"
rows = "$.meetings[?@.kind=='rcpc']"
meeting = "rcpc"
id = "$.id"

[feeds.conference-diary.options.queries.reviews.fields]
status = "$.status"
scheduled_at = "$.scheduled_at"
ends_at = "$.ends_at"
held_on = "$.held_on"
effective = "$.effective"
rearranged_to = "$.rearranged_to"

[feeds.conference-diary.options.queries.invited]
within = "conferences"
rows = "$.invitees"
part = "invitee"
id = "$.id"

[feeds.conference-diary.options.queries.invited.fields]
agency = "$.agency"
area = "$.area"
role = "$.role"
person = "$.person"
key = "$.key"
report_expected = "$.report_expected"
is_family = "$.is_family"
apart_from = "$.apart_from"
excluded_by_chair = "$.excluded_by_chair"
attendance = "$.attendance"

[feeds.conference-diary.options.queries.groups]
within = "diary"
rows = "$.meetings[?@.kind=='core_group']"
meeting = "core_group"
id = "$.id"
fields = { status = "$.status", held_on = "$.held_on", scheduled_at = "$.scheduled_at" }
facts = { core_group_pack_sent = "$.facts.core_group_pack_sent" }
"""

WAYS = {"sql": BY_SQL, "sheets": BY_SHEETS, "rest": BY_REST}


def fed_by(settings: str, way: str, rest: str = "") -> str:
    """Return the demo's settings with the feeds of another way; `rest` is where its interface answers."""
    return settings.replace(BY_SQL, WAYS[way].replace("REST", rest))
