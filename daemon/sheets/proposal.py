"""What a sample of a diary looks like to us: which sheet it is, and which column each of its headers may be."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import islice
from typing import Final, Literal

from daemon.domain import roster
from daemon.domain.sheet import HEADER_WITHIN, Layout, Record, Table, name_columns, plain_header
from daemon.sheets.columns import COLUMNS, NAMES, PEOPLE_TITLES, REQUIRED, TITLES, Name, variants

ALIKE = 0.8  # of 1: a letter or two are another
LEAST = 2  # columns by which a sheet is known; its title alone says less
PEOPLE: Final = "people"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sheet may be: a diary's, or the staff list."""

    name: Name | Literal["people"]
    columns: tuple[str, ...]
    required: tuple[str, ...]
    also: Mapping[str, str]
    titles: tuple[str, ...]


KINDS = (
    *(
        Kind(name, COLUMNS[name], REQUIRED[name], variants(name), (name, *TITLES[name].split(", ")))
        for name in NAMES
    ),
    Kind(PEOPLE, roster.COLUMNS, roster.REQUIRED, roster.ALSO, PEOPLE_TITLES),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sheet of a sample. `name` is what we take it for, None where it is none of ours.

    `known` maps our columns to the headers that are read as they stand, `guessed` to those that look
    like them and must be mapped; `unplaced` are the headers that nothing is made of, `missing` our
    columns that the sheet cannot do without; `weight` is how well it fits. No cell below the header is kept.
    """

    title: str
    name: Name | Literal["people"] | None
    known: dict[str, str]
    guessed: dict[str, str]
    unplaced: tuple[str, ...]
    missing: tuple[str, ...]
    rows: int
    weight: float = 0


def propose(title: str, table: Table) -> Proposal:
    """Return what a sheet is likely to be, by its headers first and its title second."""
    first = list(islice(table.records, HEADER_WITHIN if table.is_grid else 1))
    rest = sum(cells is None or any(cells) for _, cells in table.records)
    found = max(_fits(title, first), key=lambda one: (one.weight, -one.rows), default=None)
    if found is None or len(found.known) + len(found.guessed) < LEAST:
        heads = tuple(word for word in _words(first[:1]) if word)
        return Proposal(title, None, {}, {}, heads, (), rest + max(len(first) - 1, 0))
    below = len(first) - found.rows - 1  # `rows` is the header's place until here
    return replace(found, rows=rest + below)


def _fits(title: str, first: Sequence[Record]) -> Iterator[Proposal]:
    """Yield how each of the first rows would do as the header of each of our sheets."""
    for place, record in enumerate(first):
        heads = list(_words([record]))
        for kind in KINDS:
            yield _fit(title, kind, heads, place)


def _fit(title: str, kind: Kind, heads: Sequence[str], place: int) -> Proposal:
    plan = Layout({column: column for column in kind.columns}, also=kind.also)
    named = dict(zip(heads, name_columns(heads, plan), strict=True))
    known = {column: head for head, column in named.items() if column}
    free = [head for head in heads if head and not named[head]]
    guessed: dict[str, str] = {}
    for head in free:
        column = _likely(kind, head)
        if column and column not in known and column not in guessed:
            guessed[column] = head
    unplaced = tuple(head for head in free if head not in guessed.values())
    missing = tuple(one for one in kind.required if one not in known and one not in guessed)
    is_called_so = plain_header(title) in map(plain_header, kind.titles)
    # what it has for certain counts most, what it lacks against it
    weight = len(known) + len(guessed) / 2 - 2 * len(missing) + 2 * is_called_so
    return Proposal(title, kind.name, known, guessed, unplaced, missing, place, weight)


def _likely(kind: Kind, head: str) -> str | None:
    """Return the column whose name, or one of whose usual headers, a header is nearly."""
    heads = {plain_header(column): column for column in kind.columns}
    heads |= {plain_header(header): column for header, column in kind.also.items()}
    close = get_close_matches(plain_header(head), heads, n=1, cutoff=ALIKE)
    return heads[close[0]] if close else None


def _words(records: Iterable[Record]) -> Iterator[str]:
    """Yield the headers of a row, each once, without their line breaks."""
    seen: set[str] = set()
    for _, cells in records:
        for cell in cells or ():
            word = " ".join(cell.split()) if isinstance(cell, str) else ""
            if word not in seen:
                seen.add(word)
                yield word
