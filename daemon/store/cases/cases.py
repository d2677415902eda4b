"""Which cases there are, and when each must be assessed again."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

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
    select,
    text,
    type_coerce,
)

from daemon.decide.people.recipients import Access
from daemon.domain.errors import Problem, Severity
from daemon.domain.person import Scope
from daemon.store.ground.columns import EPOCH, Instant, Json, partial, table
from daemon.store.ground.gateway import Gateway, batches, values
from daemon.store.ground.prepared import OURS, Places, Prepared
from daemon.store.ground.spoilt import apart

cases = table(
    "cases",
    Column("ref", Text, primary_key=True),
    Column("family", Text),
    Column("pathway", Text),
    Column("team", Text),
    Column("restricted", Boolean, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    Column("access", Json),
    Column("assess_at", Instant),
    Column("problems", Json),
    Index("ix_cases_family", "authority", "family"),
    partial("ix_cases_assess", "authority", "assess_at", where=text("assess_at IS NOT NULL")),
)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as it was last assessed; `next_assess_at` None: only a change brings it back.

    `is_closed`: its child has died or its pregnancy has ended, and its family is held until a person
    releases it. `access` says who may know of it, None where its record cannot be read.
    """

    ref: str
    family: str | None = None
    pathway: str | None = None
    team: str | None = None
    restricted: bool = False
    is_closed: bool = False
    access: Access | None = None
    next_assess_at: datetime | None = None
    problems: tuple[Problem, ...] = ()


# A case that has changed is due by every clock, also by one that is set back: its moment stands in 1970.
AT_ONCE = datetime(1971, 1, 1, tzinfo=UTC)
NOBODY_EXCLUDED = '"excluded":[]'  # as `access` is stored
COLUMNS = [
    type_coerce(column, Text) if column.name == "access" else column  # it is read by `_access`
    for column in cases.c
    if column.name != "authority"
]
OF = Prepared(
    lambda places: select(*COLUMNS).where(cases.c.authority == OURS, cases.c.ref.in_(places.many))
)
CLOSED = Prepared(
    lambda places: select(cases.c.family).where(
        cases.c.authority == OURS, cases.c.family.in_(places.many), cases.c.is_closed
    )
)


