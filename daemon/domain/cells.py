"""What the cells of a sheet say: ids, codes, yes or no, and dates as people write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

from daemon.domain.errors import Problem, Severity
from daemon.domain.vocabulary import guess

FIRST_YEAR, LAST_YEAR = 1990, 2100
ID_MOST = 120
Meaning = TypeVar("Meaning")
FLAGS = dict.fromkeys(("y", "yes", "true", "1"), True)
FLAGS |= dict.fromkeys(("n", "no", "false", "0"), False)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ISO_DAY = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
UK_DAY = r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"
WORD_DAY = r"(?P<day>[0-9]{1,2})[ -](?P<word>[A-Za-z]{3,9})[ -](?P<year>[0-9]{4})"
CLOCK = (
    r"([ T]+(?P<clock>[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)(\.[0-9]+)?"
    r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
SHAPES = tuple(re.compile(day + CLOCK) for day in (ISO_DAY, UK_DAY, WORD_DAY))
DATE_LIKE = re.compile(r"[0-9/:.TZ+ -]{1,30}")
ONE_WORD = re.compile(r"[A-Za-z-]{1,24}")
HOW = "write it as 2026-03-02, 2026-03-02 15:10 or 02/03/2026"


class UnusableError(ValueError):
    """A cell that cannot be used: its column, what is wrong, how to mend it. No personal value."""

    def __init__(self, column: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.column, self.what, self.mend = column, what, mend


def slug(text: str) -> str:
    """Return words as a code: "Children's social care" is `childrens_social_care`."""
    bare = text.casefold().replace("'", "").replace("\u2019", "")
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def parse_day(text: str) -> date | datetime:
    """Return the date, local time or instant that a cell gives; midnight is the date alone.

    Raises ValueError with a reason that repeats the cell only where it is made of digits.
    """
    shown = f'"{text}"' if DATE_LIKE.fullmatch(text) else "this"
    match = next((found for shape in SHAPES if (found := shape.fullmatch(text))), None)
    if match is None:
        raise ValueError(f"{shown} is not a date")
    parts = match.groupdict()
    try:
        month = int(parts["month"]) if parts.get("month") else _month(parts["word"])
        day = date(int(parts["year"]), month, int(parts["day"]))
        clock = time.fromisoformat(parts["clock"].zfill(5)) if parts["clock"] else time(0)
        zone = time.fromisoformat(f"00:00{parts['zone']}").tzinfo if parts["zone"] else None
    except ValueError:
        raise ValueError(f"{shown} is not a date that exists") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{shown} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return day if clock == time(0) and zone is None else datetime.combine(day, clock, zone)


def _month(word: str) -> int:
    names = [
        number for number, name in enumerate(MONTHS, start=1) if word.casefold().startswith(name)
    ]
    if not names:
        raise ValueError(word)
    return names[0]


def iso_text(moment: date | datetime) -> str:
    """Return a date or time as the JSON form writes it: whole minutes without their seconds."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its file, the line on which it begins, and its cells by column.

    Every reading method returns None for an empty cell and raises UnusableError for one that
    cannot be used.
    """

    file: str
    line: int
    cells: Mapping[str, str]

    @property
    def place(self) -> str:
        """Return where the row stands: `conference.csv:14`."""
        return f"{self.file}:{self.line}"

    def problem(self, error: UnusableError) -> Problem:
        """Return what a person reads about a cell of this row."""
        return self.wrong(f"{error.column}: {error.what}", error.mend)

    def wrong(self, what: str, mend: str, severity: Severity = Severity.ERROR) -> Problem:
        """Return a problem that stands on this row."""
        return Problem(self.place, what, mend, severity)

    def parts(self, column: str) -> "list[Row]":
        """Return the row once for each item of a cell that holds a list, separated by ";"."""
        items = (self.text(column) or "").split(";")
        return [Row(self.file, self.line, {**self.cells, column: item}) for item in items]

    def text(self, column: str) -> str | None:
        """Return the words of a cell."""
        return self.cells.get(column, "").strip() or None

    def identity(self, column: str) -> str | None:
        """Return an id or address: one word, so never the name of a person."""
        value = self.text(column)
        if value is None or (len(value) <= ID_MOST and value.isprintable() and " " not in value):
            return value
        raise UnusableError(
            column, "is not an id", "give the id of the system of record, without spaces"
        )

    def needed(self, column: str) -> str:
        """Return an id that the row cannot do without."""
        value = self.identity(column)
        if value is None:
            raise UnusableError(column, "is empty", "every row needs one")
        return value

    def code(self, column: str) -> str | None:
        """Return a cell's words as a code."""
        return slug(self.text(column) or "") or None

    def moment(self, column: str) -> str | None:
        """Return a date or time in the JSON form of the case record."""
        day = self.day(column)
        return iso_text(day) if day else None

    def day(self, column: str) -> date | datetime | None:
        """Return a date or time."""
        value = self.text(column)
        try:
            return parse_day(value) if value else None
        except ValueError as error:
            raise UnusableError(column, str(error), HOW) from None

    def flag(self, column: str) -> bool | None:
        """Return a yes or a no."""
        value = self.text(column)
        if value is None:
            return None
        if value.casefold() in FLAGS:
            return FLAGS[value.casefold()]
        raise UnusableError(column, "is neither yes nor no", "write Y or N")

    def choice(self, column: str, choices: Mapping[str, Meaning]) -> Meaning | None:
        """Return what a word of a closed list means; of an unknown one, one word is repeated."""
        value = self.code(column)
        if value is None or value in choices:
            return choices[value] if value else None
        shown = f'"{self.text(column)}"' if ONE_WORD.fullmatch(self.text(column) or "") else "this"
        raise UnusableError(column, f"{shown} is not in its list", guess(value, choices))
