"""The rows of a list, written when it is sent: what its reader may know of at that moment."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from daemon.decide.people.recipients import People
from daemon.decide.telling.digests import PLANNED, attendees, digests_of
from daemon.decide.telling.summary import is_read_by, readers_of, summary_pack
from daemon.decide.telling.wording import say_due, say_list, say_working_days
from daemon.decide.trying.walk import group_of
from daemon.domain.notice import Notice
from daemon.domain.obligation import Obligation, State
from daemon.domain.parts import Digest, Shows
from daemon.domain.record import Invitee, Meeting, Record
from daemon.domain.rules import Rule
from daemon.domain.times import day_of, say
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.engine.telling.digests import Standing, standing_in
from daemon.engine.telling.quiet import resting_refs
from daemon.store import Store, Tx, apart

MOST_OPEN = 3
ANSWERS = {"none": "no answer yet"}
Row = tuple[str, ...]


class Lists:
    """Writes the rows of the weekly summary and of the digests."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house

    def rows(self, notice: Notice, now: datetime) -> tuple[Shows, list[Row]]:
        """Return what a list shows, and its rows for one reader; none where the digest is no more."""
        if not notice.key.obligation.startswith(PLANNED):
            return Shows.OVERDUE, self._overdue(notice, now)
        digest = digests_of(self.house.deciding.rulebook).get(notice.key.obligation)
        if digest is None:
            return Shows.OVERDUE, []
        refs = list(filter(None, notice.detail.split("\n")))
        with self.store.read() as tx:
            people = self.house.people(tx)
            own = [
                one
                for one in standing_in(tx, self.house, digest, refs, now)
                if one.reader.id == notice.key.person
            ]
            rows = {
                (group_of(one.record), row): at
                for one in own
                for at, row in self._entries(tx, digest, one, people, now)
            }
        return digest.shows, by_family(sorted(rows, key=lambda row: (rows[row], row[1])))

    def _entries(
        self, tx: Tx, digest: Digest, one: Standing, people: People, now: datetime
    ) -> Iterator[tuple[datetime, Row]]:
        open_titles = self._open(tx, one, now) if digest.shows is Shows.CONFERENCES else {}
        for entry in one.found:
            if isinstance(entry, Track):
                yield from self._duty(tx, digest, one.record, entry, now)
            elif entry.scheduled:
                at = entry.scheduled[0]
                kind = self.house.deciding.words.meetings.get(entry.kind, entry.kind)
                last = (
                    _say_open(entry, open_titles.get(entry.id, []))
                    if digest.shows is Shows.CONFERENCES
                    else _say_attendees(attendees(entry, one.role, one.reader, day_of(now)), people)
                )
                yield at, (one.record.ref, kind[:1].upper() + kind[1:], say(at), last)

    def _duty(
        self, tx: Tx, digest: Digest, record: Record, track: Track, now: datetime
    ) -> Iterator[tuple[datetime, Row]]:
        rule = self.house.rule_of(track, record.pathway)
        if rule is None or track.due_at is None:
            return
        title = rule.title
        if digest.shows is Shows.APPROVALS and rule.approval:
            title = rule.approval.question
        is_late = track.due_at < now and digest.shows is not Shows.OVERDUE
        gap = self._gap(rule, track.due_at, now)
        left = f"overdue by {gap}" if is_late and gap else gap
        if row := tx.silenced.all().get(track.ref):
            left = f"{left}; silenced until {say(row.until_at)}".removeprefix("; ")
        yield track.due_at, (track.ref, title, say_due(track.due_at, rule), left)

    def _gap(self, rule: Rule, due_at: datetime, now: datetime) -> str:
        days = self.house.deciding.calendar.days
        gap = abs(days.between(day_of(due_at), day_of(now)))
        return "" if rule.hides_date else say_working_days(gap)

    def _open(self, tx: Tx, one: Standing, now: datetime) -> Mapping[str, list[str]]:
        """Return the titles of what is still open of each meeting of a case, the first due first."""
        ref = one.record.ref
        own = {track.id: track for track in tx.obligations.of([ref]).get(ref, [])}
        kept = {
            n.anchor_on: n.number for n in tx.numbers.of([ref]).get(ref, []) if n.kind == "icpc"
        }
        answer, shares = self.house.decide(one.record, now, kept, own)
        titles = {rule.name: rule.title for share in shares for rule in share.pack.rules}
        found: dict[str, list[str]] = {}
        for each in sorted(answer.obligations, key=_moment):
            track = own.get(each.id)
            if track and track.state is State.OPEN and each.subject.id:
                named = found.setdefault(each.subject.id, [])
                named += [
                    title for title in (titles.get(each.rule),) if title and title not in named
                ]
        return found

    def _overdue(self, notice: Notice, now: datetime) -> list[Row]:
        """Return the open overdue items that are somebody's to read, the oldest first."""
        with self.store.read() as tx:
            people = self.house.people(tx)
            silenced = tx.silenced.all()
            overdue = tx.obligations.overdue(now)
            tracks = [one for one in overdue if one.ref in silenced or not one.is_quiet(now)]
            cases, _ = apart(tx.cases.of, {track.ref for track in tracks}, "cases")
            held = resting_refs(tx, cases) | {ref for ref, one in cases.items() if one.is_closed}
            tracks = [one for one in tracks if one.ref not in held]  # READINGS section 2, 3
            readings = self.house.read_cases(tx, {track.ref for track in tracks})
        reader, deciding = people.get(notice.key.person), self.house.deciding
        pack = summary_pack(deciding.rulebook, deciding.default_pathway)
        roles = pack.summary.to if pack and pack.summary else (notice.role,)
        today = day_of(now)
        readers = {role: readers_of(role, people, today) for role in roles}
        rows: list[tuple[str, Row]] = []
        theirs = {
            ref
            for ref, one in readings.items()
            if reader
            and one.record
            and is_read_by(reader, readers, deciding.access(one.record), people, today)
        }
        for track in tracks:
            reading = readings.get(track.ref)
            record = reading.record if reading else None
            rule = self.house.rule_of(track, record.pathway if record else None)
            if record is None or rule is None or track.due_at is None:
                continue
            if track.ref in theirs:
                due = say_due(track.due_at, rule)
                gap = self._gap(rule, track.due_at, now)
                if row := silenced.get(track.ref):
                    gap = f"{gap}; silenced until {say(row.until_at)}".removeprefix("; ")
                rows.append((group_of(record), (track.ref, rule.title, due, gap)))
        return by_family(rows)


