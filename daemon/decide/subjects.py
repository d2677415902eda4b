"""What a rule can be applied to in one case, and which facts each subject sees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from daemon.decide.conferences import Conference, conferences
from daemon.decide.timeline import HELD_FACTS, Placed, Timeline, kind_of, timeline
from daemon.domain.facts import Fact
from daemon.domain.obligation import Subject
from daemon.domain.record import Invitee, Meeting, Record
from daemon.domain.vocabulary import Vocabulary

PER_AGENCY, PER_INVITEE, PER_PARENT = "agency of ", "invitee of ", "parent of "


@dataclass(frozen=True, slots=True)
class Scene:
    """One subject and the facts that it sees: its window is [since, until) in London days.

    `own` are the ids of the subject's meetings, in the order of their attempts. For a numbered
    meeting the held fact of its own kind that it counts **from** is the one before it (`after`), and
    the one that it is met by is its own (`held`). For one agency, invitee or parent, `invitees` are
    the ids that it covers and `names` what a fact may be about to be about it.
    """

    subject: Subject
    facts: Timeline
    since: date | None = None
    until: date | None = None
    own: tuple[str, ...] = ()
    own_kind: str | None = None
    invitees: frozenset[str] | None = None
    names: frozenset[str] = frozenset()
    plan: str | None = None
    action: str | None = None
    after: Fact | None = None
    held: Fact | None = None

    def of(self, name: str) -> tuple[Fact, ...]:
        """Return this subject's facts of one name, oldest first."""
        return tuple(item.fact for item in self.facts.of(name) if self.sees(item))

    def sees(self, item: Placed) -> bool:
        """Return whether a fact belongs to this subject.

        Facts of a meeting of the subject's own kind count by that meeting; all others by their day.
        """
        if (self.action or item.action) and item.action != self.action:
            return False
        if self.plan and item.plan and item.plan != self.plan:
            return False
        if self.invitees is not None and not self._is_about(item):
            return False
        if self.is_counted and item.fact.name == HELD_FACTS.get(self.own_kind or ""):
            return item.fact in (self.after, self.held)
        if item.meeting is not None and kind_of(item.meeting) == self.own_kind:
            return item.meeting.id in self.own
        return self.in_window(item.fact.day)

    @property
    def is_counted(self) -> bool:
        """It is the n-th meeting of a kind, counted by those held; initial conferences are not."""
        return self.own_kind not in (None, "icpc")

    def _is_about(self, item: Placed) -> bool:
        if item.invitee is not None:
            return item.invitee in (self.invitees or ())
        return item.fact.about is None or item.fact.about in self.names

    def in_window(self, day: date) -> bool:
        """Return whether a day lies in the subject's window."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )

    def anchor(self, name: str) -> Fact | None:
        """Return the fact that a deadline counts from."""
        if self.is_counted and name == HELD_FACTS.get(self.own_kind or ""):
            return self.after
        found = self.of(name)
        if not found:
            return None
        return found[-1] if name.endswith("_scheduled") else found[0]


@dataclass(frozen=True, slots=True)
class Case:
    """One record at one moment, ready for rules: its timeline and its initial conferences."""

    record: Record
    at: datetime
    facts: Timeline
    conferences: tuple[Conference, ...]
    scenes: dict[str, tuple[Scene, ...]] = field(default_factory=dict)

    def of(self, subject: str) -> tuple[Scene, ...]:
        """Return the scenes for a rule's `for:`, made once."""
        if subject not in self.scenes:
            self.scenes[subject] = tuple(_scenes(self, subject))
        return self.scenes[subject]


def look_at(
    record: Record, at: datetime, words: Vocabulary, kept: Mapping[date, int] | None = None
) -> Case:
    """Return the case as it stands at `at`; `kept` are the conference numbers already given."""
    facts = timeline(record, at, words)
    return Case(record, at, facts, conferences(record, facts, kept or {}))


def _scenes(case: Case, subject: str) -> Iterator[Scene]:
    for prefix, make in ((PER_AGENCY, _agencies), (PER_INVITEE, _invitees), (PER_PARENT, _parents)):
        if subject.startswith(prefix):
            for scene in case.of(subject.removeprefix(prefix)):
                yield from make(case, scene)
            return
    if subject == "case":
        yield Scene(Subject("case"), case.facts)
    elif subject == "icpc":
        yield from (_initial(case, one) for one in case.conferences)
    elif subject == "plan":
        for plan in sorted(case.record.plans, key=lambda plan: plan.started_on or date.max):
            yield Scene(
                Subject("plan", id=plan.id), case.facts, since=plan.started_on, plan=plan.id
            )
    elif subject == "action":
        for action in case.record.actions:
            yield Scene(Subject("action", id=action.id), case.facts, action=action.id)
    else:
        yield from _numbered(case, subject)


