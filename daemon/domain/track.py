"""Where an obligation stands on its ladder: the part of it that cannot be computed from the record."""

from dataclasses import dataclass
from datetime import datetime

from daemon.domain.obligation import State


@dataclass(frozen=True, slots=True)
class Fired:
    """A rung that is behind us. `skipped`: it was passed over and told nobody, with a journalled reason."""

    rung: str
    occurrence: int
    at: datetime
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """The ladder's memory of one obligation.

    `occurrence` rises on reopening and on each repeat; `revision` on every correction that people
    were told. `opened_at` is when we first saw it. `grace_until`: it was first seen late (or
    reopened late), and the ladder climbs from then. `rest_until`: a promise rests it. `held_since`:
    its next rung waits for fresh data. `next_at`: when the ladder must look again, None for never.
    `is_provisional`: its meeting is not booked, so nobody is told that it is late.
    """

    id: str
    ref: str
    family: str | None
    rule: str
    pack: str
    pack_digest: str
    subject: str
    state: State
    opened_at: datetime
    starts_at: datetime | None = None
    due_at: datetime | None = None
    met_at: datetime | None = None
    late: bool | None = None
    occurrence: int = 0
    revision: int = 0
    grace_until: datetime | None = None
    rest_until: datetime | None = None
    held_since: datetime | None = None
    next_at: datetime | None = None
    is_provisional: bool = False
    fired: tuple[Fired, ...] = ()

    def is_quiet(self, now: datetime) -> bool:
        """Return whether no senior may hear of it yet: it is in its grace, or waits for fresh data."""
        return self.is_in_grace(now) or self.held_since is not None

    def is_in_grace(self, now: datetime) -> bool:
        """Return whether it was first seen late and its people still have their day: no senior hears of it yet."""
        return self.grace_until is not None and now < self.grace_until
