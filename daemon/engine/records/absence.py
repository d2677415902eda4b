"""Who is away by what came back from them: their own automatic reply, or our mail. The directory need not know."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from daemon.domain.person import Person
from daemon.store import Tx

HEARD, CHANGED = "away/", "away-heard"  # a mark a person, and one that says when the last was put


def note_away(tx: Tx, person: Person, first: date, last: date, now: datetime) -> None:
    """Count somebody as absent from one London date to another, both included."""
    tx.marks.put(f"{HEARD}{person.id}", f"{first}/{last}")
    tx.marks.put(CHANGED, now)


def heard_at(tx: Tx) -> int | str | None:
    """Return when it was last heard of anybody that they are away."""
    return tx.marks.get(CHANGED)


def with_absences(tx: Tx, people: Sequence[Person]) -> list[Person]:
    """Return the people of a directory with the absences that were heard of beside it."""
    heard = tx.marks.starting(HEARD)
    return [
        replace(one, absences=(*one.absences, _span(str(heard[f"{HEARD}{one.id}"]))))
        if f"{HEARD}{one.id}" in heard
        else one
        for one in people
    ]


def _span(text: str) -> tuple[date, date]:
    first, _, last = text.partition("/")
    return date.fromisoformat(first), date.fromisoformat(last)
