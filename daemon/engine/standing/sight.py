"""Which cases somebody who has signed in is shown, in every list, count and search alike."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from daemon.decide.people.recipients import Access, may_know, resolve
from daemon.domain.record import Record
from daemon.domain.times import day_of
from daemon.domain.who import Who
from daemon.engine.answering.silencing import MANAGERS
from daemon.engine.house import House
from daemon.engine.standing.onlooker import SignedIn
from daemon.engine.telling.operator import OPERATOR
from daemon.engine.telling.quiet import resting_refs
from daemon.rulebook.language.private import reads_outside
from daemon.store import Tx, apart

T = TypeVar("T")
NAMES = re.compile(r"[^\s|,;:\"'()\[\]{}]+")  # what may be a reference, with what hangs on it
AT_ONCE = 100  # cases that are looked up together
RUNS = frozenset({*MANAGERS, OPERATOR})  # by sign-in: who sees how the service itself stands
READS = frozenset(
    {*RUNS, "director_childrens_services", "childrens_services_auditor", "safeguarding_lead_agency"}
)


def is_inside(who: Who) -> bool:
    """Return whether somebody's sign-in says that they are of the authority itself."""
    return any(not reads_outside(role) for role in who.roles)


def reads_report(who: Who) -> bool:
    """Return whether somebody's sign-in says that the partnership's report is theirs to read: it names no case."""
    return not who.roles.isdisjoint(READS)


def runs_it(who: Who) -> bool:
    """Return whether somebody's sign-in says that the state of the service is theirs to see."""
    return not who.roles.isdisjoint(RUNS)


class Sight:
    """The eyes of one person for one page. What is not shown is as if it were not there.

    Shown is a case in which they hold a role, or stand in for whoever does, and of which they may know: never
    one from which they are excluded, nor a restricted one that does not name them. Of a family that is held
    after a death nothing is shown. Each case is looked up once.

    Source: READINGS section 2, 1 to 3.
    """

    def __init__(
        self, tx: Tx, house: House, who: Who, now: datetime, *, of_service: bool = False
    ) -> None:
        """`of_service`: the page tells how the service stands, to whoever runs it: no restricted case, but others."""
        self.tx, self.house, self.today = tx, house, day_of(now)
        # no case is theirs who run the machine
        self.who = replace(who, roles=who.roles - {OPERATOR})
        self.people = house.people(tx)
        self.person = self.people.get(who.person)
        self._is_of_service = of_service and runs_it(who)
        self._sees = SignedIn.of(tx, house, self.who, now).sees
        self._records: dict[str, Record | None] = {}
        self._held: set[str] = set()

    def records(self, refs: Collection[str]) -> dict[str, Record]:
        """Return the records of those cases that are shown."""
        new = [ref for ref in dict.fromkeys(refs) if ref not in self._records]
        for start in range(0, len(new), AT_ONCE):
            self._look_up(new[start : start + AT_ONCE])
        found = ((ref, self._records[ref]) for ref in dict.fromkeys(refs))
        return {ref: record for ref, record in found if record is not None}

    def sees(self, ref: str) -> bool:
        """Return whether a case is shown."""
        return bool(self.records([ref]))

    def is_held(self, ref: str) -> bool:
        """Return whether a case would be shown, were its family not held after a death."""
        self.records([ref])
        return ref in self._held

    def may_show(self, *texts: str) -> bool:
        """Return whether no text names a case that is not shown."""
        return self.named(*texts) is not None

    def named(self, *texts: str) -> set[str] | None:
        """Return the cases that texts name, None where one of them is not shown."""
        words = {word for text in texts for word in NAMES.findall(text)} | {
            text.partition("|")[0] for text in texts
        }
        names = {name for word in words for name in _cuts(word) if name}
        cases, spoilt = apart(self.tx.cases.of, names, "cases")
        known = cases.keys() | spoilt.keys()
        return set(known) if known == self.records(list(known)).keys() else None

    def of(self, rows: Iterable[tuple[str, T]]) -> Iterator[tuple[Record, T]]:
        """Yield what comes with the reference of a case that is shown, with its record; no more is read than asked."""
        some: list[tuple[str, T]] = []
        for row in rows:
            some.append(row)
            if len(some) == AT_ONCE:
                yield from self._of(some)
                some = []
        yield from self._of(some)

    def _of(self, rows: list[tuple[str, T]]) -> Iterator[tuple[Record, T]]:
        shown = self.records([ref for ref, _ in rows])
        yield from ((shown[ref], row) for ref, row in rows if ref in shown)

    def _look_up(self, refs: list[str]) -> None:
        self._records |= dict.fromkeys(refs)
        cases, _ = apart(self.tx.cases.of, refs, "cases")
        mine = {ref: one for ref, one in cases.items() if one.access and self._may_hold(one.access)}
        resting = resting_refs(self.tx, mine) | {ref for ref, one in mine.items() if one.is_closed}
        for ref, reading in self.house.read_cases(self.tx, list(mine)).items():
            if reading.record is None or not self._is_theirs(reading.record):
                continue
            if ref in resting:
                self._held.add(ref)
            else:
                self._records[ref] = reading.record

    def _is_theirs(self, record: Record) -> bool:
        if self._is_of_service and self.person is not None and not record.restricted:
            return may_know(self.person, self.house.deciding.access(record), self.people)
        return self._sees(record)

    def _may_hold(self, access: Access) -> bool:
        """Return whether it is worth reading the record: cheaply, of what was last assessed."""
        person, people = self.person, self.people
        if person is None or not may_know(person, access, people):
            return False
        if self._is_of_service:
            return True
        if any(people.is_one_of(person, frozenset(each)) for each in access.roles.values()):
            return True
        return any(
            one.id == person.id
            for role in self.who.roles
            for one in resolve(role, access, people, self.today).people
        )


def _cuts(word: str) -> Iterator[str]:
    """Yield a word, and what stands before each of its slashes: a reference may have some itself."""
    yield word.rstrip(".")
    yield from (word[:at] for at, letter in enumerate(word) if letter == "/")
