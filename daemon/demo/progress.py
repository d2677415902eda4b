"""How far the demo's three weeks have run, for the terminal and for its page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from daemon.domain.times import day_of


@dataclass(slots=True)
class Progress:
    """The simulated moment, how much of the time has run (0 to 1), and the tally so far."""

    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    share: float = 0.0
    due: int = 0
    told: int = 0
    met: int = 0
    late: int = 0
    _noted_on: date | None = None

    def show(self, now: datetime, share: float, due: int, told: int, met: int, late: int) -> None:
        """Take the latest figures."""
        self.now, self.share = now, share
        self.due, self.told, self.met, self.late = due, told, met, late

    def is_new_day(self) -> bool:
        """Return whether this is the first question on this simulated day."""
        before, self._noted_on = self._noted_on, day_of(self.now)
        return before != self._noted_on

    @property
    def is_running(self) -> bool:
        """The three weeks are not over."""
        return self.share < 1
