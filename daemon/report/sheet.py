"""The report as one CSV sheet: a line a count, in which no cell can be a formula."""

from collections.abc import Iterator, Mapping
from typing import Any

from daemon.domain.spreadsheet import to_csv

HEAD = ("table", "row", "column", "value")
LEFT_OUT = "small count"
ROUNDED = "rounded to the nearest"
CHAIRS = "Chairs and conferences, by week"


def report_csv(said: Mapping[str, Any]) -> str:
    """Return the sheet, with a byte order mark so that Excel reads it as UTF-8. RELIABILITY T5."""
    return "\ufeff" + to_csv([HEAD, *_lines(said)])


def _lines(said: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    for name in ("title", "from", "to", "at", "small_counts_below"):
        yield "report", name, "", said[name]
    for table in said["tables"]:
        yield from _table(table)
    if said["to_book_rounded_to"]:
        yield CHAIRS, "to_book", ROUNDED, said["to_book_rounded_to"]
    for week in said["chairs"]:
        for name in ("booked", "to_book", "chairs", "each"):
            yield CHAIRS, week["week"], name, _value(week[name])
    for place in said["published"]:
        for name, value in place.items():
            if name not in ("year", "name", "code") and value is not None:
                where = f"{place['name']} {place['year']}"
                yield "Published by the Department for Education", where, name, value


def _table(table: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    if table["rounded_to"] and table["rows"]:
        yield table["title"], "each count", ROUNDED, table["rounded_to"]
    for row in table["rows"]:
        for column in table["columns"]:
            yield table["title"], row["label"], column["title"], _value(row[column["name"]])
        if row.get("share") is not None:
            yield table["title"], row["label"], f"{table['share_is']} (%)", row["share"]


def _value(value: object) -> object:
    return LEFT_OUT if value is None else value
