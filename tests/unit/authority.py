"""An authority's folder that a test writes: its terms, a rule and a message of its own."""

STOKE, LIST = "stoke-on-trent", "icpc-invite-list"
TERMS = """\
based_on: stoke-on-trent
fallback: duty_mailbox
mailboxes: {duty_mailbox: duty@potterby.example}
domains: {internal: [potterby.example]}
feeds: {conference_diary: 4 hours}
"""
HOUSE_RULE = """\
rule: our-own-check
title: Our own check
why: We want to know sooner.
clauses: []
basis: house
for: icpc
when: s47_decision_recorded is section_47
due: 3 working days after strategy_discussion_held
met_by: invite_list_received
responsible: [social_worker]
ladder:
  - {at: due, tell: [team_manager], via: [email], message: our-own-words, repeat: every 5 working days, house: "true"}
"""
HOUSE_MESSAGE = (
    'message: our-own-words\nsubject: "{{ ref }}: ours"\nlead: It was due by {{ due }}.\n'
)
