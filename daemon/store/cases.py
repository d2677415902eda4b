"""Which cases there are, and when each must be assessed again."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Index,
    Text,
    bindparam,
    case,
    func,
    or_,
    text,
)

from daemon.domain.errors import Problem, Severity
from daemon.store.columns import Instant, Json, partial, table
from daemon.store.gateway import Gateway, insert_into, values

cases = table(
    "cases",
    Column("ref", Text, primary_key=True),
    Column("family", Text),
    Column("pathway", Text),
    Column("team", Text),
    Column("restricted", Boolean, nullable=False),
    Column("assess_at", Instant),
    Column("problems", Json),
    Index("ix_cases_family", "authority", "family"),
    partial("ix_cases_assess", "authority", "assess_at", where=text("assess_at IS NOT NULL")),
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it was last assessed; `next_assess_at` None: only a change brings it back."""

    ref: str
    family: str | None = None
    pathway: str | None = None
    team: str | None = None
    restricted: bool = False
    next_assess_at: datetime | None = None
    problems: tuple[Problem, ...] = ()


class Cases(Gateway):
    """The list of cases. `due` and `assessed` belong in one transaction, or a touch is lost."""

    def touch(self, refs: Collection[str], at: datetime) -> None:
        """Make sure that these cases are assessed at that moment or before."""
        rows = [values(CaseRow(ref), cases) | {"assess_at": at, "problems": None} for ref in refs]
        if rows:
            insert = insert_into(self.connection, cases)
            touch = insert.on_conflict_do_update(
                index_elements=list(cases.primary_key), set_={"assess_at": _sooner(at)}
            )
            self.connection.execute(touch, self._ours(rows))

    def touch_all(self, now: datetime) -> None:
        """Make sure that every case is assessed by that moment, as after a new rulebook."""
        self._change(self._update(cases).values(assess_at=_sooner(now)))

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return the cases to assess by now, the longest due first."""
        query = self._select(cases, cases.c.ref).where(cases.c.assess_at <= now)
        query = query.order_by(cases.c.assess_at, cases.c.ref).limit(limit)
        return [ref for (ref,) in self._found(self._held(query, or_skipped=True))]

    def assessed(self, rows: Sequence[CaseRow]) -> None:
        """Record how these cases stand and when to look again."""
        self._upsert(
            cases,
            [
                {
                    **values(row, cases),
                    "assess_at": row.next_assess_at,
                    "problems": [_plain(problem) for problem in row.problems] or None,
                }
                for row in rows
            ],
        )

    def get(self, ref: str) -> CaseRow | None:
        """Return one case as it was last assessed."""
        rows = self._found(self._select(cases).where(cases.c.ref == ref))
        for _, *columns, problems in rows:
            return CaseRow(*[*columns, tuple(map(_problem, problems or ()))])
        return None

    def family_refs(self, family: str) -> list[str]:
        """Return the cases of one family."""
        query = self._select(cases, cases.c.ref).where(cases.c.family == family)
        return [ref for (ref,) in self._found(query.order_by(cases.c.ref))]

    def problems(self) -> list[tuple[str, Problem]]:
        """Return every case's problems with its reference."""
        query = self._select(cases, cases.c.ref, cases.c.problems)
        rows = self._found(query.where(cases.c.problems.is_not(None)).order_by(cases.c.ref))
        return [(ref, _problem(problem)) for ref, problems in rows for problem in problems]

    def count(self) -> int:
        """Return how many cases there are."""
        return int(self._found(self._select(cases, func.count()))[0][0])

    def refs(self, after: str = "", limit: int = 1000) -> Iterator[str]:
        """Yield every case reference after one, in order, reading `limit` at a time."""
        while True:
            query = self._select(cases, cases.c.ref).where(cases.c.ref > after)
            page = [ref for (ref,) in self._found(query.order_by(cases.c.ref).limit(limit))]
            yield from page
            if len(page) < limit:
                return
            after = page[-1]


def _sooner(at: datetime) -> ColumnElement[datetime | None]:
    """Return the sooner moment. The row is written in any case.

    So whoever touches it waits for who is just assessing it, and is not overwritten unseen.
    """
    later = or_(cases.c.assess_at.is_(None), cases.c.assess_at > at)
    return case((later, bindparam(None, at, Instant)), else_=cases.c.assess_at)


def _plain(problem: Problem) -> dict[str, str]:
    return {name: getattr(problem, name) for name in Problem.__slots__}


def _problem(plain: dict[str, str]) -> Problem:
    return Problem(**{**plain, "severity": Severity(plain["severity"])})  # type: ignore[arg-type]
