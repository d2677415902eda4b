"""What one value of a row says: an id or word, a yes or no, a date. Nothing is repeated in an error."""

from collections.abc import Mapping
from datetime import date, datetime, time

from daemon.domain.typed_dates import iso_text

NOTHING = frozenset({"", "-1"})  # LCS writes -1 for no value
LONGEST = 2000  # characters; no field of the record needs more
FIRST_YEAR, LAST_YEAR = 1990, 2100
FLAGS = {
    "y": True,
    "yes": True,
    "1": True,
    "true": True,
    "n": False,
    "no": False,
    "0": False,
    "false": False,
}


def words(value: object) -> str | None:
    """Return a value as a word or id, None for null and for what stands for it; raises ValueError."""
    if isinstance(value, Mapping | list | tuple):
        raise ValueError("is not a single value")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    if "\x00" in text or text.encode("utf-8", "replace") != text.encode("utf-8", "surrogatepass"):
        raise ValueError("holds a character that cannot be read")
    return None if text in NOTHING else text


def flag(value: object) -> bool | None:
    """Return a yes or no; None for anything else."""
    return FLAGS.get((words(value) or "").casefold())


def flag_in_doubt(value: object) -> bool | None:
    """Return a yes or no where any other word counts as yes; None for nothing."""
    return None if words(value) is None else flag(value) is not False


def ids(value: object) -> list[str] | None:
    """Return the ids of a list, or of a cell that holds several, separated by ";".

    Raises ValueError for what may be a name.
    """
    given = value if isinstance(value, list) else (words(value) or "").split(";")
    found = [one for part in given if (one := words(part))]
    if any(" " in one for one in found):
        raise ValueError("is not an id")
    return found or None


def moment(value: object) -> str | None:
    """Return a date or time in the JSON form, midnight as the date alone; raises ValueError."""
    if not isinstance(value, date):
        text = words(value)
        if text is None:
            return None
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("is not a date that exists") from None
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError(f"lies outside {FIRST_YEAR} to {LAST_YEAR}")
    if isinstance(value, datetime) and value.tzinfo is None and value.time() == time(0):
        value = value.date()
    return iso_text(value)
