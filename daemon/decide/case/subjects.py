"""What a rule can be applied to in one case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from daemon.decide.case.each import EACH
from daemon.decide.case.quality import Doubt, doubts
from daemon.decide.case.scene import Scene
from daemon.decide.case.view import USUAL_TERMS, Terms
from daemon.decide.conference.attempts import Attempts, attempts_of
from daemon.decide.conference.conferences import LOOKED_AT, Conference, conferences
from daemon.decide.record.timeline import (
    HELD_FACTS,
    Timeline,
    kind_of,
    timeline,
)
from daemon.domain.facts import Fact
from daemon.domain.obligation import Subject
from daemon.domain.record import Meeting, Record
from daemon.domain.times import day_of
from daemon.domain.vocabulary import Vocabulary

OF_A_PLAN = frozenset({
    *("rcpc", "core_group", "midpoint_review", "partnership_supervision", "family_group"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One record at one moment, ready for rules: `kept` are the conference numbers already given.

    `found` are its conferences once they are looked for, `earlier` what it was at moments before.
    """

    record: Record
    at: datetime
    facts: Timeline
    kept: Mapping[date, int]
    terms: Terms = USUAL_TERMS
    _scenes: dict[str, tuple[Scene, ...]] = field(init=False, default_factory=dict)
    found: list[tuple[Conference, ...]] = field(init=False, default_factory=list)
    _doubts: list[tuple[Doubt, ...]] = field(init=False, default_factory=list)
    earlier: dict[datetime, "Case"] = field(init=False, default_factory=dict)

    def of(self, subject: str) -> tuple[Scene, ...]:
        """Return the scenes for a rule's `for:`, made once."""
        found = self._scenes.get(subject)
        if found is None:
            found = self._scenes[subject] = tuple(_scenes(self, subject))
        return found

    def follows(self, before: "Case") -> None:
        """Take over what the same record showed at an earlier moment, where nothing new counts for its conferences."""
        if before.kept == self.kept and LOOKED_AT.isdisjoint(
            one.fact.name for one in self.facts.shown.between(before.at, self.at)
        ):
            self.found[:] = before.found
            self.earlier.update(before.earlier)

    @property
    def conferences(self) -> tuple[Conference, ...]:
        """Its initial conferences, found once."""
        if not self.found:
            self.found.append(conferences(self.record, self.facts, self.kept))
        return self.found[0]

    def then(self, moment: datetime, words: Vocabulary) -> "Case":
        """Return the case as it stood at an earlier moment, its conferences numbered as now; looked at once."""
        found = self.earlier.get(moment)
        if found is None:
            kept = {one.anchor_on: one.number for one in self.conferences}
            found = look_at(self.record, moment, words, kept, self.terms, self.facts)
            self.earlier[moment] = found
        return found

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What its record contradicts itself in, looked for once."""
        if not self._doubts:
            self._doubts.append(doubts(self.record))
        return self._doubts[0]


def look_at(
    record: Record,
    at: datetime,
    words: Vocabulary,
    kept: Mapping[date, int] | None = None,
    terms: Terms = USUAL_TERMS,
    before: Timeline | None = None,
) -> Case:
    """Return the case as it stands at `at`.

    `kept` are the conference numbers already given, `terms` those of the pack, `before` the same
    record's facts at another moment.
    """
    return Case(record, at, timeline(record, at, words, before), kept or {}, terms)


def _scenes(case: Case, subject: str) -> Iterator[Scene]:
    for prefix, make in EACH.items():
        if subject.startswith(prefix):
            for scene in case.of(subject.removeprefix(prefix)):
                yield from make(case.record.meetings, scene)
            return
    if subject == "case":
        yield Scene(Subject("case"), case.facts, terms=case.terms)
    elif subject == "icpc":
        yield from (_initial(case, one) for one in case.conferences)
    elif subject == "plan":
        yield from _plans(case)
    elif subject == "action":
        for action in case.record.actions:
            yield Scene(
                Subject("action", id=action.id), case.facts, action=action.id, terms=case.terms
            )
    else:
        yield from _numbered(case, subject)


def _initial(case: Case, one: Conference) -> Scene:
    last = one.attempts[-1] if one.attempts else None
    return Scene(
        Subject("icpc", one.number, len(one.attempts) or 1, last.id if last else None),
        case.facts,
        since=one.strategy.day if one.strategy else one.anchor_on,
        until=one.until,
        own=Attempts(one.beside, one.attempts).own,
        own_kind="icpc",
        ordinal=one.number,
        began=one.strategy,
        decision=one.decision,
        terms=case.terms,
    )


def _plans(case: Case) -> Iterator[Scene]:
    """Yield each plan; one of which the record shows only the start is named by its day."""
    plans = [(plan.started_on, plan.id) for plan in case.record.plans]
    known = {started for started, _ in plans}
    loose = {item.fact.day for item in case.facts.of("plan_started")} - known
    plans += [(day, day.isoformat()) for day in loose]
    plans.sort(key=lambda pair: (pair[0] or date.max, pair[1]))
    for index, (started, plan) in enumerate(plans):
        until = plans[index + 1][0] if index + 1 < len(plans) else None
        own = plan if started in known else None
        yield Scene(
            Subject("plan", id=plan),
            case.facts,
            since=started,
            until=until,
            plan=own,
            terms=case.terms,
        )


def _numbered(case: Case, kind: str) -> Iterator[Scene]:
    """Yield the n-th meeting of a kind: those held, and the next one from before it is booked.

    A conference that begins another plan begins the count within the plan anew.
    """
    groups = _groups(case, kind)
    begins = sorted(item.fact.day for item in case.facts.of("icpc_held") if kind in OF_A_PLAN)
    following = [held for _, held in groups[1:]] + [None]
    before: Fact | None = None
    ordinal = 0
    for number, ((meetings, held), later) in enumerate(
        zip(groups, following, strict=True), start=1
    ):
        own = meetings
        since = before.day if before else None
        upto = held.day if held else date.max
        anew = [day for day in begins if day <= upto and (since is None or day > since)]
        begun_on = anew[-1] if anew else None
        if begun_on:
            since, before, ordinal = begun_on, None, 0
            own = [one for one in meetings if _is_since(one, begun_on)]
        found = attempts_of(own)
        last = found.attempts[-1] if found.attempts else None
        ordinal += 1
        yield Scene(
            Subject(kind, number, len(found.attempts) or 1, last.id if last else None),
            case.facts,
            since=since,
            until=later.day if later else None,
            own=found.own,
            own_kind=kind,
            after=before,
            held=held,
            ordinal=ordinal,
            begun_on=begun_on,
            terms=case.terms,
        )
        before = held or before


def _groups(case: Case, kind: str) -> list[tuple[list[Meeting], Fact | None]]:
    """Return the meetings of a kind, each with its attempts and when it was held; last the one to come."""
    held_name = HELD_FACTS.get(kind, "")
    meetings = sorted((m for m in case.record.meetings if kind_of(m) == kind), key=_when)
    loose = {item.fact.day: item.fact for item in case.facts.of(held_name) if not item.meeting}
    held_of = {meeting.id: _held(meeting, held_name, loose, case.at) for meeting in meetings}
    known = {held.day for held in held_of.values() if held}
    alone = sorted(
        (fact for day, fact in loose.items() if day not in known), key=lambda one: one.at
    )
    groups: list[tuple[list[Meeting], Fact | None]] = []
    current: list[Meeting] = []
    for meeting in meetings:
        is_dated, began, _ = _when(meeting)
        # held, as only the case says
        while alone and (is_dated or alone[0].at.timestamp() < began):
            groups.append((current, alone.pop(0)))
            current = []
        current.append(meeting)
        if held := held_of[meeting.id]:
            groups.append((current, held))
            current = []
    for fact in alone:
        groups.append((current, fact))
        current = []
    return [*groups, (current, None)]


def _held(meeting: Meeting, name: str, loose: Mapping[date, Fact], at: datetime) -> Fact | None:
    """Return when a meeting was held: as it says itself, else as the case says of its booked day."""
    if meeting.failed:
        return None
    if meeting.held:
        return Fact(name, *meeting.held) if meeting.held[0] <= at else None
    return loose.get(Fact(name, *meeting.scheduled).day) if meeting.scheduled else None


def _is_since(meeting: Meeting, day: date) -> bool:
    """Return whether a meeting is booked or was held on a day or later; one without a date may be."""
    when = meeting.held or meeting.scheduled
    return when is None or day_of(when[0]) >= day


def _when(meeting: Meeting) -> tuple[bool, float, str]:
    when = meeting.held or meeting.scheduled
    return (when is None, when[0].timestamp() if when else 0.0, meeting.id)
