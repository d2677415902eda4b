"""A pause: an operator has switched all sending off until a moment."""

from dataclasses import dataclass
from datetime import datetime

from daemon.domain.times import say


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent from `since` on; at `until` it ends by itself. `why` is about the service, never a case."""

    since: datetime
    until: datetime
    by: str
    why: str

    def in_words(self) -> str:
        """Return what to say to whoever may read who paused it, and why."""
        return f"{self.in_short()} by {self.by} ({self.why}); see `daykeeper pause`"

    def in_short(self) -> str:
        """Return what to say to anybody, and to machines."""
        return f"nothing is sent until {say(self.until)}: paused"
