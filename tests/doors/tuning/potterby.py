"""An authority's terms, a change of its own, a case, and the settings of its service."""

from tests.small import SMALL

TERMS = f"""\
policies: {SMALL}
based_on: stoke-on-trent
fallback: duty_mailbox
mailboxes: {{duty_mailbox: duty@potterby.example}}
feeds: {{conference_diary: 4 hours}}
"""
EARLIER = 'change: icpc-invite-list\nladder:\n  invite-list-missed: {at: "30 minutes after due"}\n'
CASE = {
    "ref": "SC-1",
    "pathway": "stoke-on-trent",
    "facts": {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
    },
}
SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
rulebook = "potterby"
"""
