"""Whether a pack's document is due for its own review: what was encoded may have a new edition."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Pack
from daemon.domain.times import say_day
from daemon.rulebook.packs.pack import PACK_FILE

SOON = timedelta(days=30)


def reviews(packs: Iterable[Pack], today: date, root: str) -> Iterator[Problem]:
    """Yield a warning for each pack whose `review_by` has passed, or comes within 30 calendar days.

    `root` is the packs' folder as problems name it. Source: STK-001.
    """
    for pack in packs:
        if pack.review_by is None or today < pack.review_by - SOON:
            continue
        is_due = "was due" if pack.review_by < today else "is due"
        what = f"the document's own review {is_due} by {say_day(pack.review_by)}"
        mend = "look whether it has a new edition, and compare the rules with it"
        where = f"{root}/{pack.name}/{PACK_FILE}: review_by"
        yield Problem(where, what, mend, Severity.WARNING)
