"""The last report that was made: kept in the store, so that whoever looks at it counts nothing again."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from daemon.domain.times import iso
from daemon.store import Tx

LAST = "report/last"


class Kept(NamedTuple):
    """A report as it was made; `by` is whoever had it made."""

    said: dict[str, Any]
    at: datetime
    by: str


def keep(tx: Tx, said: Mapping[str, Any], by: str, now: datetime) -> None:
    """Keep a report in the place of the last one, and note in the journal who had it made."""
    tx.marks.put(
        LAST, json.dumps({"at": iso(now), "by": by, "said": dict(said)}, ensure_ascii=False)
    )
    because = f"timeliness and attendance from {said['from']} to {said['to']}"
    tx.journal.write(now, "report.made", tx.authority, because, {"by": by})


def kept(tx: Tx) -> Kept | None:
    """Return the last report, None where none was made; nor where it was before its shares were of exact counts."""
    found = tx.marks.get(LAST)
    if not found:
        return None
    one = json.loads(str(found))
    if "to_book_rounded_to" not in one["said"]:
        return None
    return Kept(one["said"], datetime.fromisoformat(one["at"]), one["by"])
