"""The log of issue resolution: what was raised with which agency, how far it went, and what returns too often."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Record
from daemon.domain.times import day_of

FAILED = "presence_failed"
STEPS = (
    "issue_resolution_informal_sent",
    "issue_resolution_stage_one_sent",
    "issue_resolution_stage_two_sent",
    "issue_resolution_partnership_raised",
)
ENDS = ("issue_resolution_answered", "issue_resolution_closed")
OFTEN = 3  # conferences in a quarter that one agency's absence stopped: a theme for the partnership
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, by the fact's name, on which London day."""

    what: str
    on: date


@dataclass(frozen=True, slots=True)
class Challenge:
    """One agency and one conference that its absence stopped, with the cases of the conference that may be shown.

    `state`: `open`, `answered` or `closed`.
    """

    agency: str
    meeting: str
    kind: str
    on: date
    refs: tuple[str, ...]
    steps: tuple[Step, ...]
    state: str

    @property
    def quarter(self) -> str:
        """The quarter of the year in which the conference was to be: `2026 Q1`."""
        return f"{self.on.year} Q{(self.on.month - 1) // MONTHS_OF_QUARTER + 1}"


@dataclass(frozen=True, slots=True)
class Theme:
    """An agency whose absence stopped three conferences or more of one quarter."""

    agency: str
    quarter: str
    conferences: int


def challenges(records: Iterable[Record]) -> list[Challenge]:
    """Return the log over some cases, the oldest first; each conference once, whatever the number of children.

    A restricted case stands in it without its reference. Nobody is named: it is about agencies.
    """
    found: dict[tuple[str, str], list[tuple[Record, Meeting, tuple[Fact, ...]]]] = {}
    for record in records:
        for meeting, agency, facts in _raised(record):
            found.setdefault((meeting.id, agency), []).append((record, meeting, facts))
    made = [_challenge(agency, each) for (_, agency), each in found.items()]
    return sorted(made, key=lambda one: (one.on, one.meeting, one.agency))


def themes(log: Iterable[Challenge]) -> list[Theme]:
    """Return what returns too often, the latest quarter first."""
    counted: dict[tuple[str, str], int] = {}
    for one in log:
        counted[one.quarter, one.agency] = counted.get((one.quarter, one.agency), 0) + 1
    often = [Theme(agency, quarter, n) for (quarter, agency), n in counted.items() if n >= OFTEN]
    return sorted(often, key=lambda one: (one.quarter, one.agency), reverse=True)


def _raised(record: Record) -> Iterator[tuple[Meeting, str, tuple[Fact, ...]]]:
    """Yield each meeting with each agency without which it was not effective, and the facts about that agency."""
    for meeting in record.meetings:
        for agency in dict.fromkeys(_without(meeting)):
            yield meeting, agency, tuple(one for one in meeting.facts if one.about == agency)


def _without(meeting: Meeting) -> Iterator[str]:
    last: Mapping[str | None, Fact] = {
        one.about: one for one in meeting.facts if one.name == FAILED
    }
    for about, fact in last.items():
        if about is not None and fact.value == "yes":
            yield about


def _challenge(agency: str, each: list[tuple[Record, Meeting, tuple[Fact, ...]]]) -> Challenge:
    _, meeting, _ = each[0]
    facts = {(one.name, one.day): one for _, _, some in each for one in some}.values()
    steps = sorted(
        (Step(one.name, one.day) for one in facts if one.name in (*STEPS, *ENDS)),
        key=lambda one: (one.on, (*STEPS, *ENDS).index(one.what)),
    )
    ended = {one.what for one in steps}
    state = "answered" if ENDS[0] in ended else "closed" if ENDS[1] in ended else "open"
    when = meeting.scheduled or meeting.held
    on = day_of(when[0]) if when else min(one.day for one in facts)
    refs = tuple(record.ref for record, _, _ in each if not record.restricted)
    return Challenge(agency, meeting.id, meeting.kind, on, refs, tuple(steps), state)
