"""An authority's own queries: each row is a case, or a meeting, invitee, plan or action of one, by named columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from daemon.ports import Unreadable
from integrations.sql_query.cases import (
    Body,
    Cases,
    Record,
    fact,
    flag,
    flag_in_doubt,
    ids,
    moment,
    put,
    words,
)
from integrations.sql_query.config import Query
from integrations.sql_query.reader import Reader
from integrations.sql_query.versions import newest

READ = {
    **dict.fromkeys(("born_on", "expected_on", "scheduled_at", "ends_at", "held_on"), moment),
    **dict.fromkeys(("invited_at", "started_on", "ended_on", "due_on"), moment),
    **dict.fromkeys(("enquiry_on", "target_on", "review_target_on"), moment),
    **dict.fromkeys(("looked_after", "effective", "is_family", "key"), flag),
    **dict.fromkeys(("report_expected", "delivered"), flag),
    **dict.fromkeys(("restricted", "excluded_by_chair"), flag_in_doubt),
    **dict.fromkeys(("formerly", "holders", "excluded", "apart_from"), ids),
}
KEEPS_OUT = frozenset({"restricted", "holders", "excluded"})
SHOWN_BY_FIELD = {
    "born_on": "child_date_of_birth",
    "expected_on": "birth_expected",
    "looked_after": "child_looked_after",
    "started_on": "plan_started",
    "ended_on": "plan_ended",
    "due_on": "plan_action_due",
    "response": "invitee.response",
}


def read_queries(reader: Reader, queries: Mapping[str, Query], cases: Cases) -> None:
    """Put what every query yields on its cases; a row that cannot be used is a problem."""
    for name, query in queries.items():
        answer = reader.ask(query.sql)
        if lacking := sorted(_columns(query) - set(answer.keys())):
            raise Unreadable(f"the query {name} gives no column {', '.join(lacking)}")
        rows = _placed(name, reader.each(answer), cases)
        for place, row in newest(rows, query, cases) if query.version else rows:
            _read(place, query, row, cases)


def _placed(name: str, rows: Iterable[Record], cases: Cases) -> Iterator[tuple[str, Record]]:
    for number, row in enumerate(rows, start=1):
        cases.rows += 1
        yield f"{name}/{number}", row


def _columns(query: Query) -> set[str]:
    facts = [query.of_fact(name) for name in query.facts]
    named = [
        query.ref,
        query.id,
        query.of_meeting,
        query.version,
        *query.fields.values(),
        *query.roles.values(),
    ]
    return {
        column
        for column in (*named, *(c for f in facts for c in (f.at, f.value, f.about)))
        if column
    }


def _read(place: str, query: Query, row: Record, cases: Cases) -> None:
    ref = None
    try:
        ref = _cell(row, query.ref)
        known = _known(query, row)
        roles = {role: _cell(row, column) for role, column in query.roles.items()}
        name, meeting = _cell(row, query.id), _cell(row, query.of_meeting)
    except ValueError as error:
        what = str(error)
        if ref and not KEEPS_OUT.isdisjoint(query.fields):
            cases.body(str(ref), place)["restricted"] = True
            what += "; until it is mended, the holders of the case alone are told of it"
        cases.report(place, what, "mend it in the source; the other rows were read")
        return
    if lacking := _lacking(query, ref, name, meeting):
        cases.report(place, *lacking)
        return
    body = cases.body(str(ref), place)
    if held := {role: person for role, person in roles.items() if person}:
        body.setdefault("roles", {}).update(held)
    if query.of == "case":
        _gather(body, known)
    elif query.meeting:
        body.setdefault("meetings", []).append({"id": name, "kind": query.meeting, **known})
    else:
        home = _part(body, "meetings", meeting) if query.of_meeting else body
        _part(home, f"{query.of}s", name).update(known)


def _known(query: Query, row: Record) -> Body:
    """Return the fields and facts that a row gives; raises ValueError."""
    facts: Body = {}
    for name in query.facts:
        of = query.of_fact(name)
        put(
            facts, name, fact(_cell(row, of.at, moment), _cell(row, of.value), _cell(row, of.about))
        )
    fields = {
        field: _cell(row, column, READ.get(field, words)) for field, column in query.fields.items()
    }
    return {**{key: value for key, value in fields.items() if value is not None}, "facts": facts}


def _lacking(query: Query, ref: object, name: object, meeting: object) -> tuple[str, str] | None:
    """Return which id a row lacks, and how to mend it."""
    if ref is None:
        what = f"{query.ref}: there is no case reference"
        return what, "give the case system's own id in every row"
    if query.id and name is None:
        return f"{query.id}: the {query.of} has no id", "give every one its own id"
    if query.of_meeting and meeting is None:
        what = f"{query.of_meeting}: the invitee is of no meeting"
        return what, "give the id of the meeting in every row"
    return None


def _gather(body: Body, known: Body) -> None:
    """Put what a row says of a case: whom several rows name are all named, and restricted is restricted."""
    for name, one in known.pop("facts").items():
        put(body["facts"], name, one)
    for field, value in known.items():
        if isinstance(value, list):
            body[field] = list(dict.fromkeys((*body.get(field, ()), *value)))
        elif not (field == "restricted" and body.get(field)):
            body[field] = value


def _part(body: Body, key: str, name: object) -> Body:
    """Return the part of a body with this id, begun where it is new."""
    parts: list[Body] = body.setdefault(key, [])
    found = next((one for one in parts if one["id"] == name), None)
    if found is None:
        found = {"id": name}
        parts.append(found)
    return found


def _cell(row: Record, column: str | None, read: Callable[[object], Any] = words) -> Any:
    """Return what a column says, None where there is none; raises ValueError that names it."""
    try:
        return read(row[column]) if column else None
    except ValueError as error:
        raise ValueError(f"{column}: {error}") from None
