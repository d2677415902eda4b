"""A row of the case sheet: who must not learn of a case, who alone may, and what else is known of it."""

from collections.abc import Callable, Mapping

from daemon.domain.body import Body
from daemon.domain.cells import Row, UnusableError
from daemon.sheets.meetings import Report, mapped, put_mapped

Cell = Callable[[Row, str, Callable[[Row, str], object]], object]
FIELDS: Mapping[str, Callable[[Row, str], object]] = {
    "family": Row.identity,
    "team": Row.text,
    "pathway": Row.text,
    "plan_held_by": Row.text,
    "looked_after": Row.flag,
    "born_on": Row.moment,
    "expected_on": Row.moment,
    "restricted": Row.flag,
}
LISTS = ("formerly", "holders", "excluded")
KEEPS_OUT = frozenset({"restricted", "excluded"})


def read_case(row: Row, body: Body, report: Report) -> None:
    """Put what a row says on the body of its case; of two rows both count.

    A cell that cannot be used spoils itself only, so that no mistake beside it loses an exclusion. Where
    it is the exclusion or the restriction itself, the case is restricted: its holders alone are told.

    Source: READINGS section 2, points 1 and 2.
    """

    def cell(part: Row, column: str, read: Callable[[Row, str], object]) -> object:
        try:
            return read(part, column)
        except UnusableError as error:
            what = f"{error.column}: {error.what}"
            if column in KEEPS_OUT:
                body["restricted"] = True
                what += "; until it is mended, the holders of the case alone are told of it"
            report(row.wrong(what, error.mend))
            return None

    for column, read in FIELDS.items():
        value = cell(row, column, read)
        if value is not None:
            body[column] = body.get(column) or value
    for column in LISTS:
        items = [cell(part, column, Row.identity) for part in row.parts(column)]
        if found := dict.fromkeys((*body.get(column, ()), *filter(None, items))):
            body[column] = list(found)
    _put_further(row, body, cell)


def _put_further(row: Row, body: Body, cell: Cell) -> None:
    for name in mapped(row, "facts"):
        cell(row, name, lambda part, fact: put_mapped(body["facts"], part, fact))
    for role in mapped(row, "roles"):
        if person := cell(row, f"roles.{role}", Row.identity):
            body.setdefault("roles", {}).setdefault(role, person)
