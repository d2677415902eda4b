"""How much a reading shows, and how much of it cannot be read: one that has lost far more than before is not taken."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from daemon.domain.errors import Problem, Severity
from daemon.engine.house import Feed
from daemon.ports import Page
from daemon.store import Quarantined, Tx

FEW_ROWS = 10
BARE = re.compile(r"[A-Za-z0-9_-]+")
MARK = "feed/unreadable/"  # and the feed: how many rows of its last good whole reading could not be read
PARTS = "feed/parts/"  # and the feed: how many rows each part of that reading had


def shrunk(feed: Feed, page: Page, before: int, parts: Mapping[str, int]) -> str | None:
    """Return why a whole reading is not taken for the truth, None where it may be.

    Half a file, a lost table or a filter that somebody set look like cases that have ended. A reading
    with no row, or from which more than the feed's share is gone, is not taken unless it shows at least
    as many rows as the settings name. So is one of which a part has: a table that is being filled anew
    is a small share of all rows, and every conference. A few rows more or less are the life of a small
    list. That rows enough are there in all says nothing of a part: what is expected of it is its own.

    Args:
        before: how many rows the last good reading had.
        parts: how many each part of it had; one that is not read any more, or was not, is left out.

    Source: RELIABILITY section 3, point 12; T6; FEEDS 1.2.
    """
    if (page.rows == 0 < before) or _is_gone(feed, page.rows, before):
        if feed.at_least is not None and page.rows >= feed.at_least:
            return None
        what = f"{page.rows} rows" if page.rows else "nothing at all"
        mend = f"where that is so, set `at_least = {page.rows}` below [feeds.{feed.name}]"
        return f"it shows {what}, and showed {before}{'' if page.rows else ' rows'} before; {mend}"
    gone = {
        name: page.parts[name]
        for name, rows in parts.items()
        if name in page.parts
        and _is_gone(feed, page.parts[name], rows)
        and page.parts[name] < feed.at_least_of.get(name, rows)
    }
    if not gone:
        return None
    what = ", ".join(
        f"{f'{now} rows' if now else 'no row'} of {name} ({parts[name]} before)"
        for name, now in gone.items()
    )
    expected = ", ".join(
        f"{_key(name)} = {rows}" for name, rows in {**feed.at_least_of, **gone}.items()
    )
    mend = f"where that is so, set `at_least_of = {{ {expected} }}` below [feeds.{feed.name}]"
    return f"it shows {what}; {mend}"


def _is_gone(feed: Feed, now: int, before: int) -> bool:
    """Return whether so much is gone that it is not taken: the feed's share and a few at least, or all of many."""
    lost = before - now
    return lost >= FEW_ROWS and (not now or lost * 100 >= before * feed.most_gone)


def _key(name: str) -> str:
    """Return a name as it stands before "=" in the settings."""
    return name if BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def unreadable(problems: Iterable[Problem]) -> int:
    """Return how many rows cannot be used, or only in part: each once, however much is wrong with it."""
    return len({one.where.partition(": ")[0] for one in problems if one.severity is Severity.ERROR})


def by_feed(quarantined: Sequence[Quarantined]) -> dict[str, int]:
    """Return how many rows of each feed are listed as unreadable."""
    return {
        feed: unreadable(one.problem for one in quarantined if one.feed == feed)
        for feed in {one.feed for one in quarantined}
    }


def turned(feed: Feed, page: Page, before: int | None) -> str | None:
    """Return why a whole reading is not taken: a changed form spoils rows by the hundred. None where it may be.

    `before` is how many rows of the last good one could not be read, None where nobody has counted. What
    was always spoilt is listed, and read on; `at_least` rows that can be read are enough in any case.

    Source: RELIABILITY section 3, point 12.
    """
    bad = min(unreadable(page.problems), page.rows)
    good, more = page.rows - bad, bad - (before or 0)
    is_enough = feed.at_least is not None and good >= feed.at_least
    if before is None or is_enough or more < FEW_ROWS or more * 100 < page.rows * feed.most_gone:
        return None
    first = next(one for one in page.problems if one.severity is Severity.ERROR)
    return (
        f"of its {page.rows} rows {bad} cannot be read, and {before} could not before; the first: "
        f"{first.where}: {first.what}; where that is so, set `at_least = {good}` below [feeds.{feed.name}]"
    )


def counted(tx: Tx, feed: str) -> tuple[int | None, Mapping[str, int]]:
    """Return how many rows of the last good whole reading could not be read, and how many each part had."""
    found, parts = tx.marks.get(f"{MARK}{feed}"), tx.marks.get(f"{PARTS}{feed}")
    return None if found is None else int(found), {} if parts is None else json.loads(str(parts))


def count(tx: Tx, feed: str, page: Page) -> None:
    """Note what a good whole reading showed."""
    tx.marks.put(f"{MARK}{feed}", min(unreadable(page.problems), page.rows))
    tx.marks.put(f"{PARTS}{feed}", json.dumps(dict(page.parts)))
