"""The lists of Annex A that are read: how their sheets and columns are called, and which they must have."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from daemon.domain.sheet import SheetRefusedError

ListName = Literal["list_4", "list_5", "list_7"]
HEADER_WITHIN = 10  # rows: Ofsted's template has a title above it
LEAST_KNOWN = 3  # cells: a row of guidance may well hold one word of a header
CHILD_ID, BORN, AGE, TEAM = "child_id", "date_of_birth", "age", "team"
CONFERENCE = "(initial child protection conference|icpc)"
OF_EVERY_LIST = {
    CHILD_ID: r"(?=.*\bchild\b).*\b(id|identifier)\b",
    BORN: r".*\bdate\b.*\bbirth\b|dob\b",
    AGE: r".*\bage\b",
    TEAM: r"allocated team\b",
}


@dataclass(frozen=True, slots=True)
class ListForm:
    """One list: its number, and its columns with the patterns of their headers in plain small words.

    `own` are those by which it tells anything: a sheet without one of them is refused, since what
    stood under it would silently vanish.
    """

    number: int
    own: Mapping[str, str]

    @property
    def columns(self) -> Mapping[str, str]:
        """Every column that is read."""
        return {**OF_EVERY_LIST, **self.own}

    def is_sheet(self, title: str) -> bool:
        """Return whether a sheet is this list: "List_5", "List5" or "Annex A list 5 (S47)"."""
        return re.match(rf"(.* )?list ?0?{self.number}\b", _plain(title)) is not None


LISTS: Mapping[ListName, ListForm] = {
    "list_5": ListForm(5, {
        "strategy_discussion": r"strategy discussion\b|(section 47|s47)\b.*\bstart",
        "not_required": r".*\bdeemed (unnecessary|un necessary|not necessary)\b",
        "conference_held": rf"date of (the )?{CONFERENCE}$|{CONFERENCE} date$",
        "led_to_a_plan": r".*\bresult in a (child protection plan|cpp?)\b",
    }),
    "list_7": ListForm(7, {
        "plan_start": r"(child protection plan|cpp?) start",
        "plan_end": r"(child protection plan|cpp?) end",
        "latest_review": r"date of (the )?latest review\b",
    }),
    "list_4": ListForm(4, {
        "assessment_authorised": r".*\bassessment\b.*\bdate of authori[sz]ation\b",
    }),
}  # fmt: skip


def find_header(
    cells: Sequence[str], form: ListForm, headers: Mapping[str, str]
) -> dict[int, str] | None:
    """Return which column stands in which cell of a header, None for a row that is none.

    `headers` are the authority's own. The first cell that fits a column is it.
    """
    found: dict[int, str] = {}
    own = {_plain(header): column for column, header in headers.items()}
    for index, cell in enumerate(map(_plain, cells)):
        column = own.get(cell) or next(
            (
                name
                for name, pattern in form.columns.items()
                if name not in headers and re.match(pattern, cell)
            ),
            None,
        )
        if column and column not in found.values():
            found[index] = column
    is_header = len(found) >= LEAST_KNOWN and (CHILD_ID in found.values())
    return found if is_header else None


def check_columns(place: str, form: ListForm, found: Mapping[int, str]) -> None:
    """Refuse a sheet that lacks a column by which it tells anything."""
    if gone := sorted(set(form.own) - set(found.values())):
        mend = "put the column back, or name its header under `columns` of this list"
        raise SheetRefusedError(place, f"has no column {', '.join(gone)}", mend)


def _plain(header: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", header.casefold()))
