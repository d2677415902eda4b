"""A family that is held after a death: who releases it, for whoever finds that nothing is shown."""

from dataclasses import dataclass
from datetime import datetime

from daemon.decide.duties.family import RELEASED
from daemon.decide.people.recipients import Access, Why, resolve
from daemon.domain.record import Meeting
from daemon.domain.times import day_of
from daemon.engine.house import House
from daemon.store import Tx


@dataclass(frozen=True, slots=True)
class Held:
    """A conference of which nothing is shown or taken, because its family is held after a death.

    `refs` are those of its cases that go on, `by` who releases the family, in words, `people` who they are.
    """

    id: str
    meeting: Meeting
    refs: tuple[str, ...]
    by: str
    people: tuple[str, ...]


def releases(tx: Tx, house: House, ref: str, now: datetime) -> tuple[str, tuple[str, ...]]:
    """Return which role releases the family of a case, in words, and who holds it; nobody who only stands in."""
    deciding, record = house.deciding, house.record(tx, ref)
    pack = deciding.pack_for(record)[0] if record else deciding.rulebook.pack(None)
    asked = (rule.approval for rule in pack.rules if rule.approval)
    role = next((one.of for one in asked if RELEASED in one.answers.values()), pack.fallback)
    access = deciding.access(record) if record else Access(restricted=True)
    found = resolve(role, access, house.people(tx), day_of(now))
    is_theirs = found.why not in (Why.FALLBACK, Why.NOBODY)
    return deciding.words.role(role), tuple(one.id for one in found.people) if is_theirs else ()
