"""Everything that is held about one case or one person, table by table, for whoever asks for their data."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    Text,
    delete,
    exists,
    func,
    or_,
    select,
    type_coerce,
)

from daemon.store.cases.answers import answers
from daemon.store.cases.cases import cases
from daemon.store.cases.conferences import conference_cases, conferences
from daemon.store.cases.fragments import fragments
from daemon.store.cases.silenced import silenced
from daemon.store.cases.waivers import waivers
from daemon.store.ground.columns import Json, Strings, canonical, metadata
from daemon.store.ground.gateway import Gateway, batches
from daemon.store.journal.journal import journal
from daemon.store.keeping.holds import holds
from daemon.store.people.people import links, people, promises
from daemon.store.people.sessions import sessions
from daemon.store.telling.drafts import drafts
from daemon.store.telling.invitations import invitations, seats
from daemon.store.telling.outbox import deliveries, messages
from daemon.store.telling.queue import notices

HOLD = holds.alias("hold")
LAST = "\U0010ffff"
SECRET = frozenset({"token_hash", "attempt_hash", "id_hash", "authority"})
# where a person's id stands
CALLED: tuple[tuple[Table, str], ...] = (
    *(
        (one, "person")
        for one in (notices, messages, promises, links, invitations, waivers, silenced)
    ),
    *((one, "by") for one in (answers, drafts, holds)),
)
# and what names people among other things
NAMING = (
    (people, ("manager", "delegate", "opened_by")),
    (fragments, ("body",)),
    (cases, ("access",)),
    (journal, ("data",)),
)

Holding = dict[str, list[dict[str, Any]]]


class Holdings(Gateway):
    """What is held, as it is stored."""

    def of_case(self, ref: str) -> Holding:
        """Return everything about a case, with the calendar entries and the lists that speak of others as well."""
        first = f"{ref}/"
        found: Holding = {}
        for table in metadata.sorted_tables:
            names = table.c.keys()
            which = [table.c.ref == ref] if "ref" in names else []
            if "obligation" in names:
                which.append((table.c.obligation >= first) & (table.c.obligation < first + LAST))
            if table is notices:
                which.append(
                    type_coerce(notices.c.refs, Text).contains(canonical(ref), autoescape=True)
                )
            if which and table is not journal:
                found[table.name] = self._rows(table, or_(*which))
        uids = {one["uid"] for one in found[seats.name]}
        met = {one["conference"] for one in found[conference_cases.name]}
        ids = {one["message_id"] for one in found[notices.name] if one["message_id"]}
        found[invitations.name] = self._among(invitations, "uid", uids)
        found[conferences.name] = self._among(conferences, "id", met)
        found[messages.name] = self._among(messages, "id", ids)
        found[deliveries.name] = self._among(deliveries, "message", ids)
        c = journal.c
        own = (c.about == ref) | ((c.about >= first) & (c.about < first + LAST))
        beside = {
            row["obligation"]
            for row in found[notices.name]
            if row["obligation"][: len(first)] != first
        }
        found[journal.name] = self._rows(journal, own) + self._among(journal, "about", ids | beside)
        return _filled(found)

    def of_person(self, name: str) -> Holding:
        """Return everything about somebody who was told, answered, is named in a case, or works here.

        `name` is their id or an address: whom the directory knows is looked for under all of theirs.
        """
        names = self._names_of(name)
        found = {table.name: self._rows(table, table.c[own].in_(names)) for table, own in CALLED}
        found[sessions.name] = self._rows(sessions, sessions.c.person.in_(names))
        c = journal.c
        own: dict[Table, list[ColumnElement[bool]]] = {
            people: [people.c.id.in_(names)],
            journal: [c.about.in_(names)],
        }
        for column in (c.about, type_coerce(c.data, Text)):  # a notice's key
            own[journal] += [column.contains(f"|{one}|", autoescape=True) for one in names]
        for table, columns in NAMING:
            which = [one for column in columns for one in _naming(table.c[column], names)]
            found[table.name] = self._rows(table, or_(*own.get(table, ()), *which))
        return _filled(found)

    def _names_of(self, name: str) -> list[str]:
        """Return a name with the id and addresses of whoever of the directory has it."""
        names = {name}
        for _, own in self._everybody():
            names |= set(own.values()) if name.casefold() in own else set()
        return sorted(names)

    def _everybody(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Yield everybody of the directory: their id, and by its small letters each name that is theirs."""
        for id_, addresses in self._found(self._select(people, people.c.id, people.c.addresses)):
            yield id_, {one.casefold(): one for one in (id_, *map(str, addresses.values()))}

    def _among(self, table: Table, column: str, names: Collection[str]) -> list[dict[str, Any]]:
        """Return the rows that have one of some names."""
        own = table.c[column]
        return [row for some in batches(sorted(names)) for row in self._rows(table, own.in_(some))]

    def in_directory(self, name: str) -> str | None:
        """Return the id of whoever of the directory, as it was last read, has this id or address; None for nobody."""
        return next((id_ for id_, own in self._everybody() if name.casefold() in own), None)

    def under_hold(self, id_: str) -> dict[str, int]:
        """Return by case in how many rows a person's id stands that a legal hold on the case keeps."""
        found: dict[str, int] = {}
        for table, name in CALLED:
            query = select(HOLD.c.ref, func.count()).select_from(
                table.join(HOLD, self._keeps(table))
            )
            mine = table.c.authority == self.authority, table.c[name] == id_
            for ref, many in self._found(query.where(*mine).group_by(HOLD.c.ref)):
                found[ref] = found.get(ref, 0) + many
        return dict(sorted(found.items()))

    def can_go(self, id_: str) -> dict[str, int]:
        """Return in how many rows a person's id stands that no hold on a case keeps, by table; none without rows."""
        found = {}
        for table, name in CALLED:
            query = self._select(table, func.count()).where(table.c[name] == id_, self._free(table))
            ((found[table.name],),) = self._found(query)
        query = self._select(sessions, func.count()).where(sessions.c.person == id_)
        ((found[sessions.name],),) = self._found(query)
        return {name: many for name, many in found.items() if many}

    def put_in_place(self, id_: str, other: str) -> dict[str, int]:
        """Have another id stand wherever a person's does, but in the journal and under a hold on a case.

        Returns in how many rows, by table.
        """
        changed = {}
        for table, name in CALLED:
            change = self._update(table).where(table.c[name] == id_, self._free(table))
            changed[table.name] = self._change(change.values({name: other}))
        mine = sessions.c.authority == self.authority, sessions.c.person == id_
        changed[sessions.name] = self._change(delete(sessions).where(*mine))
        return {name: many for name, many in changed.items() if many}

    def _free(self, table: Table) -> ColumnElement[bool]:
        return ~exists().where(self._keeps(table)).correlate(table)

    def _keeps(self, table: Table) -> ColumnElement[bool]:
        """Return whether a hold is on the case of a row, or on one of those of which it speaks."""
        ref, c = HOLD.c.ref, table.c
        said = func.replace(func.replace(ref, "\\", "\\\\"), '"', '\\"')  # as JSON writes it
        speaks = func.replace(notices.c.refs, '"' + said + '"', "") != type_coerce(
            notices.c.refs, Text
        )
        about: list[ColumnElement[bool]] = []
        if "ref" in c:
            about.append(c.ref == ref)
        if "obligation" in c:
            about.append(func.substr(c.obligation, 1, func.length(ref) + 1) == ref + "/")
        if table is notices:
            about.append(speaks)
        if table is messages:
            carried = exists().where(
                notices.c.authority == self.authority, notices.c.message_id == c.id, speaks
            )
            about.append(carried.correlate(table, HOLD))
        if table is invitations:
            seated = exists().where(
                seats.c.authority == self.authority, seats.c.uid == c.uid, seats.c.ref == ref
            )
            about.append(seated.correlate(table, HOLD))
        return (HOLD.c.authority == self.authority) & or_(*about)

    def _rows(self, table: Table, which: Any) -> list[dict[str, Any]]:
        columns: list[Column[Any]] = [one for one in table.c if one.name not in SECRET]
        names = [one.name for one in columns]
        found = self._found(self._select(table, *columns).where(which))
        return [dict(_plain(zip(names, row, strict=True))) for row in found]


def _naming(column: ColumnElement[Any], names: Collection[str]) -> Iterator[ColumnElement[bool]]:
    """Yield what finds people in a column, a text by itself or JSON; letters count alike, large or small."""
    lower, is_json = func.lower(type_coerce(column, Text)), isinstance(column.type, Json | Strings)
    for one in (name.casefold() for name in names):
        yield lower.contains(canonical(one), autoescape=True) if is_json else lower == one


def _plain(pairs: Any) -> Iterator[tuple[str, Any]]:
    for name, value in pairs:
        yield (
            name,
            value.isoformat()
            if isinstance(value, datetime) or hasattr(value, "isoformat")
            else value,
        )


def _filled(found: Mapping[str, list[dict[str, Any]]]) -> Holding:
    return {name: rows for name, rows in sorted(found.items()) if rows}
