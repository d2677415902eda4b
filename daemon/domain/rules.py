"""A duty and its ladder, as the rulebook compiles them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Protocol

from daemon.domain.facts import Fact
from daemon.domain.vocabulary import Vocabulary


class Unit(StrEnum):
    """Never a bare number: each of these is a different word (DOMAIN section 3)."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"
    WORKING_HOURS = "working_hours"
    ELAPSED_HOURS = "elapsed_hours"
    ELAPSED_MINUTES = "elapsed_minutes"


class Basis(StrEnum):
    """Where a limit comes from."""

    STATUTORY = "statutory"
    LOCAL = "local"
    HOUSE = "house"


class Finish(StrEnum):
    """At what time of its day a deadline falls."""

    CLOSE_OF_BUSINESS = "close of business"
    SAME_TIME = "the same time of day"  # STK-076: close of business if no time is known


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due moment: `spans` counted from the first fact of `anchor`, in order; negative counts walk back.

    `is_day_number` is Stoke's "Day N", where the anchor's day is Day 1. Calendar units are
    rolled back to a working day (DOMAIN section 3). `text` is the phrase as written.
    """

    text: str
    anchor: str
    spans: tuple[tuple[int, Unit], ...]
    is_day_number: bool = False
    finish: Finish | time = Finish.CLOSE_OF_BUSINESS

    @property
    def is_backward(self) -> bool:
        """It counts back from a booked date, and moves with it."""
        return any(count < 0 for count, _ in self.spans)


class Origin(StrEnum):
    """What a rung's time counts from."""

    DUE = "due"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class RungTime:
    """When a rung fires: `count` units from its origin (negative: before), at `clock` London time if given."""

    text: str
    origin: Origin = Origin.DUE
    count: int = 0
    unit: Unit = Unit.WORKING_DAYS
    clock: time | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder. `house` marks a default that no document demands."""

    name: str
    at: RungTime
    to: tuple[str, ...]
    via: tuple[str, ...]
    message: str
    ask: str | None = None
    offer: str | None = None
    urgent: bool = False
    house: bool = False
    repeat_working_days: int | None = None

    @property
    def kind(self) -> str:
        """`tell`, or `ask` where the message also puts a question."""
        return "ask" if self.ask else "tell"


class FactsInView(Protocol):
    """What a condition may look at: the facts of one subject at one moment."""

    def of(self, name: str) -> tuple[Fact, ...]:
        """Return the subject's facts of that name, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition: True, False, or None where a value that it needs is unknown."""

    text: str
    test: Callable[[FactsInView], bool | None]
    facts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that a message adds while a condition holds."""

    when: Condition
    say: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty and its ladder.

    `subject` is the word after `for:` (`icpc`). `met_by` are the facts any of which meets it;
    `met_by_each` names the recipients all of whom must be `about` of it, once one is named.
    `withdrawn_when` ends it without its being met.
    """

    name: str
    pack: str
    title: str
    why: str
    clauses: tuple[str, ...]
    basis: Basis
    subject: str
    due: Deadline
    when: Condition
    met_by: tuple[str, ...]
    ladder: tuple[Rung, ...]
    responsible: tuple[str, ...]
    relies_on: tuple[str, ...] = ()
    withdrawn_when: Condition | None = None
    met_by_each: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def rung(self, name: str) -> Rung | None:
        """Return the rung of that name."""
        return next((rung for rung in self.ladder if rung.name == name), None)


class Applies(StrEnum):
    """Which cases a new rulebook touches (DOMAIN 5.13)."""

    OPEN_CASES = "open_cases"
    NEW_CASES = "new_cases"


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """When the list of open overdue items goes out (DOMAIN 5.8): `weekday` 0 is Monday."""

    weekday: int
    clock: time
    to: tuple[str, ...]
    via: tuple[str, ...]
    message: str = "weekly-summary"


@dataclass(frozen=True, slots=True)
class Pack:
    """One partnership's procedure, compiled, with the base that it stands on already folded in.

    `rules` holds the base's rules too; `carries` gives the pack's own clauses for a rule that
    it shares (DOMAIN section 4). `digest` covers every file that it was made from.
    """

    name: str
    title: str
    digest: str
    rules: tuple[Rule, ...]
    stands_on: str | None = None
    carries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fallback: str = "duty_mailbox"
    promise_cap_working_days: int = 2
    summary: WeeklySummary | None = None
    applies: Applies = Applies.OPEN_CASES
    effective_from: date | None = None

    def rule(self, name: str) -> Rule | None:
        """Return the rule of that name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def clauses(self, rule: Rule) -> tuple[str, ...]:
        """Return the clauses of this pack's own pathway that an obligation under `rule` carries."""
        return rule.clauses if rule.pack == self.name else self.carries.get(rule.name, ())


@dataclass(frozen=True, slots=True)
class MessageText:
    """The source of one message: sandboxed templates for its three parts.

    `lead` says in one or two sentences what is due and how it stands; `clear` what one action
    clears it (empty where nothing is asked).
    """

    name: str
    subject: str
    lead: str
    clear: str
    place: str


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All packs, compiled, with their vocabulary, messages and digests."""

    packs: Mapping[str, Pack]
    vocabulary: Vocabulary
    messages: Mapping[str, MessageText]
    digests: Mapping[str, str]
    base: str = "statutory-england"

    def pack(self, pathway: str | None) -> Pack:
        """Return the pathway's pack; the statutory base where there is none."""
        return self.packs.get(pathway or "", self.packs[self.base])