class Cases(Gateway):
    """The list of cases. `due` and `assessed` belong in one transaction, or a touch is lost."""

    def touch(self, refs: Collection[str], at: datetime) -> None:
        """Have these cases assessed next, whatever a clock shows then; `at`: the longest known first."""
        first_at = _at_once(at)
        blank = {"access": None, "assess_at": first_at, "problems": None}
        rows = [values(CaseRow(ref), cases) | blank for ref in refs]
        if rows:
            insert = Places(self.connection.dialect, 1).insert(cases)
            touch = insert.on_conflict_do_update(
                index_elements=list(cases.primary_key), set_={"assess_at": _sooner(first_at)}
            )
            self.connection.execute(touch, self._ours(rows))

    def touch_all(self, now: datetime) -> None:
        """Have every case assessed next, as after a new rulebook."""
        self._change(self._update(cases).values(assess_at=_sooner(_at_once(now))))

    def due(self, now: datetime, limit: int) -> list[str]:
        """Return the cases to assess by now, the longest due first."""
        query = self._select(cases, cases.c.ref).where(cases.c.assess_at <= now)
        query = query.order_by(cases.c.assess_at, cases.c.ref).limit(limit)
        return [ref for (ref,) in self._found(self._held(query, or_skipped=True))]

    def due_count(self, now: datetime) -> int:
        """Return how many cases are to be assessed by now."""
        query = self._select(cases, func.count()).where(cases.c.assess_at <= now)
        return int(self._found(query)[0][0])

    def assessed(self, rows: Sequence[CaseRow]) -> None:
        """Record how these cases stand and when to look again."""
        self._upsert(
            cases,
            [
                {
                    **values(row, cases),
                    "access": _plain_access(row.access),
                    "assess_at": row.next_assess_at,
                    "problems": [_plain(problem) for problem in row.problems] or None,
                }
                for row in rows
            ],
        )

    def get(self, ref: str) -> CaseRow | None:
        """Return one case as it was last assessed."""
        return self.of([ref]).get(ref)

    def of(self, refs: Collection[str]) -> dict[str, CaseRow]:
        """Return cases as they were last assessed."""
        return {row[0]: _case(*row) for batch in batches(refs) for row in self._ask(OF, batch)}

    def closed_families(self, families: Collection[str]) -> set[str]:
        """Return those of some families in which a case is closed, so that the others are held."""
        found: set[str] = set()
        for batch in batches(families):
            found |= {family for (family,) in self._ask(CLOSED, batch)}
        return found

    def held_families(self) -> int:
        """Return how many families have a case that is closed, so that what is about them is held."""
        query = self._select(cases, func.count(cases.c.family.distinct()))
        return int(self._found(query.where(cases.c.is_closed))[0][0])

    def closed_by_family(self) -> dict[str, list[str]]:
        """Return the cases of each family of which one is closed, itself among them."""
        query = self._select(cases, cases.c.family).where(cases.c.is_closed).distinct()
        families = sorted(family for (family,) in self._found(query) if family)
        return {family: self.family_refs(family) for family in families}

    def restricted(self) -> list[str]:
        """Return the cases that are restricted."""
        query = self._select(cases, cases.c.ref).where(cases.c.restricted)
        return [ref for (ref,) in self._found(query.order_by(cases.c.ref))]

    def guarded(self) -> list[str]:
        """Return the cases that are restricted, or that somebody must not know of; none that a death has closed."""
        is_excluding = type_coerce(cases.c.access, Text).not_like(f"%{NOBODY_EXCLUDED}%")
        query = self._select(cases, cases.c.ref).where(~cases.c.is_closed)
        query = query.where(or_(cases.c.restricted, is_excluding))
        return [ref for (ref,) in self._found(query.order_by(cases.c.ref))]

    def family_refs(self, family: str) -> list[str]:
        """Return the cases of one family."""
        query = self._select(cases, cases.c.ref).where(cases.c.family == family)
        return [ref for (ref,) in self._found(query.order_by(cases.c.ref))]

    def problems(self) -> list[tuple[str, Problem]]:
        """Return every case's problems with its reference; none of a case whose row cannot be read."""
        query = self._select(cases, cases.c.ref).where(cases.c.problems.is_not(None))
        refs = [ref for (ref,) in self._found(query.order_by(cases.c.ref))]
        found, _ = apart(self.of, refs, "cases")
        return [(ref, one) for ref in refs if ref in found for one in found[ref].problems]

    def count(self) -> int:
        """Return how many cases there are."""
        return int(self._found(self._select(cases, func.count()))[0][0])

    def pathways(self) -> set[str | None]:
        """Return the pathways that cases have, None among them where one has none."""
        return {
            pathway for (pathway,) in self._found(self._select(cases, cases.c.pathway).distinct())
        }

    def refs(self, after: str = "", limit: int = 1000) -> Iterator[str]:
        """Yield every case reference after one, in order, reading `limit` at a time."""
        while True:
            query = self._select(cases, cases.c.ref).where(cases.c.ref > after)
            page = [ref for (ref,) in self._found(query.order_by(cases.c.ref).limit(limit))]
            yield from page
            if len(page) < limit:
                return
            after = page[-1]


def _at_once(at: datetime) -> datetime:
    """Return a moment that every clock has behind it; of two, the same is the sooner one."""
    return EPOCH + (at - EPOCH) / 1000


def _sooner(at: datetime) -> ColumnElement[datetime | None]:
    """Return the sooner moment. The row is written in any case.

    So whoever touches it waits for who is just assessing it, and is not overwritten unseen.
    """
    later = or_(cases.c.assess_at.is_(None), cases.c.assess_at > at)
    return case((later, bindparam(None, at, Instant)), else_=cases.c.assess_at)


def _case(
    ref: str,
    family: str | None,
    pathway: str | None,
    team: str | None,
    restricted: bool,
    is_closed: bool,
    access: str | None,
    assess_at: datetime | None,
    problems: list[dict[str, str]] | None,
) -> CaseRow:
    may_know = _access(access, team, restricted) if access else None
    doubts = tuple(map(_problem, problems or ()))
    return CaseRow(ref, family, pathway, team, restricted, is_closed, may_know, assess_at, doubts)


@lru_cache(maxsize=10_000)  # one worker's cases are known to the same people
def _access(text: str, team: str | None, restricted: bool) -> Access:
    plain = json.loads(text)
    holders, excluded = frozenset(plain["holders"]), frozenset(plain["excluded"])
    places = {
        name: tuple(Scope(agency=agency, area=area) for agency, area in each)
        for name, each in plain.get("places", {}).items()
    }
    return Access(plain["roles"], team, restricted, holders, excluded, places)


def _plain_access(access: Access | None) -> dict[str, Any] | None:
    if access is None:
        return None
    return {
        "roles": {role: list(names) for role, names in access.roles.items()},
        "holders": sorted(access.holders),
        "excluded": sorted(access.excluded),
        "places": {
            name: [(one.agency, one.area) for one in places]
            for name, places in (access.places or {}).items()
        },
    }


def _plain(problem: Problem) -> dict[str, str]:
    return {name: getattr(problem, name) for name in Problem.__slots__}


def _problem(plain: dict[str, str]) -> Problem:
    return Problem(**{**plain, "severity": Severity(plain["severity"])})  # type: ignore[arg-type]
