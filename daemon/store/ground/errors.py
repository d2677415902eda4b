"""What the store says when it cannot go on, so that nobody above needs to know the driver."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daemon.domain.errors import Problem, Refusal

NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})  # of this process, of this machine
RESTORE = "stop, restore the last backup, then look at what was sent since"


class StoreLost(Refusal):
    """The database that we opened is no longer there or no longer whole: never go on.

    `reason` is a short code for the log; the problem's words say where the database lies.
    """

    reason = "lost"

    def __init__(self, where: str, what: str) -> None:
        super().__init__(Problem(where, what, RESTORE))


class StoreOutgrown(StoreLost):
    """A newer release has changed the shape of the database that we opened: never write to it again."""

    reason = "outgrown"

    def __init__(self, where: str) -> None:
        what = "a newer release has brought this database up to date while we were at work"
        Refusal.__init__(self, Problem(where, what, "start that release here, too"))


class StoreUnavailable(Exception):
    """Not now: it may be tried again. `reason` is a short code, `problem` the line for a person.

    Nothing of the transaction was kept; where the connection broke in the very answer to its
    commit, all of it was. Every step of the line can therefore be done twice.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database is unavailable: {reason}")
        self.reason = reason
        self.problem = Problem(
            "database",
            f"it is unavailable: {reason}",
            "see `daykeeper database check`, then try again",
        )

    @property
    def hindrance(self) -> str:
        """What cannot be done for it, in plain words."""
        return f"the database cannot be used: {self.reason}"


class NoFreeFiles(StoreUnavailable):
    """This process, or its machine, may open no further file at the moment: `what` cannot be read."""

    def __init__(self, what: str) -> None:
        super().__init__("too-many-open-files")
        self.what = what
        mend = "it is tried again; allow the service more open files (LimitNOFILE) if it lasts"
        self.problem = Problem(what, "it cannot be read: too many files are open", mend)

    @property
    def hindrance(self) -> str:
        """What cannot be done for it, in plain words."""
        return (
            f"nothing is sent: {Path(self.what).name} cannot be read while too many files are open"
        )


class StoreSpoilt(StoreUnavailable):
    """A row by which messages go out cannot be read. It is set aside, and then the rest goes on."""

    def __init__(self) -> None:
        super().__init__("spoilt-row")


class StoreConflict(StoreUnavailable):
    """A rule of the database refused what was written: somebody was sooner, or it is a mistake of ours.

    Tried again, a transaction sees what the other one wrote. `rule` names the rule, and no value.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(f"conflict ({rule})")


Reading: TypeAlias = Callable[[DBAPIError], StoreLost | StoreUnavailable | None]


@contextmanager
def translated(reading: Reading) -> Iterator[None]:
    """Turn the driver's errors into ours; any other is a mistake of our own and rises as it is."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnavailable("no-free-connection") from error
    except PendingRollbackError as error:  # somebody within thought to survive a broken connection
        raise StoreUnavailable("no-connection") from error
    except DBAPIError as error:
        if ours := reading(error):
            raise ours from error
        raise
