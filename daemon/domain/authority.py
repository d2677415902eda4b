"""What one authority settles for itself, whatever the pack that it works by (DOMAIN 5.13, POLICY section 4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from daemon.domain.brake import Limits
from daemon.domain.rules import Applies
from daemon.domain.times import OfficeHours


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority's own terms. The rules themselves are those of `based_on`, with its changes.

    `mailboxes` gives roles an address of their own, `fallback` is the role that hears what nobody
    else can be told. `fresh_within` says for each feed role how old its data may be.
    `enclosures` gives for a document that travels with an invitation where it lies on the web.
    `internal` and `accepted` are mail domains; every other one gets `unknown_gets`: `L0` or `nothing`.
    `known_as` are the names that it goes by itself.
    """

    based_on: str
    hours: OfficeHours = field(default_factory=OfficeHours)
    fallback: str = "duty_mailbox"
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    internal: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    unknown_gets: str = "L0"
    fresh_within: Mapping[str, timedelta] = field(default_factory=dict)
    hold_working_days: int = 1
    brake: Limits = field(default_factory=Limits)
    enforce_from: date | None = None
    effective_from: date | None = None
    applies: Applies = Applies.OPEN_CASES
    enclosures: Mapping[str, str] = field(default_factory=dict)
    known_as: tuple[str, ...] = ()

    def fresh_for(self, jobs: Iterable[str]) -> timedelta | None:
        """Return how old the data of a feed may be that does all these jobs, by the strictest; None where none says."""
        return min(
            (self.fresh_within[job] for job in jobs if job in self.fresh_within), default=None
        )
