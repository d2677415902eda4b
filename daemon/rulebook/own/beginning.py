"""The files of an authority that has changed nothing yet, with remarks that say what it could."""

from daemon.domain.rules import Basis, Pack, Rule
from daemon.domain.vocabulary import Vocabulary

AUTHORITY = """\
# What this authority settles for itself. `daykeeper check FOLDER` finds every mistake in it, and a running service
# takes up a change by itself as soon as the folder is sound. Databases, secrets and channels stand in daykeeper.toml.

based_on: {pack}          # {title}

# effective_from: 2026-09-01       # a change that waits: until then the rules that are in force stay so
# applies: new_cases               # or open_cases (as without this line): duties that are open already are planned anew
# enforce_from: 2026-03-02         # duties that were due before this day are listed, never escalated

# When people may be told. A day's closing hour is its close of business; working days are the pack's.
office_hours:
  Monday: 09:00-17:00
  Tuesday: 09:00-17:00
  Wednesday: 09:00-17:00
  Thursday: 09:00-17:00
  Friday: 09:00-17:00              # a day that is missing is closed

closure_days: []                   # [2026-12-29, 2026-12-30]: they move when people are told, never a deadline

# Who hears what nobody else can be told, by role, and the addresses of roles that are mailboxes.
fallback: {fallback}
mailboxes:
  {fallback}: duty@council.example

# Whose mail may carry a case reference. Every other domain gets "you have an item" and a link.
domains:
  internal: [council.example]
  accepted: []                     # [police.example, nhs.example]
  unknown: L0                      # or: nothing

# How old the data of a feed may be before nobody is accused on its word.
feeds:
{feeds}
# hold_limit: 1 working day        # how long a step waits for fresh data before the operator hears of it
# brake: {{one_pass: 200, one_person: 30}}   # more escalations at once, or to one person a day, wait for an operator
# promise_cap: 2 working days      # how far ahead "I have it, by ..." may reach
"""
FEEDS = {"case_system": "26 hours", "conference_diary": "4 hours"}
CHANGES = """\
# Changes to the pack, one short file each. None of these lines is in force: copy what you need into a file of its own,
# such as {file}, and take the "# " away.
#
# One rung at another time (its name is that of its message):
#
#   change: {rule}
#   because: Agreed by the partnership on 3 March 2026.
#   ladder:
#     {rung}: {{at: "{at}"}}
#
# Other people told, or by another way:
#
#   change: {rule}
#   ladder:
#     {rung}: {{tell: [{roles}], via: [email]}}
#
# One more rung, or one less:
#
#   change: {rule}
#   because: The team manager asked to hear of it sooner.
#   drop_rung: {rung}
#   add_rung:
#     at: "{at}"
#     tell: [team_manager]
#     via: [email]
#     message: {message}
#     name: sooner
#     house: true
#
# Another wording:
#
#   change: {message}
#   subject: "{{{{ ref }}}}: please look at this today"
#
# A rule that is not kept here, with the reason (a statutory limit cannot be switched off):
#
#   switch_off: {rule}
#   because: Another system does this.
#
# A rule or a message of your own: write it as the packs do, beginning with "rule: NAME" or "message: NAME".
"""
SCENARIOS = """\
# Scenarios are expectations: a record, and every notice that one rule must send for it. `daykeeper check` runs
# each file `scenarios/NAME.yaml` here under your changes and your office hours, so that your own tests can.
"""

# A sheet has no remarks: its one row is the duty mailbox, to show the form; `check` names the roles that are missing.
PEOPLE = """\
staff_id,email,teams_address,role,team,agency,area,valid_from,valid_to,works,manager_id,absent_from,absent_to,\
delegate_id,opened_by
duty@council.example,duty@council.example,,{fallback},,,,,,,,,,,
"""


def beginning(pack: Pack, words: Vocabulary) -> dict[str, str]:
    """Return the texts of a new folder based on a pack, by their paths."""
    rule = _example(pack)
    rung = rule.ladder[0]
    roles = {role for one in pack.rules for role in one.relies_on} & set(words.feed_roles)
    feeds = "".join(
        f"  {role}: {FEEDS.get(role, '1 day')}\n" for role in sorted(roles | {"case_system"})
    )
    changes = CHANGES.format(
        file="changes/earlier.yaml", rule=rule.name, rung=rung.name, message=rung.message,
        roles=", ".join(rung.to), at="2 working days before due, 09:00",
    )  # fmt: skip
    return {
        "authority.yaml": AUTHORITY.format(
            pack=pack.name, title=pack.title, fallback=pack.fallback, feeds=feeds
        ),
        "people.csv": PEOPLE.format(fallback=pack.fallback),
        "changes/README.md": changes,
        "scenarios/README.md": SCENARIOS,
    }


def _example(pack: Pack) -> Rule:
    """Return the rule that the examples speak of: one of the pack's own that may be changed wholly."""
    with_rungs = [rule for rule in pack.rules if rule.ladder]
    free = [rule for rule in with_rungs if rule.basis is not Basis.STATUTORY]
    return next(iter([rule for rule in free if rule.pack == pack.name] or free or with_rungs))
