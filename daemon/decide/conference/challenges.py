"""The log of issue resolution: what was raised, how far it went, and what returns too often."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Record
from daemon.domain.times import day_of
from daemon.domain.working_days import WorkingDays

FAILED = "presence_failed"
THERE = frozenset({"present", "represented"})
STEPS = (
    "issue_resolution_informal_sent",
    "issue_resolution_stage_one_sent",
    "issue_resolution_stage_one_skipped",
    "issue_resolution_stage_two_sent",
    "issue_resolution_stage_two_skipped",
    "issue_resolution_partnership_raised",
    "issue_resolution_reply_recorded",
)
ENDS = ("issue_resolution_answered", "issue_resolution_closed")
RAISED = "issues_resolution_raised"
DRIFT_STEPS = (
    RAISED,
    "drift_stage_one_sent",
    "drift_stage_one_skipped",
    "drift_stage_two_sent",
    "drift_stage_two_skipped",
    "drift_partnership_raised",
    "drift_resolution_reply_recorded",
)
DRIFT_ENDS = ("drift_resolution_answered", "drift_resolution_closed")
ENDS_BY_REPLY: Mapping[str, str] = {STEPS[-1]: ENDS[0], DRIFT_STEPS[-1]: DRIFT_ENDS[0]}
NOT_SETTLED = frozenset({"answer_insufficient"})  # outcomes of a reply that leave the issue open
DRIFT = "drift"
REPLY_WORKING_DAYS = 5  # an agency's right of reply: before that an absence counts for nothing
OFTEN = 3  # conferences in a quarter that one agency's absence stopped: a theme for the partnership
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, by the fact's name, on which London day; `outcome` is the coded one of a reply."""

    what: str
    on: date
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Challenge:
    """One agency and one conference that its absence stopped, with the cases of the conference that may be shown.

    Or drift in one plan: then there is no agency, and no meeting. `state`: `open`, `answered` or `closed`.
    `counts_on` is the day from which it counts among an agency's failures: never before the agency
    was written to, and could reply (READINGS, STK-067).
    """

    agency: str | None
    meeting: str | None
    kind: str
    on: date
    refs: tuple[str, ...]
    steps: tuple[Step, ...]
    state: str
    counts_on: date | None = None

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


def challenges(records: Iterable[Record], days: WorkingDays) -> list[Challenge]:
    """Return the log over some cases, the oldest first; each conference once, whatever the number of children.

    A restricted case stands in it without its reference. Nobody is named: it is about agencies.
    """
    found: dict[tuple[str, str], list[tuple[Record, Meeting, tuple[Fact, ...]]]] = {}
    made: list[Challenge] = []
    for record in records:
        made += _drifts(record)
        for meeting, agency, facts in _raised(record):
            found.setdefault((meeting.id, agency), []).append((record, meeting, facts))
    made += [_challenge(agency, each, days) for (_, agency), each in found.items()]
    return sorted(made, key=lambda one: (one.on, one.meeting or "", one.agency or "", one.refs))


def themes(log: Iterable[Challenge], today: date) -> list[Theme]:
    """Return what returns too often, the latest quarter first: of that which counts by today."""
    counted: dict[tuple[str, str], int] = {}
    for one in log:
        if one.agency is None or one.counts_on is None or one.counts_on > today:
            continue
        counted[one.quarter, one.agency] = counted.get((one.quarter, one.agency), 0) + 1
    often = [Theme(agency, quarter, n) for (quarter, agency), n in counted.items() if n >= OFTEN]
    return sorted(often, key=lambda one: (one.quarter, one.agency), reverse=True)


def _raised(record: Record) -> Iterator[tuple[Meeting, str, tuple[Fact, ...]]]:
    """Yield each meeting with each agency without which it was not effective, and the facts about that agency."""
    for meeting in record.meetings:
        for agency in dict.fromkeys(_without(meeting)):
            yield meeting, agency, tuple(one for one in meeting.facts if one.about == agency)


def _without(meeting: Meeting) -> Iterator[str]:
    """Yield the agencies without which a meeting was not effective: of those invited, who did not come.

    To be on the list is to be invited, unless some are known to have been and this agency is not.
    Source: READINGS section 1, STK-067 (an agency that was not invited in time is charged with nothing).
    """
    listed = [one for one in meeting.invitees if one.agency]
    invited = {one.agency for one in listed if one.invited_at} or {one.agency for one in listed}
    came = {one.agency for one in meeting.invitees if one.attendance in THERE}
    last: Mapping[str | None, Fact] = {
        one.about: one for one in meeting.facts if one.name == FAILED
    }
    for about, fact in last.items():
        if about is None or fact.value != "yes" or about in came:
            continue
        if not invited or about in invited:
            yield about


def _drifts(record: Record) -> Iterator[Challenge]:
    """Yield each time that drift was raised in a case, with what followed before it was raised again."""
    facts = [*record.facts, *(fact for plan in record.plans for fact in plan.facts)]
    raised = sorted({one.day for one in facts if one.name == RAISED})
    for on, until in zip(raised, [*raised[1:], date.max], strict=False):
        here = [one for one in facts if on <= one.day < until]
        steps, state = _followed(here, DRIFT_STEPS, DRIFT_ENDS)
        refs = () if record.restricted else (record.ref,)
        yield Challenge(None, None, DRIFT, on, refs, steps, state)


def _followed(
    facts: Iterable[Fact], stages: tuple[str, ...], ends: tuple[str, ...]
) -> tuple[tuple[Step, ...], str]:
    """Return what was done, in its order, and how it stands."""
    order = (*stages, *ends)
    steps = sorted(
        {
            Step(one.name, one.day, one.value if one.name in ENDS_BY_REPLY else None)
            for one in facts
            if one.name in order
        },
        key=lambda one: (one.on, order.index(one.what)),
    )
    done = {one.what for one in steps}
    state = "answered" if ends[0] in done else "closed" if ends[1] in done else "open"
    return tuple(steps), state


def _counts_on(steps: Sequence[Step], days: WorkingDays) -> date | None:
    """Return from when an absence counts: it was replied to or taken further, or the time to reply is over."""
    if not steps:
        return None
    first, following = steps[0], [one.on for one in steps[1:]]
    if first.what != STEPS[0]:
        return first.on
    return min([*following, days.shift(first.on, REPLY_WORKING_DAYS + 1)])


def _challenge(
    agency: str, each: list[tuple[Record, Meeting, tuple[Fact, ...]]], days: WorkingDays
) -> Challenge:
    _, meeting, _ = each[0]
    facts = [one for _, _, some in each for one in some]
    steps, state = _followed(facts, STEPS, ENDS)
    when = meeting.scheduled or meeting.held
    on = day_of(when[0]) if when else min(one.day for one in facts)
    refs = tuple(record.ref for record, _, _ in each if not record.restricted)
    counts_on = _counts_on(steps, days)
    return Challenge(agency, meeting.id, meeting.kind, on, refs, steps, state, counts_on)
