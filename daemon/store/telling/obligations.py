"""Obligations as their ladders remember them: what is due next is one walk along one index."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)

from daemon.domain.obligation import State
from daemon.domain.track import Fired, Track
from daemon.store.cases.cases import AT_ONCE, cases
from daemon.store.ground.columns import Choice, Instant, Json, micros, moment, partial, table
from daemon.store.ground.gateway import Found, Gateway, batches, values
from daemon.store.ground.prepared import OURS, Prepared
from daemon.store.ground.rows import Changing
from daemon.store.ground.spoilt import UNREADABLE, apart
from daemon.store.ground.words import Words

NEXT = text("next_at IS NOT NULL")
HELD = text("held_since IS NOT NULL")

obligations = table(
    "obligations",
    Column("ref", Text, primary_key=True),
    Column("rule", Integer, primary_key=True, autoincrement=False),  # a word's number
    Column("subject", Text, primary_key=True),
    Column("family", Text),
    Column("pack", Integer, nullable=False),  # a word's number, too
    Column("pack_digest", Integer, nullable=False),
    Column("state", Choice(State), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("starts_at", Instant),
    Column("due_at", Instant),
    Column("met_at", Instant),
    Column("late", Boolean),
    Column("occurrence", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("grace_until", Instant),
    Column("rest_until", Instant),
    Column("held_since", Instant),
    Column("next_at", Instant),
    Column("is_provisional", Boolean, nullable=False),
    Column("fired", Json),
    partial("ix_obligations_next", "authority", "next_at", where=NEXT),
    partial("ix_obligations_held", "authority", "due_at", where=HELD),
)
COLUMNS = [obligations.c[name] for name in Track.__slots__ if name != "id"]


o = obligations.c
OF_CASES = Prepared(
    lambda places: select(*COLUMNS).where(o.authority == OURS, o.ref.in_(places.many))
)
TO_CHANGE = Prepared(
    lambda places: (
        select(*COLUMNS)
        .where(o.authority == OURS, o.ref.in_(places.many))
        .order_by(*obligations.primary_key)
    ),
    hold="wait",
)
# Its case has changed and is not decided anew: until it is, no rung fires on what was known before.
UNDECIDED = exists().where(
    cases.c.authority == o.authority, cases.c.ref == o.ref, cases.c.assess_at < AT_ONCE
)
DUE = Prepared(
    lambda _: (
        select(*COLUMNS)
        .where(o.authority == OURS, NEXT, o.next_at <= bindparam("now"), ~UNDECIDED)
        .order_by(o.next_at)
        .limit(bindparam("most", type_=Integer))
    ),
    hold="skip",
)


CLIMBED = ("occurrence", "rest_until", "held_since", "next_at", "fired")  # what one look may change
CLIMB = Changing(obligations, ("ref", "rule", "subject", *CLIMBED))


class Obligations(Gateway):
    """Tracks by id: `ref/rule/subject`, of which the id itself is not stored."""

    def __init__(self, connection: Connection, authority: str, words: Words) -> None:
        super().__init__(connection, authority)
        self.words = words

    def save(self, tracks: Sequence[Track]) -> None:
        """Insert or overwrite tracks. Raises ValueError for an id that is not ref/rule/subject."""
        number = self.words.numbers({word for track in tracks for word in _words(track)})
        rows = []
        for track in tracks:
            if track.id != f"{track.ref}/{track.rule}/{track.subject}":
                raise ValueError("an obligation's id is its ref, rule and subject")
            row = values(track, obligations)
            for column in ("rule", "pack", "pack_digest"):
                row[column] = number[row[column]]
            row["fired"] = [_plain(fired) for fired in track.fired] or None
            rows.append(row)
        self._upsert(obligations, rows)

    def climb(self, looked_at: Sequence[tuple[Track, Track]]) -> None:
        """Keep where ladders stand after a look: of each one, the track and one that stands as it does now."""
        if looked_at:
            number = self.words.numbers({track.rule for track, _ in looked_at})
            rows = [
                (
                    track.ref, number[track.rule], track.subject, at.occurrence, at.rest_until, at.held_since,
                    at.next_at, [_plain(fired) for fired in at.fired] or None,
                )
                for track, at in looked_at
            ]  # fmt: skip
            CLIMB.write(self.connection, self.authority, rows)

    def of(self, refs: Collection[str], *, to_change: bool = False) -> dict[str, list[Track]]:
        """Return the obligations of these cases; `to_change`: nobody else changes them meanwhile."""
        found: dict[str, list[Track]] = defaultdict(list)
        for batch in batches(refs):
            rows = self._ask(TO_CHANGE if to_change else OF_CASES, batch)
            for track in self._tracks(rows):
                found[track.ref].append(track)
        return dict(found)

    def counted(self, refs: Collection[str], rules: Collection[str]) -> dict[str, list[Track]]:
        """Return of these cases the obligations of some rules, and those of which a step is behind us."""
        numbers = self.words.known(frozenset(rules))
        found: dict[str, list[Track]] = defaultdict(list)
        for batch in batches(refs):
            query = self._select(obligations, *COLUMNS).where(o.ref.in_(batch))
            query = query.where(or_(o.rule.in_(numbers), o.fired.is_not(None)))
            for track in self._tracks(self._found(query)):
                found[track.ref].append(track)
        return dict(found)

    def open_in(self, refs: Collection[str], rules: Collection[str]) -> dict[str, list[Track]]:
        """Return of these cases the open obligations of some rules."""
        of_rules = o.rule.in_(self.words.known(frozenset(rules)))
        found: dict[str, list[Track]] = defaultdict(list)
        for batch in batches(refs):
            for track in self._open(o.ref.in_(batch) & of_rules):
                found[track.ref].append(track)
        return dict(found)

    def get(self, obligation: str, *, to_change: bool = False) -> Track | None:
        """Return one obligation by its id, as `of` does; a case's own reference may hold slashes."""
        cuts = [at for at, letter in enumerate(obligation) if letter == "/"]
        mine = self.of([obligation[:at] for at in cuts], to_change=to_change)
        tracks = (track for tracks in mine.values() for track in tracks)
        return next((track for track in tracks if track.id == obligation), None)

    def due(self, now: datetime, limit: int) -> list[Track]:
        """Return the ladders that must look again by now, in the order of their moments.

        None of a case that has changed and is not decided yet, and none of one of which a ladder cannot be
        read: the others go on.
        """
        try:
            return self._tracks(self._ask(DUE, now=now, most=limit))
        except UNREADABLE:
            is_due = self._select(obligations, o.ref).where(NEXT, o.next_at <= now, ~UNDECIDED)
            is_due = is_due.distinct()
            refs = [ref for (ref,) in self._found(is_due)]
        found, _ = apart(lambda some: self.of(some, to_change=True), refs, "obligations")
        due = [(one.next_at, one) for each in found.values() for one in each if one.next_at]
        due = sorted((pair for pair in due if pair[0] <= now), key=lambda pair: pair[0])
        return [one for _, one in due[:limit]]

    def overdue(self, now: datetime) -> list[Track]:
        """Return the open obligations whose due moment has passed, the oldest first."""
        return self._open(_has_passed(now))

    def overdue_since(self, now: datetime) -> datetime | None:
        """Return when the longest overdue of them was due, None where none is."""
        is_open = obligations.c.state == State.OPEN
        query = self._select(obligations, func.min(obligations.c.due_at))
        return self._found(query.where(is_open, _has_passed(now)))[0][0]  # type: ignore[no-any-return]

    def due_between(self, first: datetime, last: datetime) -> list[Track]:
        """Return the open obligations that fall due from one moment to another, both inside."""
        return self._open(obligations.c.due_at.between(first, last))

    def open_of(self, rules: Collection[str]) -> list[Track]:
        """Return the open obligations of some rules, the first due first."""
        numbers = self.words.known(frozenset(rules))
        of_rules = (self._open(obligations.c.rule.in_(batch)) for batch in batches(numbers))
        return [track for some in of_rules for track in some]

    def of_rules(self, rules: Collection[str]) -> list[Track]:
        """Return the obligations of some rules, whatever their state."""
        numbers = self.words.known(frozenset(rules))
        found: list[Track] = []
        for batch in batches(numbers):
            query = self._select(obligations, *COLUMNS).where(obligations.c.rule.in_(batch))
            found += self._tracks(self._found(query))
        return found

    def due_after(self, moment_at: datetime) -> list[Track]:
        """Return the open obligations that fall due after a moment: past a horizon."""
        return self._open(obligations.c.due_at > moment_at)

    def held(self) -> list[Track]:
        """Return the open obligations whose next step waits for fresh data."""
        return self._open(HELD)

    def look_again(self, now: datetime) -> int:
        """Have every ladder that waits for a later moment look again; return how many there are."""
        later = self._update(obligations).where(obligations.c.next_at > now)
        return self._change(later.values(next_at=now))

    def wake(self, now: datetime) -> int:
        """Have every ladder look again that a clock which was ahead has put off; return how many there are.

        None has been held since a moment that is still to come.
        """
        ahead = self._update(obligations).where(HELD, o.held_since > now)
        self._change(ahead.values(held_since=now))
        return self.look_again(now)

    def pinned(self, *, is_open: bool = True) -> set[str]:
        """Return the digests that open obligations were opened under, or all that there are (DOMAIN 5.13)."""
        query = self._select(obligations, obligations.c.pack_digest).distinct()
        if is_open:
            query = query.where(obligations.c.state == State.OPEN)
        numbers = {number for (number,) in self._found(query)}
        words = self.words.words(numbers)
        return {words[number] for number in numbers}

    def next_at(self) -> datetime | None:
        """Return when the first ladder must look again."""
        query: Select[Any] = self._select(obligations, func.min(obligations.c.next_at)).where(NEXT)
        return self._found(query)[0][0]  # type: ignore[no-any-return]

    def counts(self, now: datetime) -> dict[str, int]:
        """Return how many there are by state, and how many are overdue, met late, held for data."""
        columns = (
            o.state,
            o.late.is_(True).label("was_late"),
            _has_passed(now).label("has_passed"),
            o.held_since.is_not(None).label("is_held"),
        )
        names = [column.name for column in columns]  # by name: a value is bound once, in the list
        query = self._select(obligations, *columns, func.count()).group_by(*names)
        counts = dict.fromkeys((*map(str, State), "overdue", "late", "held"), 0)
        for state, late, passed, held, many in self._found(query):
            counts[state] += many
            counts["late"] += many * (state is State.MET and bool(late))
            counts["overdue"] += many * (state is State.OPEN and bool(passed))
            counts["held"] += many * (state is State.OPEN and bool(held))
        return counts

    def _open(self, when: Any) -> list[Track]:
        query = self._select(obligations, *COLUMNS).where(o.state == State.OPEN, when)
        return self._tracks(self._found(query.order_by(obligations.c.due_at)))

    def _tracks(self, rows: Found) -> list[Track]:
        word = self.words.words({number for row in rows for number in row[2:5]})
        return [_track(word, *row) for row in rows]


def _has_passed(now: datetime) -> Any:
    """Return what holds of those whose moment has passed: one that waits for a booking has none yet."""
    return (o.due_at < now) & ~o.is_provisional


def _words(track: Track) -> Iterable[str]:
    return track.rule, track.pack, track.pack_digest


def _plain(fired: Fired) -> list[Any]:
    return [fired.rung, fired.occurrence, micros(fired.at), int(fired.skipped)]


def _track(
    word: Mapping[int, str],
    ref: str,
    family: str,
    rule: int,
    pack: int,
    digest: int,
    subject: str,
    *rest: Any,
) -> Track:
    fired = [Fired(rung, n, moment(at), bool(skipped)) for rung, n, at, skipped in rest[-1] or ()]
    id_ = f"{ref}/{word[rule]}/{subject}"
    words = (word[rule], word[pack], word[digest])
    return Track(*[id_, ref, family, *words, subject, *rest[:-1], tuple(fired)])
