"""init --sample: what a file of an authority's own looks like, as settings to begin with."""

import json
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from daemon.domain.counts import counted

if TYPE_CHECKING:
    from daemon.sheets.proposal import Proposal

LARGEST_BYTES = 50_000_000
WORKBOOKS = (".xlsx", ".xlsm")
PEOPLE: Final = "people"
NOT_THERE = "not in the sample, so not watched: take this line out once it is there"
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
IS_LIST = re.compile(r"(?:.*\W)?list[ _]?0?[457]\b", re.IGNORECASE)  # of Annex A, and read
RETURNS = {
    "annex-a": ("annex_a", "Ofsted's Annex A"),
    "census": ("cin_census", "XML, as the Children in Need census is"),
}


def sample(path: Path) -> int:
    """Print the settings that would read a file, and what could not be placed; 1 where it is not enough."""
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.sheet import SheetRefusedError
    from daemon.sheets.pickup import take

    try:
        data, _ = take(path, LARGEST_BYTES)
        lines, is_enough = _proposed(path, data)
    except FileNotFoundError:
        raise Refusal(Problem(str(path), "there is no such file", "name a sample")) from None
    except SheetRefusedError as refused:
        raise Refusal(refused.problem) from None
    sys.stdout.write("\n".join(lines) + "\n")
    return int(not is_enough)


def _proposed(path: Path, data: bytes) -> tuple[Iterator[str], bool]:
    """Return settings in TOML, and whether they would do."""
    from daemon.domain.csv_table import csv_table
    from daemon.sheets.proposal import propose

    if path.suffix.casefold() in WORKBOOKS:
        from daemon.sheets.workbook import Workbook

        book = Workbook(data, path.name)
        if sum(bool(IS_LIST.match(title)) for title in book.titles) > 1:
            return of_return(path, "annex-a"), True
        tables = {title: book.table(title) for title in book.titles}
        found = [propose(title, table) for title, table in tables.items() if table is not None]
    elif (start := _start(data)).startswith("<"):
        return of_return(path, "census"), True
    elif start.startswith(("{", "[")):
        return iter([
            f"# {plain(path.name)}: is JSON, of which no settings can be guessed: a system that answers",
            "# with it is read by rest_api (integrations/rest_api/README.md); one that would rather send",
            "# it posts it to us (integrations/posted_records/README.md).",
        ]), False  # fmt: skip
    else:
        found = [propose(path.stem, csv_table(data, path.name))]
    ours = [one for one in found if one.name]
    is_enough = bool(ours) and not any(one.missing for one in ours)
    return in_words(path, found), is_enough


def _start(data: bytes) -> str:
    """Return the first sign of a text, however it is encoded."""
    for mark in BYTE_ORDER_MARKS:
        data = data.removeprefix(mark)
    return data[:200].replace(b"\0", b"").decode("latin-1").lstrip()[:1]


def of_return(path: Path, name: str) -> Iterator[str]:
    """Yield the settings of a statutory return: its columns and elements are known."""
    adapter, what = RETURNS[name]
    yield f"# {plain(path.name)} is {what}: put this into daykeeper.toml, then:"
    yield f"#   daykeeper feed read {name} --config daykeeper.toml"
    yield f"[feeds.{name}]"
    yield f'adapter = "{adapter}"  # integrations/{adapter}/README.md'
    yield 'role = "case_system"'
    yield 'fresh_within = "8 days"  # with a rulebook of your own: there, below "feeds", and not here'
    yield f"\n[feeds.{name}.options]"
    yield f"folder = {quoted(str(path.parent))}"
    yield f'files = "*{path.suffix}"  # of those that it fits, the newest is read'


