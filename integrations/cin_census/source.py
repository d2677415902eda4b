"""The Children in Need census in a drop folder: its newest file, child by child."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

from daemon.domain.cells import Row
from daemon.domain.errors import Problem, Severity
from daemon.domain.facts import moment as instant
from daemon.domain.sheet import SheetRefusedError
from daemon.ports import Clock
from daemon.returns.folder import Contents, NewestReturn
from daemon.returns.gathered import Gathered
from integrations.cin_census.children import CARRIED, read_child
from integrations.cin_census.config import Config
from integrations.cin_census.stream import ENQUIRY, PLAN, Census

COLLECTION = "cin"


class CinCensus(NewestReturn):
    """Case records from the census files of one authority."""

    carries = CARRIED

    def __init__(self, config: Config, clock: Clock) -> None:
        super().__init__(config, clock, self._read_census)
        self.config = config

    def _read_census(self, stream: BinaryIO, file: str) -> Contents:
        census, cases = Census(file), Gathered(parts=Counter({ENQUIRY: 0, PLAN: 0}))
        for child in census.children(stream):
            cases.rows += 1
            place = f"{file}/child {cases.rows}"  # many a file is one line
            read_child(child, place, cases)
        head = census.head.row(file)
        collection = head.text("Collection")
        if collection and collection.casefold() != COLLECTION:
            what = "is a return of another collection than the Children in Need census"
            raise SheetRefusedError(file, what, "check which export is dropped here")
        if census.stray:
            cases.problems.append(_say_stray(file, census.stray))
        known_at = self._known_at(head, cases) if self.config.as_known == "return" else None
        return Contents(cases.fragments(), cases.problems, cases.rows, known_at, cases.parts)

    def _known_at(self, head: Row, cases: Gathered) -> datetime | None:
        """Return the end of the reference date, or when the return was made where that came before it."""
        found = []
        if head.text("ReferenceDate") is None:
            cases.report(head, "ReferenceDate: is empty; the return counts as old as its file")
        elif day := cases.cell(head, "ReferenceDate", Row.day):
            on = day.date() if isinstance(day, datetime) else day
            found.append(_instant(on + timedelta(days=1)))
        if made := cases.cell(head, "DateTime", Row.day):
            found.append(_instant(made))
        return min(found, default=None)


def _instant(given: date | datetime) -> datetime:
    is_day = not isinstance(given, datetime)
    return instant(datetime.combine(given, time(0)) if is_day else given)[0]


def _say_stray(file: str, lines: list[int]) -> Problem:
    count = f"{len(lines)} places, the first" if len(lines) > 1 else "one place,"
    what = f"text stands between the fields in {count} in the element of line {lines[0]}"
    return Problem(
        file, what, "mend the export; what stands in the fields was read", Severity.WARNING
    )
