"""A duty and its ladder, as the rulebook compiles them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from daemon.domain.condition import Condition
from daemon.domain.deadline import Deadline, LateStart, RungTime
from daemon.domain.parts import (
    Approval,
    Attendance,
    Digest,
    Invitation,
    Report,
    WeeklySummary,
)
from daemon.domain.vocabulary import Vocabulary


class Basis(StrEnum):
    """Where a limit comes from."""

    STATUTORY = "statutory"
    LOCAL = "local"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder. `house` marks a default that no document demands.

    `letter_for` are the family's roles to whom `to` is asked to write: no message goes to a family
    (READINGS section 2, 4). `encloses` are documents that travel with the message. `offer` is a message
    that is drafted for the reader, who may sign in, edit it and send it to the roles `offer_to`.
    """

    name: str
    at: RungTime
    to: tuple[str, ...]
    via: tuple[str, ...]
    message: str
    ask: str | None = None
    offer: str | None = None
    offer_to: tuple[str, ...] = ()
    urgent: bool = False
    house: bool = False
    repeat_working_days: int | None = None
    encloses: tuple[str, ...] = ()
    letter_for: tuple[str, ...] = ()

    @property
    def is_decided_by_its_reader(self) -> bool:
        """Whoever reads it is asked to sign in: to answer a question, or to look at a draft."""
        return self.ask in ("approval", "confirm") or self.offer is not None

    @property
    def kind(self) -> str:
        """`tell`, or `ask` where the message also puts a question."""
        return "ask" if self.ask else "tell"


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that a message adds while a condition holds; `overdue`, if any, in its place once it is overdue."""

    when: Condition
    say: str
    overdue: str = ""

    def said(self, *, is_overdue: bool) -> str:
        """Return the sentence as the duty stands."""
        return self.overdue or self.say if is_overdue else self.say


@dataclass(frozen=True, slots=True)
class Rule:
    """One duty and its ladder.

    `subject` is the word after `for:` (`icpc`). `met_by` are the facts any of which meets it (all of
    which, where `needs_all`); `met_values` the values that do, where not every one does;
    `met_by_each` names the recipients all of whom must be `about` of it, once one is named.
    `withdrawn_when` ends it without its being met. `opens` is the beginning of a window.
    `met_from_opening`: nothing before that meets it; `met_by_due`: nothing that is dated after it.
    `hides_date`: no message prints its due moment, which would tell a date of birth (DOMAIN section 6).
    `manager` is the role that hears of what is first seen late, with those whose duty it is.
    `held_elsewhere`: it is ours although another
    authority holds the plan; `after_death`: although the child has died (READINGS section 2, 3 and 7).
    `never_rests`: no promise rests it, whoever's rungs they are (READINGS section 2, 11).
    `further`: the fact that the matter is taken a stage further at once, where whoever is asked may say so.
    `safety`: no pack that stands on this one and no authority leaves it out.
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
    needs_all: bool = False
    met_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    opens: Deadline | None = None
    late_start: LateStart | None = None
    approval: Approval | None = None
    todo: str = ""
    never_rests: bool = False
    met_from_opening: bool = False
    met_by_due: bool = False
    held_elsewhere: bool = False
    after_death: bool = False
    hides_date: bool = False
    safety: bool = False
    further: str = ""
    manager: str = "team_manager"

    def __hash__(self) -> int:
        """Return a number by its name: caches ask for it more often than for anything else of a rule."""
        return hash(self.name)

    def rung(self, name: str) -> Rung | None:
        """Return the rung of that name."""
        return next((rung for rung in self.ladder if rung.name == name), None)


class Applies(StrEnum):
    """Which cases a new rulebook touches (DOMAIN 5.13)."""

    OPEN_CASES = "open_cases"
    NEW_CASES = "new_cases"


@dataclass(frozen=True, slots=True)
class Pack:
    """One partnership's procedure, compiled, with the base that it stands on already folded in.

    `rules` holds the base's rules too; `carries` gives the pack's own clauses for a rule that
    it shares (DOMAIN section 4). `digest` covers every file that it was made from. `letters` is the role
    that writes to families; `stands_in` says who is told where nobody holds a role in a case;
    `transfer_needs` are the facts without which a child who moved stays ours; `review_by` is when
    the document itself is due for review (STK-001). `unwatched` are the rules that decide nothing here,
    each with the facts that no feed carries; `by_hand` those that are told all the same, for a child's
    safety hangs on them, and that somebody who signs in ends; `as_written` are these before that was asked
    of anybody (`decide.duties.watched`).
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
    letters: str | None = None
    stands_in: Mapping[str, str] = field(default_factory=dict)
    review_by: date | None = None
    attendance: Mapping[str, Attendance] = field(default_factory=dict)
    transfer_needs: tuple[str, ...] = ("receiving_conference_held",)
    invitations: tuple[Invitation, ...] = ()
    digests: tuple[Digest, ...] = ()
    reports: tuple[Report, ...] = ()
    unwatched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_hand: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_written: Mapping[str, Rule] = field(default_factory=dict)
    _by_name: Mapping[str, Rule] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Have the rules by their names: they are asked for at every step of every ladder."""
        watched = {rule.name: rule for rule in self.rules if rule.name not in self.unwatched}
        object.__setattr__(self, "_by_name", watched)

    def rule(self, name: str) -> Rule | None:
        """Return the rule of that name, None where there is none or it is not watched."""
        return self._by_name.get(name)

    def clauses(self, rule: Rule) -> tuple[str, ...]:
        """Return the clauses of this pack's own pathway that an obligation under `rule` carries."""
        return rule.clauses if rule.pack == self.name else self.carries.get(rule.name, ())


@dataclass(frozen=True, slots=True)
class MessageText:
    """The source of one message: sandboxed templates for its three parts.

    `lead` says in one or two sentences what is due and how it stands; `clear` what one action
    clears it (empty where nothing is asked). `outside_lead` and `outside_clear` are read in their
    place by whoever is not of the authority, where they are written.
    """

    name: str
    subject: str
    lead: str
    clear: str
    place: str
    outside_lead: str = ""
    outside_clear: str = ""


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