def _initial(case: Case, one: Conference) -> Scene:
    last = one.attempts[-1] if one.attempts else None
    return Scene(
        Subject("icpc", one.number, len(one.attempts) or 1, last.id if last else None),
        case.facts,
        since=one.strategy.day if one.strategy else one.anchor_on,
        until=one.until,
        own=tuple(meeting.id for meeting in one.attempts),
        own_kind="icpc",
    )


def _numbered(case: Case, kind: str) -> Iterator[Scene]:
    """Yield the n-th meeting of a kind: those held, and the next one from before it is booked."""
    held_name = HELD_FACTS.get(kind, "")
    meetings = sorted((m for m in case.record.meetings if kind_of(m) == kind), key=_when)
    loose = {item.fact.day: item.fact for item in case.facts.of(held_name) if not item.meeting}
    groups: list[tuple[list[Meeting], Fact | None]] = []
    current: list[Meeting] = []
    for meeting in meetings:
        current.append(meeting)
        if held := _held(meeting, held_name, loose, case.at):
            groups.append((current, held))
            current = []
    known = {held.day for _, held in groups if held}
    groups += [([], fact) for day, fact in loose.items() if day not in known]
    groups.sort(key=lambda group: group[1].at if group[1] else case.at)
    groups.append((current, None))
    before: Fact | None = None
    following = [held for _, held in groups[1:]] + [None]
    for number, ((own, held), later) in enumerate(zip(groups, following, strict=True), start=1):
        yield Scene(
            Subject(kind, number, len(own) or 1, own[-1].id if own else None),
            case.facts,
            since=before.day if before else None,
            until=later.day if later else None,
            own=tuple(meeting.id for meeting in own),
            own_kind=kind,
            after=before,
            held=held,
        )
        before = held or before


def _held(meeting: Meeting, name: str, loose: Mapping[date, Fact], at: datetime) -> Fact | None:
    """Return when a meeting was held: as it says itself, else as the case says of its booked day."""
    if meeting.failed:
        return None
    if meeting.held:
        return Fact(name, *meeting.held) if meeting.held[0] <= at else None
    return loose.get(Fact(name, *meeting.scheduled).day) if meeting.scheduled else None


def _when(meeting: Meeting) -> tuple[bool, float, str]:
    when = meeting.held or meeting.scheduled
    return (when is None, when[0].timestamp() if when else 0.0, meeting.id)


def _invitees_of(case: Case, scene: Scene) -> tuple[Invitee, ...]:
    """Return the list of the last attempt that has one."""
    lists = {meeting.id: meeting.invitees for meeting in case.record.meetings}
    return next((lists[one] for one in reversed(scene.own) if lists[one]), ())


def _narrow(scene: Scene, part: str, agency: str | None, ids: set[str], names: set[str]) -> Scene:
    subject = replace(scene.subject, agency=agency, part=part)
    return replace(scene, subject=subject, invitees=frozenset(ids), names=frozenset(names))


def _agencies(case: Case, scene: Scene) -> Iterator[Scene]:
    everybody = [one for one in _invitees_of(case, scene) if not one.is_family]
    for agency in dict.fromkeys(one.agency for one in everybody if one.agency):
        own = [one for one in everybody if one.agency == agency]
        names = {agency, *(one.id for one in own), *(one.role for one in own if one.role)}
        yield _narrow(scene, agency, agency, {one.id for one in own}, names)


def _invitees(case: Case, scene: Scene) -> Iterator[Scene]:
    for one in _invitees_of(case, scene):
        if not one.is_family:
            names = {one.id, *filter(None, (one.agency, one.role))}
            yield _narrow(scene, f"invitee-{one.id}", one.agency, {one.id}, names)


def _parents(case: Case, scene: Scene) -> Iterator[Scene]:
    """Yield each parent: what reached one of them says nothing of the other (READINGS section 2, 4)."""
    family = [one for one in _invitees_of(case, scene) if one.is_family]
    for one in family:
        roles = {one.role} - {other.role for other in family if other is not one} - {None}
        names = {one.id, *(role for role in roles if role)}
        yield _narrow(scene, f"parent-{one.id}", one.agency, {one.id}, names)
