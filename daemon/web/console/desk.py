"""What every page of the console is made with: the store, the house, and how lists are cut into pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from daemon.domain.link import case_code, page_code
from daemon.domain.rules import Rule
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.house import House
from daemon.engine.standing.sight import Sight
from daemon.store import Store, Tx
from daemon.web.visits import Visit, Visits

T = TypeVar("T")
AT_ONCE = 25  # entries of one page


class Leaf(NamedTuple, Generic[T]):
    """One page of a list: which it is, what stands on it, and whether another follows."""

    number: int
    rows: list[T]
    has_more: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Where pages are made. The store is used on worker threads only."""

    store: Store
    house: House
    visits: Visits

    @property
    def words(self) -> Vocabulary:
        """The words of the rulebook in force."""
        return self.house.deciding.words

    def sight(self, tx: Tx, visit: Visit, *, of_service: bool = False) -> Sight:
        """Return the eyes of whoever has come."""
        return Sight(tx, self.house, visit.who, visit.now, of_service=of_service)

    def rule(self, name: str) -> Rule | None:
        """Return a rule by its name, of whichever pack has it: one in force, else one that duties go on under."""
        return next((rule for pack in self.house.packs() if (rule := pack.rule(name))), None)

    def title(self, rule: str) -> str:
        """Return what a rule is called; one that is in force no longer has its name in words."""
        found = self.rule(rule)
        return found.title if found else rule.replace("-", " ").capitalize()

    def kind(self, kind: str) -> str:
        """Return what a kind of meeting is called, as a title."""
        return (self.words.meetings.get(kind) or kind.replace("_", " ")).capitalize()


def leaf(items: Iterable[T], number: int, at_once: int = AT_ONCE) -> Leaf[T]:
    """Return one page of what comes, which is read no further than that."""
    skip = (number - 1) * at_once
    found = list(islice(items, skip, skip + at_once + 1))
    return Leaf(number, found[:at_once], len(found) > at_once)


def case_of(ref: str, part: str = "") -> dict[str, Any]:
    """Return a case as lists name it, with the address of its page; `part` is a duty's id."""
    anchor = f"#{part.replace('/', '-').replace(' ', '-')}" if part else ""
    return {"ref": ref, "path": f"/cases/{case_code(ref)}{anchor}"}


def conference_path(meeting: str) -> str:
    """Return the address of a conference's record."""
    return f"/conferences/{page_code(meeting)}/record"


def about(subject: str, words: Vocabulary) -> str:
    """Return what of a case a duty is about, in words: "" for the case itself."""
    place, _, part = subject.partition("/")
    kind, _, number = place.rpartition("-")
    named = words.meetings.get(kind)
    where = f"{named} {number.partition('.')[0]}" if named else ""
    agency = words.agencies.get(part, "") if part else ""
    return ", ".join(one for one in (where, agency) if one)
