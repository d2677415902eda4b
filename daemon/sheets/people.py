"""The people of an authority and its partners, from one sheet in a file. Names are never kept."""

import stat
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from daemon.domain.errors import Problem
from daemon.domain.person import Person, Scope, holders_among
from daemon.domain.roster import ALSO, COLUMNS, REQUIRED, Roster, gather
from daemon.domain.sheet import SheetRefusedError, Table, layout, read_table
from daemon.domain.times import day_of
from daemon.ports import Clock, Unreadable
from daemon.sheets.config import PeopleConfig
from daemon.sheets.pickup import blame_ourselves

Tabler = Callable[[bytes, str], Table]  # from a file's bytes and name; raises SheetRefusedError


class PeopleFile:
    """A directory in a file, read again when it changes; `problems` and `places` are of the last reading."""

    def __init__(self, config: PeopleConfig, clock: Clock, tabler: Tabler) -> None:
        self.config, self.clock, self.tabler = config, clock, tabler
        self.problems: tuple[Problem, ...] = ()
        self.places: Mapping[tuple[str, str | None], str] = {}
        self._people: tuple[Person, ...] = ()
        self._stood: tuple[int, ...] | None = None

    def people(self) -> Sequence[Person]:
        """Return everybody in the file; raises Unreadable."""
        stands = self._look(self.config.file)
        if stands != self._stood:
            read = self._read()
            self._people, self.places = tuple(read.people.values()), read.places
            self.problems = tuple(read.problems)
            self._stood = stands
        return self._people

    def holders(self, role: str, scope: Scope) -> Sequence[Person]:
        """Return who holds the role today in the scope's team, else for the whole authority."""
        return holders_among(self.people(), role, scope, day_of(self.clock()))

    def _look(self, file: Path) -> tuple[int, ...]:
        try:
            state = file.stat()
        except OSError:
            raise Unreadable(
                f"{file.name} is missing or may not be read; put the staff directory there"
            ) from None
        if not stat.S_ISREG(state.st_mode) or state.st_size > self.config.largest_bytes:
            raise Unreadable(
                f"{file.name} is not a regular file of at most {self.config.largest_bytes} bytes"
            )
        return (state.st_size, state.st_mtime_ns, state.st_ino)

    def _read(self) -> Roster:
        file = self.config.file
        try:
            table = self.tabler(file.read_bytes(), file.name)
            sheet = read_table(table, layout(COLUMNS, REQUIRED, self.config.columns, {}, ALSO))
        except OSError as error:
            blame_ourselves(error)
            raise Unreadable(
                f"{file.name} may not be read; give it to the service's account"
            ) from None
        except SheetRefusedError as error:
            raise Unreadable(str(error)) from None
        roster = gather(sheet.rows, self.config.words)
        roster.problems[:0] = sheet.problems
        return roster
