"""Which facts a diary can show: by the columns of its sheets that the settings have read."""

from collections.abc import Collection, Iterator, Mapping

from daemon.domain.errors import Problem, Severity
from daemon.sheets.columns import CASE, Name
from daemon.sheets.config import DiaryConfig
from daemon.sheets.diary import MILESTONES
from daemon.sheets.invitees import (
    AGENCY_REPORT_FACTS,
    REPORT_FACTS,
    REVIEW_REPORT_FACTS,
)
from daemon.sheets.meetings import INITIAL_DECISION, MEETING_FACTS, REVIEW_DECISION

RESPONSE = "response"
ENDS_NOTHING = frozenset({"status", "not_required_on"})  # nobody is late for want of them
SWITCH_OFF = 'fill it in and drop it, or switch it off with "" where nobody keeps it'
SHOWN_BY: Mapping[Name, Mapping[str, tuple[str, ...]]] = {  # those of booked and held meetings, too
    "conference": {
        **{column: (fact,) for column, fact in MEETING_FACTS.items()},
        "strategy_date": ("strategy_discussion_held",),
        "booked_start": ("icpc_scheduled", "rcpc_scheduled"),
        "status": ("rcpc_called_off",),
        "held_date": ("icpc_held", "rcpc_held"),
        "not_required_on": ("icpc_not_required",),
        "outcome": (INITIAL_DECISION[0], REVIEW_DECISION[0]),
    },
    "report": {
        "received_at": AGENCY_REPORT_FACTS[:1],
        "authorised_at": (REPORT_FACTS[0], REVIEW_REPORT_FACTS[0]),
        "shared_with_parents_at": (REPORT_FACTS[1], REVIEW_REPORT_FACTS[1], AGENCY_REPORT_FACTS[1]),
    },
    "core_group": {
        "held_date": ("core_group_held",),
        "next_date": ("core_group_scheduled",),
        "minutes_sent_at": ("core_group_pack_sent",),
    },
    "invitee": {},
    "milestone": {"done_at": tuple(MILESTONES.values())},
    "case": {
        "born_on": ("child_date_of_birth",),
        "expected_on": ("birth_expected",),
        "looked_after": ("child_looked_after",),
    },
}


def carried(config: DiaryConfig) -> frozenset[str]:
    """Return every fact that some column shows; none of a sheet or column that is switched off with "".

    The case sheet shows its own only where the settings name it, and the invitees' answers count only
    where they name that column: most diaries have neither.
    """
    found: set[str] = set()
    for name, columns in SHOWN_BY.items():
        sheet = config.of(name)
        if config.is_on(name) and (name != "case" or name in config.sheets):
            shown = (facts for column, facts in columns.items() if sheet.columns.get(column) != "")
            found.update(*shown)
            found.update(sheet.facts)
    answers = config.of("invitee").columns.get(RESPONSE)
    if answers and config.is_on("invitee"):
        found.add(f"invitee.{RESPONSE}")
    return frozenset(found)


def lacking(
    config: DiaryConfig, found: Mapping[Name, Collection[str]], elsewhere: Collection[str]
) -> Iterator[Problem]:
    """Yield a warning for each sheet that is not there and whose duties are watched all the same, or lacks columns.

    What it would show would be told as overdue for ever, for want of a place to write that it is done. What
    another place shows, here or `elsewhere`, has one.

    Args:
        found: the columns of each sheet that is there.
        elsewhere: the facts that other feeds carry.
    """
    known = {*elsewhere, *_shown(config, found)}
    for name, columns in SHOWN_BY.items():
        sheet = config.of(name)
        gone = [
            column
            for column, facts in columns.items()
            if sheet.columns.get(column) != ""
            and column not in found.get(name, ())
            and column not in ENDS_NOTHING
            and not known.issuperset(facts)
        ]
        if not gone or name == CASE or not config.is_on(name):
            continue
        what = f"has no {', '.join(gone)}, and what they would show is told as overdue"
        if name not in found:
            what = "is not there, and what it would show is told as overdue"
        yield Problem(f"sheet {name}", what, SWITCH_OFF, Severity.WARNING)


def _shown(config: DiaryConfig, found: Mapping[Name, Collection[str]]) -> Iterator[str]:
    """Yield every fact that a column shows which is there."""
    for name, columns in found.items():
        yield from config.of(name).facts
        for column, facts in SHOWN_BY.get(name, {}).items():
            if column in columns:
                yield from facts
