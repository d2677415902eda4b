"""What the store needs of the place where a database is: an SQLite file, or one on a PostgreSQL server."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from daemon.domain.errors import Problem
from daemon.store.ground.errors import StoreLost, StoreUnavailable

BUSY_S = 10.0


class Backend(Protocol):
    """One database's place."""

    @property
    def where(self) -> str:
        """Its name for people: no password, no URL."""
        ...

    @property
    def is_shared(self) -> bool:
        """Processes on several machines use it: its clock is theirs, and any number may run."""
        ...

    def make_room(self) -> None:
        """Make the place for a database ready; raises Refusal where something is there."""
        ...

    def engine(self, busy_s: float = BUSY_S, *, is_patient: bool = False) -> Engine:
        """Return an engine on an existing database. `busy_s`: how long it waits for others that write.

        `is_patient`: a statement may take as long as it will, as one that changes a large table does.
        """
        ...

    def options(self, *, writes: bool) -> Mapping[str, Any]:
        """Return a transaction's execution options; `writes` is among them."""
        ...

    def settle(self, connection: Connection) -> None:
        """Set what stays set in the database itself."""
        ...

    def reading(self, error: DBAPIError) -> StoreLost | StoreUnavailable | None:
        """Return what a driver's error means to those above; None for a mistake of our own."""
        ...

    def absence(self) -> Problem | None:
        """Return why no database can be reached here."""
        ...

    def damage(self, connection: Connection, *, thorough: bool) -> Problem | None:
        """Return what is wrong with the database whatever is in it; `thorough` reads all of it."""
        ...

    def hindrance(self, connection: Connection) -> Problem | None:
        """Return what is wrong with who may read and write it."""
        ...

    def watch(self) -> Callable[[], None]:
        """Return what raises StoreLost once it is no longer the database of this moment."""
        ...

    def turns(self, busy_s: float) -> Callable[[], AbstractContextManager[None]]:
        """Return what our own threads wait for before they write."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Be the only run, where there may be only one; raises Refusal where another one is."""
        ...
