"""What a report is counted from, read from the store: what was decided of each case, and who came to its meetings."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from daemon.decide.conference.presence import Presence, has_begun, presence
from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.merge import merge
from daemon.decide.record.reading import read_record
from daemon.domain.obligation import State
from daemon.domain.parts import Attendance
from daemon.domain.person import Person
from daemon.domain.record import Meeting, Record
from daemon.domain.rules import Pack, Rule, Rulebook
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.rules.pinned import former
from daemon.report.measures import KINDS, measure_of
from daemon.report.rows import NO_TEAM, WEEKS, Duty, Gathered, Outlook, Seat, Span, Step
from daemon.store import Tx

AT_ONCE = 500  # cases
FRIDAY = timedelta(days=4)
POLICE = "police"
CHAIR = frozenset({"conference_chair", "cp_chair"})
ALLOCATED = "cp_chair_allocated"
KEPT = ("ref", "pathway", "family", "team", "restricted", "as_known_at")


def gathered(
    tx: Tx, deciding: Deciding, order: Mapping[str, Sequence[str]], span: Span
) -> Gathered:
    """Return what the report of a span is counted from.

    A case whose record cannot be read, or that no feed shows any more, counts for what was decided of it, and for
    no meeting. A restricted one counts under no team. Each duty counts as the rule has it that it stands under,
    or stood when it ended: a rule that is in force no longer takes no figure of the past with it.
    """
    books = former(tx, deciding)
    counting = _Counting(deciding, span, books)
    packs = (pack for book in (deciding.rulebook, *books.values()) for pack in book.packs.values())
    rules = {rule.name for pack in packs for rule in pack.rules if measure_of(rule)}
    refs = list(tx.cases.refs())
    unread = 0
    for start in range(0, len(refs), AT_ONCE):
        some = refs[start : start + AT_ONCE]
        stored, tracks = tx.fragments.of(some), tx.obligations.counted(some, rules)
        for ref in some:
            shown = [(one.feed, _trimmed(one.body)) for one in stored.get(ref, [])]
            body = merge(shown, order) if len(shown) > 1 else shown[0][1] if shown else None
            record = read_record(body, deciding.words, ref).record if body else None
            unread += bool(shown) and record is None
            counting.add(record, tracks.get(ref, []))
    return Gathered(
        counting.duties, counting.steps, list(counting.seats.values()), list(counting.booked.values()),
        chairs(tx.people.all(), day_of(span.at)), deciding.words.agencies, len(refs), unread,
    )  # fmt: skip


def chairs(people: Iterable[Person], today: date) -> dict[date, int]:
    """Return how many chairs work in each of the coming weeks, by its Monday; nothing where none is known."""
    found = [one for one in people if one.roles & CHAIR]
    monday = today - timedelta(days=today.weekday())
    weeks = [monday + timedelta(weeks=number) for number in range(WEEKS)]
    return {week: sum(_works(one, week) for one in found) for week in weeks} if found else {}


def _works(person: Person, monday: date) -> bool:
    holds = any(post.role in CHAIR and post.is_held(monday) for post in person.posts)
    is_away = any(first <= monday and last >= monday + FRIDAY for first, last in person.absences)
    return holds and not is_away


def _trimmed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return of what a feed shows only what is counted: reading it is most of the work."""
    kept = {name: body[name] for name in KEPT if name in body}
    facts, meetings = body.get("facts"), body.get("meetings")
    kept["facts"] = (
        {ALLOCATED: facts[ALLOCATED]} if isinstance(facts, Mapping) and ALLOCATED in facts else {}
    )
    if isinstance(meetings, list):
        kept["meetings"] = [_bare(one) for one in meetings]
    return kept


def _bare(meeting: Any) -> Any:
    """Return a core group's times alone: who came to it is not counted."""
    if isinstance(meeting, Mapping) and meeting.get("kind") == "core_group":
        return {name: value for name, value in meeting.items() if name not in ("facts", "invitees")}
    return meeting


