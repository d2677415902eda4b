"""Whether Redis can be used: in one word why not, and a log line for each change."""

from threading import Lock
from time import monotonic

import structlog
from redis.exceptions import AuthenticationError, InvalidResponse
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

log = structlog.get_logger("daykeeper.jobs")
CALM_S = 5.0  # it is back once it has answered for so long: replies lost now and then are one story
SAYS = {  # in the server's own words, which a script's error carries in its midst
    "OOM": "full",
    "READONLY": "read-only",
    "MISCONF": "cannot-write",
    "NOREPLICAS": "cannot-write",
    "LOADING": "loading",
    "NOAUTH": "no-access",
    "WRONGPASS": "no-access",
    "NOPERM": "no-access",
    "invalid password": "no-access",
    "Bad response from PING": "no-redis",  # the client's own words
}
KINDS: tuple[tuple[type[Exception], str], ...] = (
    (AuthenticationError, "no-access"),
    (InvalidResponse, "no-redis"),
    (NoAnswer, "no-answer"),
    (NoConnection, "no-connection"),
    (ValueError, "no-redis"),
    (TypeError, "no-redis"),
    (AttributeError, "no-redis"),
)


def reason_of(error: Exception) -> str:
    """Return in one word what an error means: its text may hold an address."""
    text = str(error)
    said = next((reason for word, reason in SAYS.items() if word in text), None)
    kind = next((reason for kind, reason in KINDS if isinstance(error, kind)), "refused")
    return said or kind


class Reach:
    """What this process last found. `reason` is None while Redis does its work."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self._failed_at = float("-inf")
        self._lock = Lock()

    def failed(self, error: Exception) -> None:
        """Note that it did not do what it was asked."""
        reason = reason_of(error)
        with self._lock:
            is_new, self.reason = reason != self.reason, reason
            self._failed_at = monotonic()
        if is_new:
            log.warning("redis.lost", reason=reason, instead="the database is looked into")

    def answered(self) -> None:
        """Note that it did."""
        with self._lock:
            is_back = self.reason is not None and monotonic() - self._failed_at > CALM_S
            if is_back:
                self.reason = None
        if is_back:
            log.info("redis.found")
