"""What a sample of a diary looks like to us: which sheet it is, and which column each of its headers may be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from daemon.domain.sheet import HEADER_WITHIN, Layout, Record, Table, name_columns, plain_header
from daemon.sheets.columns import COLUMNS, NAMES, REQUIRED, TITLES, VARIANTS, Name, variants

ALIKE = 0.8  # of 1: a letter or two are another
LEAST = 2  # columns by which a sheet is known; its title alone says less


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sheet of a sample. `name` is what we take it for, None where it is none of ours.

    `known` maps our columns to the headers that are read as they stand, `guessed` to those that look
    like them and must be mapped; `unplaced` are the headers that nothing is made of, `missing` our
    columns that the sheet cannot do without. No cell below the header is kept.
    """

    title: str
    name: Name | None
    known: dict[str, str]
    guessed: dict[str, str]
    unplaced: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int


def propose(title: str, table: Table) -> Proposal:
    """Return what a sheet is likely to be, by its headers first and its title second."""
    first = list(islice(table.records, HEADER_WITHIN if table.is_grid else 1))
    rest = sum(cells is None or any(cells) for _, cells in table.records)
    found = max(_fits(title, first), key=lambda one: (_weight(one, title), -one.rows), default=None)
    if found is None or len(found.known) + len(found.guessed) < LEAST:
        heads = tuple(word for word in _words(first[:1]) if word)
        return Proposal(title, None, {}, {}, heads, (), rest + max(len(first) - 1, 0))
    below = len(first) - found.rows - 1  # `rows` is the header's place until here
    return Proposal(
        title, found.name, found.known, found.guessed, found.unplaced, found.missing, rest + below
    )


def _fits(title: str, first: Sequence[Record]) -> Iterator[Proposal]:
    """Yield how each of the first rows would do as the header of each of our sheets."""
    for place, record in enumerate(first):
        heads = list(_words([record]))
        for name in NAMES:
            yield _fit(title, name, heads, place)


def _fit(title: str, name: Name, heads: Sequence[str], place: int) -> Proposal:
    plan = Layout({column: column for column in COLUMNS[name]}, also=variants(name))
    named = dict(zip(heads, name_columns(heads, plan), strict=True))
    known = {column: head for head, column in named.items() if column}
    free = [head for head in heads if head and not named[head]]
    guessed: dict[str, str] = {}
    for head in free:
        column = _likely(name, head)
        if column and column not in known and column not in guessed:
            guessed[column] = head
    unplaced = tuple(head for head in free if head not in guessed.values())
    missing = tuple(one for one in REQUIRED[name] if one not in known and one not in guessed)
    return Proposal(title, name, known, guessed, unplaced, missing, place)


def _likely(name: Name, head: str) -> str | None:
    """Return the column whose name, or one of whose usual headers, a header is nearly."""
    heads = {plain_header(column): column for column in COLUMNS[name]}
    for column, others in VARIANTS[name].items():
        heads |= {plain_header(" ".join(one.split())): column for one in others.split(",")}
    close = get_close_matches(plain_header(head), heads, n=1, cutoff=ALIKE)
    return heads[close[0]] if close else None


def _weight(one: Proposal, title: str) -> float:
    """Return how well a sheet of ours fits: what it has for certain counts most, what it lacks against it."""
    titles = {one.name, *(TITLES[one.name].split(", ") if one.name else ())}
    is_called_so = plain_header(title) in {plain_header(str(each)) for each in titles}
    return len(one.known) + len(one.guessed) / 2 - 2 * len(one.missing) + 2 * is_called_so


def _words(records: Iterable[Record]) -> Iterator[str]:
    """Yield the headers of a row, each once, without their line breaks."""
    seen: set[str] = set()
    for _, cells in records:
        for cell in cells or ():
            word = " ".join(cell.split()) if isinstance(cell, str) else ""
            if word not in seen:
                seen.add(word)
                yield word