def in_words(path: Path, found: "Sequence[Proposal]") -> Iterator[str]:
    """Yield settings in TOML, with remarks on what to look at."""
    is_book = path.suffix.casefold() in WORKBOOKS
    best = {one.name: one for one in sorted(found, key=lambda one: (one.weight, one.rows))}
    people = best.pop(PEOPLE, None)
    if best.keys() - {None} or people is None:
        yield f"# {plain(path.name)}: put this into daykeeper.toml, look at what is guessed, then:"
        yield "#   daykeeper feed read diary --config daykeeper.toml"
        yield "[feeds.diary]"
        yield f'adapter = "{"xlsx_diary" if is_book else "csv_files"}"'
        yield 'role = "conference_diary"'
        yield 'fresh_within = "4 hours"  # with a rulebook of your own: there, below "feeds", and not here'
        yield "\n[feeds.diary.options]"
        yield f"folder = {quoted(str(path.parent))}"
        if is_book:
            yield f"file = {quoted(path.name)}"
        for one in found:
            if one.name != PEOPLE:
                yield from _sheet(one, best[one.name], path.name, is_book=is_book)
        yield from _absent(best, path, is_book=is_book)
        if "conference" not in best:
            yield "\n# No sheet looks like the list of conferences, which a diary cannot do without:"
            yield "# map its columns by hand (docs/diary.md)."
    if people:
        yield f"\n# {plain(people.title)}: looks like the staff directory (docs/people.md)"
        yield "[people]"
        yield f'adapter = "{"xlsx_diary" if is_book else "people_csv"}"'
        yield "\n[people.options]"
        yield f"file = {quoted(str(path))}"
        yield from [f"tab = {quoted(people.title)}"] if is_book else []
        yield from _columns(people)


def _sheet(one: "Proposal", best: "Proposal", file: str, *, is_book: bool) -> Iterator[str]:
    title = plain(one.title)
    if one.name is None:
        heads = plain(", ".join(one.unplaced))
        yield f"\n# {title}: none of a diary's sheets ({heads}); it is not read"
        return
    if one is not best:
        yield f"\n# {title}: looks like the sheet {one.name}, too ({counted(one.rows, 'row')}), and is not read:"
        yield f"# {plain(best.title)} is. A diary has each sheet once: put their rows into one"
        return
    yield f"\n[feeds.diary.options.sheets.{one.name}]  # {counted(one.rows, 'row')}"
    yield f"tab = {quoted(one.title)}" if is_book else f"file = {quoted(file)}"
    yield from _columns(one)


def _columns(one: "Proposal") -> Iterator[str]:
    if one.known:
        read = ", ".join(f'"{header}" is {column}' for column, header in one.known.items())
        yield f"# read as it stands: {plain(read)}"
    for column, head in one.guessed.items():
        yield f"columns.{column} = {quoted(head)}  # guessed: look at it"
    for column in _shown_by(one.name):
        if column not in {*one.known, *one.guessed}:
            yield f'columns.{column} = ""  # {NOT_THERE}'
    if one.unplaced:
        yield f"# not placed, and not read: {plain(', '.join(one.unplaced))}"
    for column in one.missing:
        yield f"# it cannot do without {column}: no header looks like it; add it to `columns`"


def _absent(best: Collection[str | None], path: Path, *, is_book: bool) -> Iterator[str]:
    """Yield the sheets that show when something was done and are not there: they are switched off, and said to be."""
    from daemon.sheets.columns import NAMES

    for name in NAMES:
        is_there = not is_book and path.with_name(f"{name}.csv").exists()
        if _shown_by(name) and name not in ("conference", "case", *best) and not is_there:
            yield f"\n[feeds.diary.options.sheets.{name}]"
            yield f'{"tab" if is_book else "file"} = ""  # {NOT_THERE}'


def _shown_by(name: str | None) -> Collection[str]:
    """Return the columns of a diary's sheet that show that something has been done."""
    from daemon.sheets.carried import ENDS_NOTHING, SHOWN_BY

    columns = next((columns for sheet, columns in SHOWN_BY.items() if sheet == name), ())
    return [one for one in columns if one not in ENDS_NOTHING]


def quoted(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def plain(text: str) -> str:
    """Return a text for a remark, which takes no control character."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
