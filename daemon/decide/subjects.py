"""What a rule can be applied to in one case, and which facts each subject sees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from daemon.decide.conferences import Conference, conferences
from daemon.decide.timeline import HELD_FACTS, KIND_OF_FACT, Placed, Timeline, kind_of, timeline
from daemon.domain.facts import Fact
from daemon.domain.obligation import Subject
from daemon.domain.record import Invitee, Meeting, Record
from daemon.domain.vocabulary import Vocabulary

PER_AGENCY, PER_INVITEE, PER_PARENT = "agency of ", "invitee of ", "parent of "


@dataclass(frozen=True, slots=True)
class Scene:
    """One subject and the facts that it sees: its window is [since, until) in London days.

    `own` are the ids of the subject's meetings. For a numbered meeting the held fact of its own
    kind that it counts **from** is the one before it (`after`), and the one that it is met by is its own.
    """

    subject: Subject
    facts: Timeline
    since: date | None = None
    until: date | None = None
    own: frozenset[str] = frozenset()
    own_kind: str | None = None
    agency: str | None = None
    invitee: str | None = None
    plan: str | None = None
    action: str | None = None
    after: Fact | None = None

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
        if self.agency and item.agency and item.agency != self.agency:
            return False
        if self.invitee and item.invitee and item.invitee != self.invitee:
            return False
        if (
            item.meeting is not None
            and self.own_kind is not None
            and kind_of(item.meeting) == self.own_kind
        ):
            return item.meeting.id in self.own
        return self.in_window(item.fact.day)

    def in_window(self, day: date) -> bool:
        """Return whether a day lies in the subject's window."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day < self.until
        )

    def anchor(self, name: str) -> Fact | None:
        """Return the fact that a deadline counts from."""
        if (
            self.own_kind is not None
            and KIND_OF_FACT.get(name) == self.own_kind
            and self.subject.kind != "icpc"
        ):
            held = HELD_FACTS[self.own_kind]
            if name == held:
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
        for plan in case.record.plans:
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
        own=frozenset(meeting.id for meeting in one.attempts),
        own_kind="icpc",
    )


def _numbered(case: Case, kind: str) -> Iterator[Scene]:
    """Yield the n-th meeting of a kind: those held, and the next one from before it is booked."""
    held_name = HELD_FACTS.get(kind, "")
    meetings = sorted((m for m in case.record.meetings if kind_of(m) == kind), key=_when)
    loose = [item.fact for item in case.facts.of(held_name) if item.meeting is None]
    groups: list[tuple[list[Meeting], Fact | None]] = []
    current: list[Meeting] = []
    for meeting in meetings:
        current.append(meeting)
        if meeting.held and not meeting.failed and meeting.held[0] <= case.at:
            groups.append((current, Fact(held_name, *meeting.held)))
            current = []
    known = {held.day for _, held in groups if held}
    groups += [([], fact) for fact in loose if fact.day not in known]
    groups.sort(key=lambda group: group[1].at if group[1] else case.at)
    groups.append((current, None))
    before: Fact | None = None
    for number, (own, held) in enumerate(groups, start=1):
        last = own[-1] if own else None
        yield Scene(
            Subject(kind, number, len(own) or 1, last.id if last else None),
            case.facts,
            since=before.day if before else None,
            until=held.day if held and not own else None,
            own=frozenset(meeting.id for meeting in own),
            own_kind=kind,
            after=before,
        )
        before = held or before


def _when(meeting: Meeting) -> tuple[bool, float, str]:
    when = meeting.held or meeting.scheduled
    return (when is None, when[0].timestamp() if when else 0.0, meeting.id)


def _invitees_of(case: Case, scene: Scene) -> Iterator[Invitee]:
    for meeting in case.record.meetings:
        if meeting.id in scene.own:
            yield from meeting.invitees


def _narrow(scene: Scene, part: str, agency: str | None, invitee: str | None) -> Scene:
    return replace(
        scene,
        subject=replace(scene.subject, agency=agency, part=part),
        agency=agency,
        invitee=invitee,
    )


def _agencies(case: Case, scene: Scene) -> Iterator[Scene]:
    seen = dict.fromkeys(
        one.agency for one in _invitees_of(case, scene) if one.agency and not one.is_family
    )
    return (_narrow(scene, agency, agency, None) for agency in seen)


def _invitees(case: Case, scene: Scene) -> Iterator[Scene]:
    for one in _invitees_of(case, scene):
        if not one.is_family:
            yield _narrow(scene, f"invitee-{one.id}", one.agency, one.id)


def _parents(case: Case, scene: Scene) -> Iterator[Scene]:
    for one in _invitees_of(case, scene):
        if one.is_family:
            yield _narrow(scene, f"parent-{one.id}", one.agency, one.id)