def by_family(rows: Iterable[tuple[str, Row]]) -> list[Row]:
    """Return rows, each with its family, as a line for brothers and sisters of whom it says the same, in their order.

    What a child has twice, as towards two parents, says how often.
    """
    found: dict[tuple[str, Row], list[str]] = {}
    for family, (ref, *said) in rows:
        found.setdefault((family, tuple(said)), []).append(ref)
    return [_line(refs, said) for (_, said), refs in found.items()]


def _line(refs: list[str], said: Row) -> Row:
    what, *rest = said
    times = max(Counter(refs).values())
    return say_list(sorted(set(refs))), f"{what} ({times} of these)" if times > 1 else what, *rest


def _moment(one: Obligation) -> tuple[bool, str, str]:
    return one.due_at is None, one.due_at.isoformat() if one.due_at else "", one.id


def _say_open(meeting: Meeting, titles: list[str]) -> str:
    said = str(meeting.status)
    if not titles:
        return f"{said}; nothing is open"
    more = [f"{len(titles) - MOST_OPEN} more"] if len(titles) > MOST_OPEN else []
    return f"{said}; still open: {say_list([*titles[:MOST_OPEN], *more])}"


def _say_attendees(found: list[Invitee], people: People) -> str:
    """Return who comes, each with their answer: to somebody of their own agency, and to nobody else."""
    said = []
    for one in found:
        person = people.get(one.person) if one.person else None
        name = person.addresses.get("email", person.id) if person else "nobody is named yet"
        said.append(f"{name}: {ANSWERS.get(one.response, one.response)}" if person else name)
    return "; ".join(dict.fromkeys(said))
