"""What the cells of a sheet say: ids, codes, yes or no, and dates as people write them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar

from daemon.domain.errors import Problem, Severity
from daemon.domain.typed_dates import (
    FROM_1900,
    HOW,
    iso_text,
    parse_day,
    reads_both_ways,
    typed_day,
)
from daemon.domain.vocabulary import guess

ID_MOST = 120
Meaning = TypeVar("Meaning")
FLAGS = dict.fromkeys(("y", "yes", "true", "1"), True)
FLAGS |= dict.fromkeys(("n", "no", "false", "0"), False)
ONE_WORD = re.compile(r"[A-Za-z-]{1,24}")


class UnusableError(ValueError):
    """A cell that cannot be used: its column, what is wrong, how to mend it. No personal value."""

    def __init__(self, column: str, what: str, mend: str) -> None:
        super().__init__(what)
        self.column, self.what, self.mend = column, what, mend


def slug(text: str) -> str:
    """Return words as a code: "Children's social care" is `childrens_social_care`."""
    bare = text.casefold().replace("'", "").replace("\u2019", "")
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: its file, the line on which it begins, and its cells by column.

    `counts_from` is day 0 of its Excel serial numbers; in the columns of `in_doubt` a date such as
    02/03/2026 may be of either month, since others there have the month first.

    Every reading method returns None for an empty cell and raises UnusableError for one that
    cannot be used.
    """

    file: str
    line: int
    cells: Mapping[str, str]
    counts_from: date = FROM_1900
    in_doubt: frozenset[str] = frozenset()

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
        if len(items) == 1:
            return [self]
        return [replace(self, cells={**self.cells, column: item}) for item in items]

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
        if value and column in self.in_doubt and reads_both_ways(value):
            day = typed_day(value)
            what = f'"{day}" may be of either month: others in this column have the month first'
            raise UnusableError(column, what, "have the export write 2026-03-02")
        try:
            return parse_day(value, self.counts_from) if value else None
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

    def choice(
        self, column: str, choices: Mapping[str, Meaning], otherwise: str = "write one of its words"
    ) -> Meaning | None:
        """Return what a word of a closed list means; of an unknown one, one word is repeated.

        `otherwise` is how to mend one that is like none of a long list.
        """
        value = self.code(column)
        if value is None or value in choices:
            return choices[value] if value else None
        shown = f'"{self.text(column)}"' if ONE_WORD.fullmatch(self.text(column) or "") else "this"
        raise UnusableError(column, f"{shown} is not in its list", guess(value, choices, otherwise))
