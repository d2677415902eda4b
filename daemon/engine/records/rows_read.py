"""How much of a reading cannot be read: where far more cannot than before, nothing of it is taken."""

from collections.abc import Iterable, Sequence

from daemon.domain.errors import Problem, Severity
from daemon.engine.house import Feed
from daemon.ports import Page
from daemon.store import Quarantined, Tx

FEW_ROWS = 10
MARK = "feed/unreadable/"  # and the feed: how many rows of its last good whole reading could not be read


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


def counted(tx: Tx, feed: str) -> int | None:
    """Return how many rows of the last good whole reading could not be read."""
    found = tx.marks.get(f"{MARK}{feed}")
    return None if found is None else int(found)


def count(tx: Tx, feed: str, page: Page) -> None:
    """Note how many rows of a good whole reading cannot be read."""
    tx.marks.put(f"{MARK}{feed}", min(unreadable(page.problems), page.rows))
