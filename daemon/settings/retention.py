"""The table `[retention]`: how long what is kept; nothing goes by itself, and nothing at all where no period is set."""

import re
from typing import Annotated

from pydantic import BeforeValidator

from daemon.settings.table import Table

LEAST = 3  # months: what was sent is proven by what is younger


def months(text: object) -> int:
    """Return a period in months: "24 months", "7 years". Raises ValueError."""
    found = (
        re.fullmatch(r"(\d{1,3}) (months?|years?)", text.strip()) if isinstance(text, str) else None
    )
    if found is None:
        raise ValueError('this is no period; write "24 months" or "7 years"')
    count = int(found[1]) * (12 if found[2].startswith("year") else 1)
    if count < LEAST:
        raise ValueError(f"nothing goes sooner than after {LEAST} months; write a longer period")
    return count


Months = Annotated[int | None, BeforeValidator(months)]


class Retention(Table):
    """How long what is kept; `daykeeper purge` lets it go, and nothing else does."""

    cases: Months = None
    """A case, from when no feed shows it any more."""
    messages: Months = None
    """The words of a message, from when it was made; that it was sent stays."""
    journal: Months = None
    """The words of an entry of the journal about a case that is no longer stored; the chain stays whole."""
