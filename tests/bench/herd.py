"""An authority with very many waiting rungs, and more that fall due when asked: copies, made by the database.

The line itself decides two cases; the database multiplies their rows under new references. A
thousand members of staff share them. Each rung tells two people by e-mail.
"""

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Text,
    cast,
    func,
    insert,
    literal,
    select,
    true,
    type_coerce,
    update,
)

from daemon.decide.duties.obligations import Deciding
from daemon.engine.line import Line
from daemon.engine.telling.weekly import SUMMARY
from daemon.store import FeedState, Tx
from daemon.store.ground.columns import MILLION, micros
from daemon.store.tables import cases, fragments, obligations
from daemon.testing.fakes import FakeDirectory
from daemon.testing.world import DIARY, World, at, person
from tests.bench.cases import body
from tests.bench.places import Place

DECIDED, DUE = "2026-03-04 18:00", "2026-03-19 09:00"
ROUTINE, URGENT = "icpc-by-day-15", "icpc-limit"  # the rules whose first rungs fall due at DUE
STARTS = {ROUTINE: "2026-03-04", URGENT: "2026-03-02"}  # of the case that is copied for each
COPIED = "copied"  # the authority under which these cases lie
RULES = 3  # that a case has open
HOLDERS = 250  # of each role
ROLES = {
    "social_worker": "sam", "team_manager": "tom", "conference_coordinator": "conor",
    "safeguarding_service_manager": "sue",
}  # fmt: skip
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
MINUTES = 10_000  # over which the waiting rungs are spread, from a day after DUE
AT_ONCE = 50_000  # cases copied by one statement: a server ends one that takes a minute
BIG = BigInteger()


class Herd:
    """One such authority. Its clock stands just before DUE; each time that more fall due, a minute passes."""

    def __init__(self, folder: Path, place: Place, waiting: int, **terms: Any) -> None:
        """Make a database with so many waiting rungs, of which nothing is due."""
        self.place, self.url = place, place.make()
        self.cases = self.minutes = 0
        self.world = reopen(folder, self.url, DECIDED, **terms)
        for rule, started in STARTS.items():
            roles = {role: f"{name}-#" for role, name in ROLES.items()}
            self.world.feed.bodies[rule] = body(rule, started) | {"roles": roles}
        self.world.turn()
        self.world.clock.now = at(DUE) - SECOND
        with self.world.store.write() as tx:
            self._put_aside(tx)
        first = literal(micros(at(DUE) + DAY), BIG)
        self._copy(ROUTINE, -(-waiting // RULES), first, MINUTES * 60, one_rule=False)
        place.tidy(self.url)
        gc.freeze()  # as the service does

    @property
    def line(self) -> Line:
        """Its line."""
        return self.world.line

    def fall_due(self, routine: int, urgent: int = 0) -> None:
        """Have so many rungs fall due within one minute, and the minute pass."""
        first = literal(micros(self.world.clock.now + SECOND), BIG)
        for rule, many in ((ROUTINE, routine), (URGENT, urgent)):
            self._copy(rule, many, first, 60, one_rule=True)
        self.world.clock.now += timedelta(minutes=1)

    def fire(self, wake: Callable[[], None] = lambda: None) -> int:
        """Have the escalator fire all that is due; return how many ladders it looked at.

        `wake` is called after each batch, as a run wakes its workers.
        """
        looked_at = 0
        while more := self.line.escalator.escalate(self.world.clock.now):
            looked_at += more
            wake()
        return looked_at

    def close(self) -> None:
        """Give the database back, and take it away."""
        self.world.close()
        self.place.drop(self.url)

    def _put_aside(self, tx: Tx) -> None:
        for table in (obligations, cases, fragments):
            tx.cases.connection.execute(update(table).values(authority=COPIED))
        known_at = at(DUE) + DAY
        tx.marks.put(SUMMARY, known_at)  # the weekly list
        tx.feeds.saw("diary", FeedState(DIARY, known_at, known_at, None, 2, whole=True))

    def _copy(
        self, rule: str, many: int, first: ColumnElement[int], span_s: int, *, one_rule: bool
    ) -> None:
        """Add so many copies of a case, with all that it has open or one obligation of it.

        They fall due from a moment on, in microseconds, within `span_s` seconds.
        """
        for done in range(0, many, AT_ONCE):
            with self.world.store.write() as tx:
                self._copy_some(tx, rule, min(AT_ONCE, many - done), first, span_s, one_rule)

    def _copy_some(
        self,
        tx: Tx,
        rule: str,
        many: int,
        first: ColumnElement[int],
        span_s: int,
        one_rule: bool,
    ) -> None:
        span = numbers(self.cases + 1, self.cases + many)
        self.cases += many
        n, columns = span.c.n, obligations.c
        ref = "SC-" + cast(n, Text)
        whose = {"authority": literal(tx.authority), "ref": ref, "family": "F-SC-" + cast(n, Text)}
        holder = "-" + cast(n % HOLDERS, Text)
        written = func.replace(type_coerce(fragments.c.body, Text), rule, ref)
        known = type_coerce(cases.c.access, Text)
        number = tx.words.numbers({rule})[rule]
        due = {"next_at": first + (n * RULES + cast(columns.rule, BIG)) % span_s * MILLION}
        for table, changed, when in (
            (fragments, {**whose, "body": func.replace(written, "-#", holder)}, true()),
            (cases, {**whose, "access": func.replace(known, "-#", holder)}, true()),
            (obligations, {**whose, **due}, columns.rule == number if one_rule else true()),
        ):
            chosen = [changed.get(column.name, column) for column in table.c]
            rows = select(*chosen).join_from(table, span, true())
            rows = rows.where(table.c.authority == COPIED, table.c.ref == rule, when)
            tx.cases.connection.execute(insert(table).from_select(table.c.keys(), rows))


def reopen(folder: Path, url: str, now: str, **terms: Any) -> World:
    """Return the authority on its database; its diary and its directory are read at most once a day."""
    world = World(folder, now, url=url, **terms)
    house = world.house
    house.deciding = by_mail(world.deciding)
    house.feeds = {name: replace(feed, read_every=DAY) for name, feed in house.feeds.items()}
    staff = [
        person(f"{name}-{number}", role)
        for role, name in ROLES.items()
        for number in range(HOLDERS)
    ]
    house.directory = FakeDirectory([*staff, person("duty", "duty_mailbox")])
    world.line = Line.of(world.store, house, world.clock, people_every=DAY * 100)
    return world


def by_mail(deciding: Deciding) -> Deciding:
    """Return the rulebook as an authority without Teams has it, the statutory limit as urgent."""
    packs = {
        name: replace(pack, rules=tuple(
            replace(rule, ladder=tuple(
                replace(rung, via=("email",), urgent=rule.name == URGENT) for rung in rule.ladder
            )) for rule in pack.rules
        )) for name, pack in deciding.rulebook.packs.items()
    }  # fmt: skip
    return replace(deciding, rulebook=replace(deciding.rulebook, packs=packs))


def numbers(first: int, last: int) -> CTE:
    """Return a table of one column, n, with every number from the first to the last."""
    start = select(literal(first, BIG).label("n")).cte("numbers", recursive=True)
    return start.union_all(select(start.c.n + 1).where(start.c.n < last))
