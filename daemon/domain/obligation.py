"""A rule applied to one subject of one case: what is due, and how it stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from daemon.domain.rules import Basis


class State(StrEnum):
    """Overdue is not a state: it is `due_at < now`, so no clock can leave it wrong."""

    OPEN = "open"
    MET = "met"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"


MOVES = {
    State.OPEN: frozenset({State.MET, State.WAIVED, State.WITHDRAWN}),
    State.MET: frozenset({State.OPEN}),  # the record was corrected
    State.WAIVED: frozenset({State.OPEN}),
    State.WITHDRAWN: frozenset({State.OPEN}),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is applied to.

    `id` is the source's id of the meeting, plan or action where there is one; `part` names one
    agency, invitee or parent of a meeting: `police`, `invitee-I-1`, `parent-I-4`.
    """

    kind: str
    number: int | None = None
    attempt: int | None = None
    id: str | None = None
    agency: str | None = None
    part: str | None = None

    def __str__(self) -> str:
        """Return the subject's name within its case: `case`, `icpc-1`, `icpc-1.2/police`, `plan-P-1`."""
        if self.number is None:
            return f"{self.kind}-{self.id}" if self.id else self.kind
        if self.part is None:
            return f"{self.kind}-{self.number}"
        attempt = f".{self.attempt}" if (self.attempt or 1) > 1 else ""
        return f"{self.kind}-{self.number}{attempt}/{self.part}"


@dataclass(frozen=True, slots=True)
class Step:
    """One day of the count that led to a due date."""

    date: date
    counted: bool
    why: str


@dataclass(frozen=True, slots=True)
class Obligation:
    """How one duty stands at one moment. Instants are UTC; `steps` tells the count day by day when asked.

    `late` is None unless it was met. `is_provisional`: it counts back from a meeting that is not booked,
    so that people are reminded of it and nobody is told that it is late.
    """

    id: str
    ref: str
    rule: str
    pack: str
    pack_digest: str
    clauses: tuple[str, ...]
    basis: Basis
    subject: Subject
    state: State
    responsible: tuple[str, ...]
    relies_on: tuple[str, ...]
    met_by_any: tuple[str, ...]
    because: str
    starts_at: datetime | None = None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    late: bool | None = None
    steps: Callable[[], tuple[Step, ...]] = field(default=tuple, compare=False, repr=False)
    remarks: tuple[str, ...] = ()
    is_provisional: bool = False

    @property
    def working(self) -> tuple[Step, ...]:
        """The count day by day."""
        return self.steps()

    def is_overdue(self, now: datetime) -> bool:
        """Return whether it is open and its due moment has passed."""
        is_past = self.due_at is not None and self.due_at < now
        return self.state is State.OPEN and is_past and not self.is_provisional


def obligation_id(ref: str, rule: str, subject: Subject) -> str:
    """Return the id that outside tools read: `SC-100234/icpc-invite-list/icpc-1`."""
    return f"{ref}/{rule}/{subject}"
