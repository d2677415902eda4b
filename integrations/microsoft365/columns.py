"""The columns of a SharePoint list, and what a field of an item says in them: as a cell of a sheet would."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from daemon.domain.sheet import Cell, Flaw, plain_header
from daemon.domain.times import LONDON
from daemon.domain.typed_dates import iso_text

DAY_ALONE, MOMENT = "day", "moment"
LINK, PERSON, LOOKUP, OTHER = "link", "person", "lookup", "other"
ID, MADE_BY_IT = "ID", frozenset({"ID", "Created", "Modified"})  # read where the settings name them
TITLE = "Title"  # every list has it, and many leave it empty
NEVER = frozenset({"Attachments", "ContentType"})
CELL_MOST = 32_767  # as in a workbook
HALF_A_DAY = timedelta(hours=12)
TOO_LONG = Flaw(f"is longer than {CELL_MOST} characters", "shorten it")
NO_TEXT = Flaw("holds what is no text", "use a column of text, choice, date, yes/no or person")
NOT_SHOWN = Flaw(
    "is a look-up whose text Microsoft 365 does not give",
    "use a column of text or choice; a list may have 12 look-ups and people",
)
LINKED, LINKED_MOST = frozenset({PERSON, LOOKUP}), 12  # beyond, some are left out without a word
IN_PARTS = ("LookupValue", "Label", "Url")


class Column(NamedTuple):
    """A column: `key` is its field in an item, `shown` what people see above it."""

    key: str
    shown: str
    kind: str
    is_many: bool = False

    @property
    def number(self) -> str:
        """The field with the number of the one item or person that is meant, "" where there is none."""
        return f"{self.key}LookupId" if self.kind in LINKED and not self.is_many else ""

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that are asked for: of one person the number alone, which is nobody's name."""
        if self.kind == PERSON and self.number:
            return (self.number,)
        return (self.key, self.number) if self.number else (self.key,)


def columns_of(described: Sequence[Mapping[str, Any]], named: Collection[str]) -> list[Column]:
    """Return the columns of a list that a sheet may have; `named` are the headers in the settings.

    What SharePoint makes itself is left out, but for what the settings name of it.
    """
    wanted = {plain_header(one) for one in named}
    found = []
    for one in described:
        name, shown = str(one.get("name") or ""), str(one.get("displayName") or "")
        is_named = plain_header(shown) in wanted
        is_theirs = one.get("hidden") or (one.get("readOnly") and one.get("calculated") is None)
        is_spare = name == TITLE and shown == TITLE
        if not name or name in NEVER or (is_theirs and name not in MADE_BY_IT):
            continue
        if (name in MADE_BY_IT or is_spare) and not is_named:
            continue
        found.append(_column(one, name, shown))
    return found


def is_crowded(described: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a list has so many look-ups and people that SharePoint leaves some out of its answers."""
    linked = [
        one for one in described
        if not one.get("hidden") and (_facet(one, "lookup") or _facet(one, "personOrGroup")) is not None
    ]  # fmt: skip
    return len(linked) > LINKED_MOST


def _column(one: Mapping[str, Any], name: str, shown: str) -> Column:
    key = "id" if name == ID else f"OData_{name}" if name.startswith("_") else name
    made = _facet(one, "calculated")
    is_date = made is not None and made.get("outputType") == "dateTime"
    when = made if is_date else _facet(one, "dateTime")
    if when is not None:
        return Column(key, shown, DAY_ALONE if when.get("format") == "dateOnly" else MOMENT)
    if (who := _facet(one, "personOrGroup")) is not None:
        return Column(key, shown, PERSON, bool(who.get("allowMultipleSelection")))
    if (other := _facet(one, "lookup")) is not None:
        return Column(key, shown, LOOKUP, bool(other.get("allowMultipleValues")))
    return Column(key, shown, LINK if _facet(one, "hyperlinkOrPicture") is not None else OTHER)


def _facet(one: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    found = one.get(name)
    return found if isinstance(found, Mapping) else None


def cell(value: object, kind: str) -> Cell:
    """Return what a field says, as a CSV file would have it; a person's number is not looked up here."""
    if isinstance(value, list):
        cells = [cell(one, kind) for one in value]
        return next((one for one in cells if isinstance(one, Flaw)), "; ".join(map(str, cells)))
    if isinstance(value, Mapping):
        parts = ("Email",) if kind == PERSON else IN_PARTS
        part = next((value[one] for one in parts if isinstance(value.get(one), str)), None)
        return NO_TEXT if part is None else cell(part, OTHER)
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case str() if len(value) > CELL_MOST:
            return TOO_LONG
        case str():
            if kind in (DAY_ALONE, MOMENT):
                value = _when(value, is_day=kind == DAY_ALONE)
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(value)


def _when(value: str, *, is_day: bool) -> str:
    """Return a moment as it was typed: a day alone, or the time on the wall in London.

    A day alone is kept as a midnight of the site's own time zone, whichever that is, and told in UTC:
    the nearest midnight is its day. What is no moment is returned as it is, to be told of.
    """
    try:
        at = datetime.fromisoformat(value)
        at = at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
        if is_day:
            return (at + HALF_A_DAY).date().isoformat()
        local = at.astimezone(LONDON)
    except (ValueError, OverflowError):
        return value
    if local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset():
        return at.isoformat()  # an hour that comes twice
    wall = local.replace(tzinfo=None)
    found: date = wall if wall.time() != datetime.min.time() else wall.date()
    return iso_text(found)