@dataclass(slots=True)
class _Counting:
    """One pass over the cases. A conference of several children is one seat for each agency."""

    deciding: Deciding
    span: Span
    former: Mapping[str, Rulebook] = field(default_factory=dict)
    duties: list[Duty] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    seats: dict[tuple[str, str], Seat] = field(default_factory=dict)
    booked: dict[str, date] = field(default_factory=dict)
    _rules: dict[tuple[str, str, str], tuple[Rule | None, str | None]] = field(default_factory=dict)

    def add(self, record: Record | None, tracks: Iterable[Track]) -> None:
        """Count one case."""
        team = record.team if record and not record.restricted else None
        for track in tracks:
            rule, measure = self._rule(track)
            if rule is None or track.due_at is None or track.is_provisional:
                continue
            self._climbed(track, rule, track.due_at)
            if measure and track.state is not State.WITHDRAWN:
                self.duties.append(
                    self._duty(track, measure, track.due_at, record, team or NO_TEAM)
                )
        if record is not None:
            pack, _ = self.deciding.pack_for(record)
            for meeting in record.meetings:
                self._meet(meeting, pack)

    def _rule(self, track: Track) -> tuple[Rule | None, str | None]:
        key = track.pack_digest, track.pack, track.rule
        if key not in self._rules:
            book = self.former.get(track.pack_digest, self.deciding.rulebook)
            pack = book.packs.get(track.pack)
            rule = pack.rule(track.rule) if pack else None
            self._rules[key] = rule, measure_of(rule) if rule else None
        return self._rules[key]

    def _climbed(self, track: Track, rule: Rule, due_at: datetime) -> None:
        self.steps += [
            Step(rule.title, one.rung.replace("-", " "), one.at)
            for one in track.fired
            if not one.skipped and one.at >= due_at and self.span.has(day_of(one.at))
        ]

    def _duty(
        self, track: Track, measure: str, due_at: datetime, record: Record | None, team: str
    ) -> Duty:  # fmt: skip
        kind, is_open = KINDS[measure], track.state is State.OPEN
        to_meet = (
            outlook(record, kind, due_at, self.span.at) if is_open and kind and record else None
        )
        return Duty(
            measure, team, _agency(track, measure, record), track.state, track.starts_at, due_at,
            track.met_at, track.late, to_meet,
        )  # fmt: skip

    def _meet(self, meeting: Meeting, pack: Pack) -> None:
        kind, when = kind_of(meeting), meeting.held or meeting.scheduled
        if kind is None or when is None:
            return
        at, _ = when
        on, now = day_of(at), self.span.at
        if not meeting.failed and meeting.held is None and at >= now:
            self.booked.setdefault(meeting.id, on)
        if not self.span.has(on) or meeting.held is None or not has_begun(meeting, now):
            return
        judged = pack.attendance.get("icpc" if kind == "initial" else "rcpc", Attendance())
        for agency, how in _came(meeting, judged):
            before = self.seats.get((meeting.id, agency))
            if before is None or before.presence is Presence.UNKNOWN:
                self.seats[meeting.id, agency] = Seat(kind, on, agency, how)


def kind_of(meeting: Meeting) -> str | None:
    """Return which conference a meeting is: `initial` or `review`; None for others."""
    return "initial" if meeting.is_initial else "review" if meeting.kind == "rcpc" else None


def outlook(record: Record, kind: str, due_at: datetime, now: datetime) -> Outlook:
    """Return how an open duty that a meeting of this kind would meet stands to its meetings."""
    of_kind = [
        one for one in record.meetings if (one.is_initial if kind == "icpc" else one.kind == kind)
    ]
    live = [one for one in of_kind if one.scheduled and not one.failed and one.held is None]
    times = [one.scheduled[0] for one in live if one.scheduled]
    ahead = min((one for one in times if one >= now), default=None)
    if ahead is not None:
        return Outlook.IN_TIME if day_of(ahead) <= day_of(due_at) else Outlook.LATE
    if times:
        return Outlook.PASSED
    if any(one.failed for one in of_kind):
        return Outlook.PUT_OFF
    facts = {one.name for one in record.facts} | {
        one.name for each in of_kind for one in each.facts
    }
    return Outlook.NO_CHAIR if kind == "icpc" and ALLOCATED not in facts else Outlook.NOT_BOOKED


def _came(meeting: Meeting, judged: Attendance) -> Iterator[tuple[str, Presence]]:
    for agency in dict.fromkeys(one.agency for one in meeting.invitees if one.agency):
        own = [one for one in meeting.invitees if one.agency == agency]
        marks = {agency, *(one.id for one in own), *(one.role for one in own if one.role)}
        facts = {fact.name for one in own for fact in one.facts}
        facts |= {fact.name for fact in meeting.facts if fact.about in marks}
        if any(not one.is_family and not one.excluded_by_chair for one in own):
            yield agency, presence(own, facts, judged)


def _agency(track: Track, measure: str, record: Record | None) -> str | None:
    if measure != "agency_reports":
        return None
    _, _, part = track.subject.partition("/")
    if not part:
        return POLICE
    if not part.startswith("invitee-") or record is None:
        return part
    people = [one for meeting in record.meetings for one in meeting.invitees]
    return next((one.agency for one in people if f"invitee-{one.id}" == part), None)
