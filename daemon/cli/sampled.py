"""init --sample: what a file of an authority's own looks like, as settings to begin with."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.sheets.proposal import Proposal

LARGEST_BYTES = 50_000_000
WORKBOOKS = (".xlsx", ".xlsm")


def sample(path: Path) -> int:
    """Print the settings that would read a diary's file, and what could not be placed; 1 where it is not enough."""
    from daemon.domain.errors import Problem, Refusal  # noqa: PLC0415
    from daemon.domain.sheet import SheetRefusedError  # noqa: PLC0415

    try:
        found = _proposals(path)
    except FileNotFoundError:
        raise Refusal(Problem(str(path), "there is no such file", "name a sample")) from None
    except SheetRefusedError as refused:
        raise Refusal(refused.problem) from None
    sys.stdout.write("\n".join(in_words(path, found)) + "\n")
    ours = [one for one in found if one.name]
    return int(not ours or any(one.missing for one in ours))


def _proposals(path: Path) -> "list[Proposal]":
    from daemon.domain.csv_table import csv_table  # noqa: PLC0415
    from daemon.sheets.pickup import take  # noqa: PLC0415
    from daemon.sheets.proposal import propose  # noqa: PLC0415

    data, _ = take(path, LARGEST_BYTES)
    if path.suffix.casefold() not in WORKBOOKS:
        return [propose(path.stem, csv_table(data, path.name))]
    from daemon.sheets.workbook import Workbook  # noqa: PLC0415 - a vendor's library, for those who have it

    book = Workbook(data, path.name)
    tables = {title: book.table(title) for title in book.titles}
    return [propose(title, table) for title, table in tables.items() if table is not None]


def in_words(path: Path, found: "Sequence[Proposal]") -> Iterator[str]:
    """Yield settings in TOML, with remarks on what to look at."""
    is_book = path.suffix.casefold() in WORKBOOKS
    yield f"# {path.name}: put this into daykeeper.toml, look at what is guessed, then:"
    yield "#   daykeeper feed read diary --config daykeeper.toml"
    yield "[feeds.diary]"
    yield f'adapter = "{"xlsx_diary" if is_book else "csv_files"}"'
    yield 'role = "conference_diary"'
    yield 'fresh_within = "4 hours"  # with a rulebook of your own: there, below "feeds", and not here'
    yield "\n[feeds.diary.options]"
    yield f"folder = {json.dumps(str(path.parent))}"
    if is_book:
        yield f"file = {json.dumps(path.name)}"
    for one in found:
        yield from _sheet(one, path.name, is_book=is_book)
    if not any(one.name == "conference" for one in found):
        yield "\n# No sheet looks like the list of conferences, which a diary cannot do without:"
        yield "# map its columns by hand (docs/diary.md)."


def _sheet(one: "Proposal", file: str, *, is_book: bool) -> Iterator[str]:
    if one.name is None:
        yield f"\n# {one.title}: none of a diary's sheets ({', '.join(one.unplaced)}); it is not read"
        return
    yield f"\n[feeds.diary.options.sheets.{one.name}]  # {one.rows} rows"
    yield f"tab = {json.dumps(one.title)}" if is_book else f"file = {json.dumps(file)}"
    if one.known:
        read = ", ".join(f'"{header}" is {column}' for column, header in one.known.items())
        yield f"# read as it stands: {read}"
    if one.guessed:
        pairs = ", ".join(f"{column} = {json.dumps(head)}" for column, head in one.guessed.items())
        yield f"columns = {{ {pairs} }}  # guessed: look at each"
    if one.unplaced:
        yield f"# not placed, and not read: {', '.join(one.unplaced)}"
    for column in one.missing:
        yield f"# it cannot do without {column}: no header looks like it; add it to `columns`"
