"""The directory as last read, what people have promised, and the links that they were sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Text, delete, func, select

from daemon.domain.delivery import Promise
from daemon.domain.person import Person, Post
from daemon.store.ground.columns import Instant, Json, Strings, table
from daemon.store.ground.gateway import Gateway, all_values, values
from daemon.store.ground.prepared import OURS, Prepared

people = table(
    "people",
    Column("id", Text, primary_key=True),
    Column("addresses", Json, nullable=False),
    Column("manager", Text),
    Column("delegate", Text),
    Column("read_at", Instant, nullable=False),
    Column("posts", Json, nullable=False),
    Column("absences", Json, nullable=False),
    Column("works", Json, nullable=False),
    Column("opened_by", Strings, nullable=False),
)
promises = table(
    "promises",
    Column("obligation", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Column("rung", Text, primary_key=True),
    Column("occurrence", Integer, primary_key=True, autoincrement=False),
    Column("made_at", Instant, nullable=False),
    Column("until", Instant, nullable=False),
    Column("way", Text, nullable=False),
    Column("broken", Boolean, nullable=False),
)
links = table(
    "links",
    Column("token_hash", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("obligation", Text, nullable=False),
    Column("rung", Text, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("person", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_links_message", "authority", "message_id"),
)

PERSON = [people.c[name] for name in Person.__slots__]
POST_DAYS = ("valid_from", "valid_to")
PROMISE = [promises.c[name] for name in Promise.__slots__]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link of one message, by its token's hash. `used_at` None: it still has its effect.

    `revision` is the duty's when the link was made.
    """

    token_hash: str
    message_id: str
    obligation: str
    rung: str
    occurrence: int
    person: str
    action: str
    revision: int
    expires_at: datetime
    used_at: datetime | None = None


READ_AT = Prepared(lambda _: select(func.max(people.c.read_at)).where(people.c.authority == OURS))
LINK = [links.c[name] for name in LinkRow.__slots__]


class People(Gateway):
    """The last good reading of the directory."""

    def replace(self, everybody: Sequence[Person], now: datetime) -> None:
        """Put a new reading in the place of the old one."""
        self._one_at_a_time("people")
        self._change(delete(people).where(people.c.authority == self.authority))
        self._upsert(people, [_plain(person, now) for person in everybody])

    def all(self) -> list[Person]:
        """Return everybody, by id."""
        query = self._select(people, *PERSON).order_by(people.c.id)
        return [_person(row) for row in self._found(query)]

    def get(self, id: str) -> Person | None:
        """Return one person."""
        query = self._select(people, *PERSON).where(people.c.id == id)
        return next((_person(row) for row in self._found(query)), None)

    def read_at(self) -> datetime | None:
        """Return when the directory was last read, None where nobody is in it."""
        read_at: datetime | None = self._ask(READ_AT)[0][0]
        return read_at


class Promises(Gateway):
    """Promises: one a person and rung (DOMAIN 5.7)."""

    def add(self, promise: Promise) -> bool:
        """Keep a promise; return False where this person has promised at this rung before."""
        return bool(self._insert(promises, [values(promise, promises)]))

    def of(self, obligation: str) -> list[Promise]:
        """Return an obligation's promises, the oldest first."""
        query = self._select(promises, *PROMISE).where(promises.c.obligation == obligation)
        return [Promise(*row) for row in self._found(query.order_by(promises.c.made_at))]

    def latest_open(self, obligation: str) -> Promise | None:
        """Return the promise that was made last and is not broken."""
        kept = (promise for promise in reversed(self.of(obligation)) if not promise.broken)
        return next(kept, None)

    def mark_broken(self, obligation: str) -> int:
        """Mark what was promised for an obligation as broken; return how many were not yet."""
        unbroken = self._update(promises).where(
            promises.c.obligation == obligation, promises.c.broken.is_(False)
        )
        return self._change(unbroken.values(broken=True))


class Links(Gateway):
    """Links by the hash of their token."""

    def add(self, rows: Sequence[LinkRow]) -> None:
        """Keep new links."""
        if rows:
            self._append(links, all_values(rows, links))

    def get(self, token_hash: str) -> LinkRow | None:
        """Return a link, used and expired ones too."""
        query = self._select(links, *LINK).where(links.c.token_hash == token_hash)
        return next((LinkRow(*row) for row in self._found(query)), None)

    def of_message(self, message_id: str) -> list[LinkRow]:
        """Return the links that a message carried."""
        query = self._select(links, *LINK).where(links.c.message_id == message_id)
        return [LinkRow(*row) for row in self._found(query)]

    def use(self, token_hash: str, now: datetime) -> bool:
        """Spend a link; return False where it is unknown, spent or expired."""
        c = links.c
        unused = self._update(links).where(c.token_hash == token_hash, c.used_at.is_(None))
        return bool(self._change(unused.where(c.expires_at > now).values(used_at=now)))


def _plain(person: Person, now: datetime) -> dict[str, Any]:
    return values(person, people) | {
        "addresses": dict(person.addresses),
        "posts": [_of_post(post) for post in person.posts],
        "absences": [(first.isoformat(), last.isoformat()) for first, last in person.absences],
        "works": sorted(person.works),
        "opened_by": tuple(sorted(person.opened_by)),
        "read_at": now,
    }


def _of_post(post: Post) -> dict[str, str]:
    """Return what a post says, without what it leaves open."""
    said = {name: getattr(post, name) for name in Post.__slots__}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
        if value is not None
    }


def _post(said: Mapping[str, str]) -> Post:
    days: dict[str, Any] = {
        name: date.fromisoformat(said[name]) for name in POST_DAYS if name in said
    }
    return Post(**{**said, **days})


def _person(row: Sequence[Any]) -> Person:
    said = dict(zip(Person.__slots__, row, strict=True))
    return Person(
        **{
            **said,
            "posts": tuple(map(_post, said["posts"])),
            "absences": tuple(
                (date.fromisoformat(first), date.fromisoformat(last))
                for first, last in said["absences"]
            ),
            "works": frozenset(said["works"]),
            "opened_by": frozenset(said["opened_by"]),
        }
    )
