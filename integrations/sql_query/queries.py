"""An authority's own queries: each row is a case, or a meeting of one, by named columns."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from daemon.ports import Unreadable
from integrations.sql_query.cases import Body, Cases, Record, fact, flag, moment, put, words
from integrations.sql_query.config import Query

MOMENTS = frozenset({"born_on", "expected_on", "scheduled_at", "ends_at", "held_on"})
FLAGS = frozenset({"restricted", "looked_after", "effective"})


def read_queries(connection: Connection, queries: Mapping[str, Query], cases: Cases) -> None:
    """Put what every query yields on its cases; a row that cannot be used is a problem."""
    for name, query in queries.items():
        result = connection.exec_driver_sql(query.sql)
        if lacking := sorted(_columns(query) - set(result.keys())):
            raise Unreadable(f"the query {name} gives no column {', '.join(lacking)}")
        for number, row in enumerate(result.mappings(), start=1):
            cases.rows += 1
            _read(f"{name}/{number}", query, dict(row), cases)


def _columns(query: Query) -> set[str]:
    facts = [query.of_fact(name) for name in query.facts]
    named = [query.ref, query.id, *query.fields.values(), *query.roles.values()]
    return {
        column
        for column in (*named, *(c for f in facts for c in (f.at, f.value, f.about)))
        if column
    }


def _read(place: str, query: Query, row: Record, cases: Cases) -> None:
    column = query.ref
    try:
        ref = words(row[column])
        if ref is None:
            cases.report(
                place,
                f"{column}: there is no case reference",
                "give the case system's own id in every row",
            )
            return
        part: Body = {"facts": {}}
        for field, column in query.fields.items():
            part[field] = _value(field, row[column])
        roles = {
            role: person for role, column in query.roles.items() if (person := words(row[column]))
        }
        for name in query.facts:
            of = query.of_fact(name)
            column = of.at
            at = moment(row[column])
            put(part["facts"], name, fact(at, _word(row, of.value), _word(row, of.about)))
        meeting = _word(row, query.id)
    except ValueError as error:
        cases.report(place, f"{column}: {error}", "mend it in the source; the other rows were read")
        return
    known = {key: value for key, value in part.items() if value is not None}
    body = cases.body(ref, place)
    if roles:
        body.setdefault("roles", {}).update(roles)
    if query.meeting is None:
        for name, one in known.pop("facts").items():
            put(body["facts"], name, one)
        body.update(known)
    elif meeting is None:
        cases.report(place, f"{query.id}: the meeting has no id", "give every meeting its own id")
    else:
        body.setdefault("meetings", []).append({"id": meeting, "kind": query.meeting, **known})


def _word(row: Record, column: str | None) -> str | None:
    return words(row[column]) if column else None


def _value(field: str, value: Any) -> object:
    if field in MOMENTS:
        return moment(value)
    return flag(value) if field in FLAGS else words(value)
