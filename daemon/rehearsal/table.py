"""The figures of a rehearsal as plain text for a terminal."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from daemon.domain.times import day_of, say_day

CHANGES = ("present", "draft", "earlier", "later", "new", "gone")
SHOWN = 20  # rows of a table; the JSON and the page have them all


def lines(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what would change: in all, by rule, role and week, and where most is asked of people."""
    first, last = (day_of(datetime.fromisoformat(said[key])) for key in ("from", "to"))
    notices, messages = said["notices"], said["messages"]
    noun = "case" if said["cases"] == 1 else "cases"
    yield f"{said['cases']:,} {noun}, {say_day(first)} to {say_day(last)}"
    yield f"notices: {notices['present']:,} under the present rulebook, {notices['draft']:,} under the draft"
    yield (
        f"messages: {messages['present']:,} and {messages['draft']:,} "
        "(what goes to one person at one moment travels together)"
    )
    yield (
        f"the same: {notices['same']:,}; earlier: {notices['earlier']:,}; later: {notices['later']:,}; "
        f"new: {notices['new']:,}; gone: {notices['gone']:,}"
    )
    for heading, key, name in (
        ("rule", "by_rule", "rule"),
        ("role", "by_role", "title"),
        ("person", "by_person", "title"),
    ):
        changed = [row for row in said[key] if _is_changed(row)]
        yield ""
        yield from _table(
            (heading, *CHANGES),
            [(row[name], *(row[one] for one in CHANGES)) for row in changed[:SHOWN]],
        )
        if more := len(said[key]) - len(changed[:SHOWN]):
            as_it_is = "as it is" if more == 1 else "as they are"
            yield (
                f"and {more:,} more, {as_it_is}" if len(changed) <= SHOWN else f"and {more:,} more"
            )
    yield ""
    yield from _table(
        ("week from", "present", "draft"),
        [(_short(row["from"]), row["present"], row["draft"]) for row in said["by_week"]],
    )
    yield ""
    for side in ("present", "draft"):
        yield from _busiest(said, side)
    for row in said["by_rule"]:
        for change, sentences in row["examples"].items():
            yield ""
            yield f"{row['rule']}, {change}, for example:"
            yield from (f"  {sentence}" for sentence in sentences)


def _busiest(said: Mapping[str, Any], side: str) -> Iterator[str]:
    day, person = said["busiest_day"][side], said["busiest_person"][side]
    if day and person:
        yield (
            f"busiest, {side}: {_short(day['on'])} with {day['notices']:,} notices; "
            f"{person['title']} with {person['notices']:,} on {_short(person['on'])}"
        )


def _is_changed(row: Mapping[str, Any]) -> bool:
    return any(row[change] for change in CHANGES[2:])


def _short(text: str) -> str:
    return say_day(date.fromisoformat(text))


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    cells = [
        tuple(head),
        *(tuple(f"{one:,}" if isinstance(one, int) else str(one) for one in row) for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        first, *rest = (
            cell.ljust(width) if not index else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((first, *rest)).rstrip()
