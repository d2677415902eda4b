"""The people of an authority and its partners, from a file. Names are never kept."""

import stat
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from daemon.domain.cells import Row, UnusableError, slug
from daemon.domain.errors import Problem, Severity
from daemon.domain.mail import parse_address
from daemon.domain.person import Person, Scope
from daemon.domain.sheet import SheetRefusedError, layout, read_sheet
from daemon.ports import Clock, Unreadable
from integrations.people_csv.config import COLUMNS, REQUIRED, Config


class PeopleCsv:
    """A directory in a file, read again when it changes; `problems` are of the last reading."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self.problems: tuple[Problem, ...] = ()
        self._people: tuple[Person, ...] = ()
        self._stood: tuple[int, ...] | None = None

    def people(self) -> Sequence[Person]:
        """Return everybody in the file; raises Unreadable."""
        stands = self._look(self.config.file)
        if stands != self._stood:
            self._people, self.problems = self._read()
            self._stood = stands
        return self._people

    def holders(self, role: str, scope: Scope) -> Sequence[Person]:
        """Return the role's holders in the scope's team, else those of the whole authority."""
        found = [
            person
            for person in self.people()
            if role in person.roles
            and scope.agency in (None, person.agency)
            and scope.area in (None, person.area)
        ]
        own = [person for person in found if scope.team is not None and person.team == scope.team]
        return own or [person for person in found if person.team is None]

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

    def _read(self) -> tuple[tuple[Person, ...], tuple[Problem, ...]]:
        file = self.config.file
        try:
            sheet = read_sheet(
                file.read_bytes(), file.name, layout(COLUMNS, REQUIRED, self.config.columns, {})
            )
        except OSError:
            raise Unreadable(
                f"{file.name} may not be read; give it to the service's account"
            ) from None
        except SheetRefusedError as error:
            raise Unreadable(str(error)) from None
        people: dict[str, Person] = {}
        problems = list(sheet.problems)
        for row in sheet.rows:
            try:
                person = _person(row, people)
                people[person.id] = person
            except UnusableError as error:
                problems.append(row.problem(error))
        for person in people.values():
            for other, what in ((person.manager, "manager_id"), (person.delegate, "delegate_id")):
                if other is not None and other not in people:
                    mend = "add a row for that person, or leave the cell empty"
                    where = f"{file.name}: staff_id {person.id}"
                    problems.append(
                        Problem(where, f"{what}: nobody in the file has it", mend, Severity.WARNING)
                    )
        return tuple(people.values()), tuple(problems)


def _person(row: Row, others: Mapping[str, Person]) -> Person:
    if row.needed("staff_id") in others:
        mend = "give everybody an own id; the first row is used"
        raise UnusableError("staff_id", "stands twice", mend)
    email, teams = _address(row, "email"), _address(row, "teams_address")
    return Person(
        id=row.needed("staff_id"),
        addresses={
            channel: address for channel, address in (("email", email), ("teams", teams)) if address
        },
        roles=frozenset(
            code for part in (row.text("role") or "").split(";") if (code := slug(part))
        ),
        team=row.identity("team"),
        agency=row.code("agency"),
        area=row.code("area"),
        manager=row.identity("manager_id"),
        absent=_absence(row),
        delegate=row.identity("delegate_id"),
    )


def _address(row: Row, column: str) -> str | None:
    text = row.text(column)
    try:
        return parse_address(text) if text else None
    except ValueError as error:
        raise UnusableError(
            column, str(error), "write one address, as name@council.example"
        ) from None


def _absence(row: Row) -> tuple[date, date] | None:
    """Return the first and last whole day away; somebody away with no end stays away."""
    first, last = (_day(row, column) for column in ("absent_from", "absent_to"))
    if first is None:
        if last is not None:
            raise UnusableError(
                "absent_to", "stands without absent_from", "give the first day away too"
            )
        return None
    if last is not None and last < first:
        raise UnusableError("absent_to", "lies before absent_from", "check both days")
    return (first, last or date.max)


def _day(row: Row, column: str) -> date | None:
    day = row.day(column)
    return day.date() if isinstance(day, datetime) else day
