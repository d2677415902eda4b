"""What is held at this moment: why, since when, and by whom it can be released."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from daemon.decide.people.recipients import Access
from daemon.decide.telling.wording import say_list
from daemon.domain.notice import Notice
from daemon.domain.times import iso, say
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.engine.records.unreadable import DATABASE
from daemon.engine.sending.pause import paused
from daemon.engine.sending.refused import Refused, refused
from daemon.engine.standing.guard import HELD
from daemon.engine.standing.onlooker import Onlooker
from daemon.engine.telling.brake import held
from daemon.engine.telling.quiet import resting_refs
from daemon.store import CaseRow, Entry, Tx, apart

OPERATOR = "whoever runs the service"
MANAGER = "a service manager who has signed in"
STOPS = "/service/stops"  # the page on which pause and brake are let go
DIRECTORY = "whoever keeps the directory of people"
LATELY = timedelta(days=28)  # so far back a role that nobody held is looked for
Counts: TypeAlias = Callable[[Access], bool]


@dataclass(frozen=True, slots=True)
class Withheld:
    """One thing that is held. `why` is its kind; `refs` are the cases that may be shown, `others` how many may not.

    `page` is where it is released by somebody who has signed in, empty where it is released elsewhere.
    """

    why: str
    what: str
    by: str
    since_at: datetime | None = None
    refs: tuple[str, ...] = ()
    others: int = 0
    page: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "why": self.why, "what": self.what, "released_by": self.by,
            "since": iso(self.since_at) if self.since_at else None, "refs": list(self.refs), "others": self.others,
        }  # fmt: skip


def withheld(
    tx: Tx, house: House, onlooker: Onlooker, now: datetime, counts: Counts | None = None
) -> list[Withheld]:
    """Return everything that is held, what holds all of it first; nothing of a case beyond its reference.

    `counts` says which cases that are not shown are told as a number: all of them where it is left out, for
    whoever runs the service. Any other case is as if it were not there, in numbers and in times alike.
    """
    looker = _Looker(tx, house, onlooker, counts)
    return [
        *_of_everything(tx),
        *_by_the_brake(tx, looker),
        *_of_families(tx, looker),
        *_silenced(tx, looker),
        *(_without_holders(tx, house) if counts is None else ()),
        *_for_data(tx, house, looker),
        *(_unread(tx) if counts is None else ()),
        *_unheld(tx, house, looker, now),
        *_undelivered(tx, looker),
    ]


class _Looker:
    """Parts references into those that are shown and the number of those that are not."""

    def __init__(self, tx: Tx, house: House, onlooker: Onlooker, counts: Counts | None) -> None:
        self.tx, self.house, self.onlooker, self.counts = tx, house, onlooker, counts
        self._known: dict[str, bool] = {}
        self._counted: set[str] = set()

    def told(self, refs: Collection[str]) -> set[str]:
        """Return the cases that are shown or counted."""
        if fresh := [ref for ref in refs if ref not in self._known]:
            self._look(fresh)
        return {ref for ref in refs if not self.counts or self._known[ref] or ref in self._counted}

    def _look(self, refs: Sequence[str]) -> None:
        """Look at cases: what was last assessed passes over those of others, and the record says of the rest."""
        self._known |= dict.fromkeys(refs, False)
        rows, _ = apart(self.tx.cases.of, refs, "cases")
        near = [ref for ref in refs if self._is_near(rows.get(ref))]
        for ref, reading in self.house.read_cases(self.tx, near).items() if near else ():
            if reading.record is not None:
                self._known[ref] = self.onlooker.sees(reading.record)
                if self.counts and self.counts(self.house.deciding.access(reading.record)):
                    self._counted.add(ref)

    def _is_near(self, row: CaseRow | None) -> bool:
        if row is None or row.access is None or self.onlooker.may_see(row.access):
            return True
        return self.counts is not None and self.counts(row.access)

    def tells(self, refs: Collection[str]) -> bool:
        """Return whether what concerns these cases may be counted; what concerns none, for the operator alone."""
        return self.counts is None or bool(self.told(refs))

    def part(self, refs: Collection[str]) -> dict[str, Any]:
        told = self.told(refs)
        shown = tuple(ref for ref in sorted(told) if self._known[ref])
        return {"refs": shown, "others": len(told) - len(shown)}


def _of_everything(tx: Tx) -> Iterator[Withheld]:
    if fault := tx.marks.get(HELD):
        yield Withheld("restore", f"nothing is sent: {fault}", f"{OPERATOR} (`daykeeper release`)")
    if pause := paused(tx):
        what = f"nothing is sent until {say(pause.until)}: sending is paused by {pause.by}"
        yield Withheld(
            "pause", what, f"{OPERATOR} (`daykeeper pause --end`)", pause.since, page=STOPS
        )


def _by_the_brake(tx: Tx, looker: _Looker) -> Iterator[Withheld]:
    found = held(tx)
    if found.on is None:
        return
    looker.told(_refs(found.notices))
    notices = [one for one in found.notices if looker.tells(one.refs)]
    why = found.on.why if looker.counts is None else "the brake is on"
    what = f"{why}: messages about what is overdue wait ({len(notices)})"
    by = f"{OPERATOR} (`daykeeper release brake`)"
    yield Withheld("brake", what, by, found.on.since, **looker.part(_refs(notices)), page=STOPS)


def _of_families(tx: Tx, looker: _Looker) -> Iterator[Withheld]:
    for family in tx.cases.closed_by_family().values():
        refs = [ref for ref in family if looker.tells([ref])]
        if not refs:
            continue
        entries = [one for ref in refs for one in tx.journal.of(f"{ref}/")]
        since = min((one.at for one in entries if one.kind == "obligation.withdrawn"), default=None)
        what = "a child of the family has died, or a pregnancy has ended: nothing goes out about the family"
        yield Withheld("family", what, MANAGER, since, **looker.part(refs), page="/")


def _silenced(tx: Tx, looker: _Looker) -> Iterator[Withheld]:
    for row in tx.silenced.all().values():
        if not looker.tells([row.ref]):
            continue
        what = (
            f"silenced until {say(row.until_at)} by {row.person} ({row.reason.replace('_', ' ')})"
        )
        found = looker.part([row.ref])
        shown = what if found["refs"] else f"silenced until {say(row.until_at)}"
        yield Withheld("silence", shown, MANAGER, row.since_at, **found, page="/silence")


def _without_holders(tx: Tx, house: House) -> Iterator[Withheld]:
    """Count restricted cases that name nobody: nobody is shown which they are (READINGS section 2, 2)."""
    refs = tx.cases.restricted()
    readings = house.read_cases(tx, refs).values()
    many = sum(one.record is not None and not one.record.holders for one in readings)
    if many:
        what = "restricted, and the record names nobody who may be told: nothing is sent"
        yield Withheld(
            "restricted", what, "whoever keeps the case record, by naming its holders", others=many
        )


def _for_data(tx: Tx, house: House, looker: _Looker) -> Iterator[Withheld]:
    """Yield the ladders that wait for fresh data, by the feeds on which they rely."""
    tracks = tx.obligations.held()
    cases, _ = apart(tx.cases.of, {one.ref for one in tracks}, "cases")
    quiet = resting_refs(tx, cases) | tx.silenced.among(cases.keys())
    looker.told(cases.keys() - quiet)  # together: one by one it is a query a case
    groups: dict[tuple[str, ...], list[Track]] = {}
    for track in tracks:
        rule = house.rule_of(track, cases[track.ref].pathway) if track.ref in cases else None
        if rule is not None and track.ref not in quiet and looker.tells([track.ref]):
            groups.setdefault(tuple(rule.relies_on), []).append(track)
    for relied, each in groups.items():
        feeds = say_list([house.deciding.words.feed_roles.get(one, one) for one in relied])
        what = f"waits for fresh data: {feeds}"
        since = min(one.held_since for one in each if one.held_since)
        by = f"the next good reading; {OPERATOR}, where it does not come (`daykeeper status`)"
        yield Withheld("data", what, by, since, **looker.part([one.ref for one in each]))


def _unread(tx: Tx) -> Iterator[Withheld]:
    rows = [one for one in tx.quarantine.open() if one.feed == DATABASE]
    if rows:
        what = "what is stored of a case cannot be read: what is due for it waits"
        by = f"{OPERATOR} (`daykeeper status`, quarantine)"
        yield Withheld("unreadable", what, by, min(one.seen_at for one in rows), others=len(rows))


def _unheld(tx: Tx, house: House, looker: _Looker, now: datetime) -> Iterator[Withheld]:
    """Yield the roles of open duties as which nobody could be told, so that the duty mailbox was, or nobody."""
    entries: dict[str, list[Entry]] = {}
    for entry in tx.journal.since("role.unheld", now - LATELY):
        entries.setdefault(str(entry.data["role"]), []).append(entry)
    open_ = _open_of(tx, {one.about for each in entries.values() for one in each})
    looker.told({one.ref for one in open_.values()})  # together: one by one it is a query a case
    for role, each in sorted(entries.items()):
        still = {
            one.about: open_[one.about]
            for one in each
            if one.about in open_ and looker.tells([open_[one.about].ref])
        }
        if still:
            what = f"nobody could be told as the {house.deciding.words.role(role)}: the duty mailbox was, if anybody"
            since = min(one.at for one in each if one.about in still)
            refs = [one.ref for one in still.values()]
            yield Withheld("role", what, DIRECTORY, since, **looker.part(refs))


def _open_of(tx: Tx, ids: Collection[str]) -> dict[str, Track]:
    """Return those of some duties that are open; a case's own reference may hold slashes."""
    cuts = [(id_, at) for id_ in ids for at, letter in enumerate(id_) if letter == "/"]
    rules = {id_[at + 1 :].partition("/")[0] for id_, at in cuts}
    refs = {id_[:at] for id_, at in cuts}
    found, _ = apart(lambda some: tx.obligations.open_in(some, rules), refs, "obligations")
    every = (track for each in found.values() for track in each)
    return {one.id: one for one in every if one.id in ids}


def _undelivered(tx: Tx, looker: _Looker) -> Iterator[Withheld]:
    """Yield what was refused for good, as where somebody has no address, by why."""
    groups: dict[str, list[Refused]] = {}
    every = refused(tx)
    looker.told(_refs(notice for one in every for notice in one.notices))
    for one in every:
        if one.notices and looker.tells(_refs(one.notices)):
            groups.setdefault(one.message.reason or "refused", []).append(one)
    for reason, each in sorted(groups.items()):
        what = f"could not be delivered: {reason.replace('-', ' ')} ({len(each)})"
        by = f"{DIRECTORY}; then {OPERATOR} (`daykeeper release refused`)"
        since = min(one.message.created_at for one in each)
        refs = _refs(notice for one in each for notice in one.notices)
        yield Withheld("address", what, by, since, **looker.part(refs))


def _refs(notices: Iterable[Notice]) -> Sequence[str]:
    return sorted({ref for one in notices for ref in one.refs})
