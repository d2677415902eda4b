"""A SharePoint list as it is kept between two readings, and as the table that its sheets are read from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from zlib import compress, decompress

from daemon.domain.errors import Problem, Severity
from daemon.domain.sheet import Cell, Flaw, Record, Table
from daemon.sheets.pickup import Mark
from integrations.microsoft365.columns import Column

FOLDER = "0x0120"  # content types of folders begin with it
CROWDED = "has more than 12 columns of look-ups and people, and SharePoint may leave some out"
STAMP_BYTES = 7
EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Heads(NamedTuple):
    """What stands above a list: the columns that are read, the headers of the others.

    `is_crowded`: there are so many look-ups and people that some may be left out of the answers.
    """

    columns: tuple[Column, ...]
    others: tuple[str, ...]
    is_crowded: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """What was read of a list: `packed` are its items, by id.

    `place` is the service's word for what has been told; it is of no use without them.
    """

    id: str
    heads: Heads
    place: str
    whole_at: datetime
    packed: bytes
    mark: Mark

    def items(self) -> dict[str, list[Any]]:
        """Return the cells of each item by its id."""
        found: dict[str, list[Any]] = json.loads(decompress(self.packed))
        return found

    def data(self) -> bytes:
        """Return everything that a table needs, as bytes."""
        headers = [one.shown for one in self.heads.columns]
        ordered = sorted(self.items().items(), key=lambda one: int(one[0]))
        told = {"headers": headers, "others": self.heads.others, "items": ordered}
        return json.dumps({**told, "is_crowded": self.heads.is_crowded}).encode()


@dataclass(slots=True)
class Gathering:
    """Items as they come, page by page: the last word on each stands. `size` is how much was told."""

    items: dict[str, list[Any]] = field(default_factory=dict)
    changed_at: datetime = EVER
    size: int = 0

    def pack(self) -> bytes:
        """Return the items in little room."""
        return compress(json.dumps(self.items).encode(), 1)


def mark_of(told: object, size: int, changed_at: datetime, now: datetime) -> Mark:
    """Return how something stands, by what was told of it; nothing else makes another mark."""
    stamp = int.from_bytes(sha256(json.dumps(told).encode()).digest()[:STAMP_BYTES], "big")
    at = max(0.0, min(changed_at, now).timestamp())  # their clock may be before ours
    return Mark(size, int(at) * 10**9, stamp)


def is_folder(item: Mapping[str, Any]) -> bool:
    """Return whether an item holds others, and is no row."""
    kind = item.get("contentType")
    return isinstance(kind, Mapping) and str(kind.get("id") or "").startswith(FOLDER)


def kept(one: Cell) -> Any:
    """Return a cell as JSON."""
    return [one.what, one.mend] if isinstance(one, Flaw) else one


def table_of(data: bytes, place: str) -> Table:
    """Return a list as a table; a row's line is the id of its item."""
    told = json.loads(data)
    header = [*told["headers"], *told["others"]]
    beside = [""] * len(told["others"])

    def records() -> Any:
        yield 0, header
        for id_, cells in told["items"]:
            row: Record = (
                int(id_),
                [*(Flaw(*one) if isinstance(one, list) else one for one in cells), *beside],
            )
            yield row

    crowded = Problem(place, CROWDED, "make some of them text or choice", Severity.WARNING)
    return Table(place, records(), (crowded,) if told.get("is_crowded") else ())
