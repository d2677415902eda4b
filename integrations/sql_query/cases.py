"""What the rows of all tables say, gathered by case, and how a database's values read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from daemon.domain.errors import Problem, Severity
from daemon.domain.typed_dates import iso_text
from daemon.ports import Fragment

Body = dict[str, Any]
Record = Mapping[str, Any]
NOTHING = frozenset({"", "-1"})  # LCS writes -1 for no value
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
    """Return a value as a word or id; None for null and for what stands for it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    if "\x00" in text:
        raise ValueError("holds a character that cannot be read")
    return None if text in NOTHING else text


def flag(value: object) -> bool | None:
    """Return a yes or no; None for anything else."""
    return FLAGS.get((words(value) or "").casefold())


def flag_in_doubt(value: object) -> bool | None:
    """Return a yes or no where any other word counts as yes; None for nothing."""
    return None if words(value) is None else flag(value) is not False


def ids(value: object) -> list[str] | None:
    """Return the ids of a cell that holds several, separated by ";"; raises ValueError for what may be a name."""
    found = [part.strip() for part in (words(value) or "").split(";") if part.strip()]
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


def moment_of(row: Record, column: str) -> str | None:
    """Return a row's date or time in the JSON form; raises ValueError that names the column."""
    try:
        return moment(row[column])
    except ValueError as error:
        raise ValueError(f"{column} {error}") from None


@dataclass(slots=True)
class Cases:
    """Bodies by case reference in order of first mention, rows read, and what was wrong."""

    bodies: dict[str, Body] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0

    def body(self, ref: str, place: str) -> Body:
        """Return the body of a case, begun where it is new."""
        self.places.setdefault(ref, place)
        return self.bodies.setdefault(ref, {"ref": ref, "facts": {}})

    def report(self, where: str, what: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        """Keep a problem: its place, never a value."""
        self.problems.append(Problem(where, what, mend, severity))

    def fragments(self) -> list[Fragment]:
        """Return one fragment a case."""
        return [Fragment(body, self.places[ref]) for ref, body in self.bodies.items()]


def put(facts: Body, name: str, fact: object) -> None:
    """Add a fact, once however often it is told; a second one makes a list."""
    if fact is None:
        return
    there = facts.get(name)
    known = there if isinstance(there, list) else [] if there is None else [there]
    if fact not in known:
        facts[name] = [*known, fact] if known else fact


def fact(at: str | None, value: str | None = None, about: str | None = None) -> object:
    """Return a fact in the JSON form; a bare date where there is nothing more to say."""
    if at is None or not (value or about):
        return at
    return {"at": at} | ({"value": value} if value else {}) | ({"about": about} if about else {})
