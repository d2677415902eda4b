"""One POST, ended by its deadline: no retry, no redirect followed, nothing of the environment obeyed."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from json import JSONDecodeError, loads
from math import isnan
from threading import Lock
from time import monotonic
from typing import Any

import httpcore2

from daemon.domain.errors import Temporary, Unknown
from daemon.option_parts import tls
from integrations.teams.config import Config
from integrations.teams.deadline import Bounded

MOST_BYTES = 65_536  # of an answer
CONNECT_S = 5.0
TRACE = "x-ms-client-tracking-id"  # by which a run, or a request, can be found on the other side
MOST_WAIT_S = 3600.0  # what a Retry-After may ask for: a card that is buried for days is lost
KEPT_MOST, KEPT_S = 20, 5.0  # connections that nothing goes by
NOT_SENT = (
    httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.PoolTimeout, httpcore2.ProxyError,
)  # fmt: skip
LOST = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError)


@dataclass(frozen=True, slots=True)
class Said:
    """What the other side answered; `retry_after_s` where it asked for patience, `run` is its name for a run."""

    status: int
    body: bytes = b""
    retry_after_s: float | None = None
    run: str = ""

    @property
    def is_redirect(self) -> bool:
        """It named another place; we go to none."""
        return HTTPStatus.MULTIPLE_CHOICES <= self.status < HTTPStatus.BAD_REQUEST

    def fields(self) -> Mapping[str, Any]:
        """Return the body as an object of JSON, empty where it is none."""
        try:
            found = loads(self.body)
        except (JSONDecodeError, UnicodeDecodeError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def error_code(self) -> str:
        """The code of an error in the shape that Microsoft's services share; never shown to people."""
        error = self.fields().get("error")
        return str(error.get("code", "")) if isinstance(error, dict) else str(error or "")


class Wire:
    """Connections that are kept for a few seconds. Thread-safe."""

    def __init__(self, config: Config) -> None:
        """Take the options; nothing is connected before the first POST."""
        self.config, self.bounded = config, Bounded()
        self._lock = Lock()
        self._pool: httpcore2.ConnectionPool | None = None

    def post(self, url: str, until: float, headers: Mapping[str, str], content: bytes) -> Said:
        """Return the answer to one POST; `until` is a moment of the monotonic clock.

        Raises Temporary where nothing was sent, Unknown where the answer was lost.
        """
        self.bounded.deadline.until = until
        waits = {"connect": CONNECT_S, "pool": max(0.0, until - monotonic())}
        named = [("User-Agent", "Daykeeper"), *headers.items()]
        try:
            with self._connections().stream(
                "POST", url, headers=named, content=content, extensions={"timeout": waits}
            ) as answer:
                body = b""
                for piece in answer.iter_stream():
                    body += piece
                    if len(body) > MOST_BYTES:
                        break
                told = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
                return Said(
                    answer.status,
                    body[:MOST_BYTES],
                    patience_s(told.get(b"retry-after"), told.get(b"date")),
                    told.get(b"x-ms-workflow-run-id", ""),
                )
        except NOT_SENT as error:
            is_tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError) or (
                "CERTIFICATE_VERIFY_FAILED" in str(error)
            )
            raise Temporary("tls-unverified" if is_tls else "unreachable") from None
        except LOST:
            raise Unknown("answer-lost") from None

    def close(self) -> None:
        """Let the connections go; closing twice is no error."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _connections(self) -> httpcore2.ConnectionPool:
        with self._lock:
            if self._pool is None:
                self._pool = httpcore2.ConnectionPool(
                    ssl_context=tls(self.config.ca_file), network_backend=self.bounded, max_connections=None,
                    max_keepalive_connections=KEPT_MOST, keepalive_expiry=KEPT_S,
                    proxy=httpcore2.Proxy(self.config.proxy) if self.config.proxy else None,
                )  # fmt: skip
            return self._pool


def patience_s(asked: str | None, date: str | None) -> float | None:
    """Return the seconds that a Retry-After asks for, at most an hour; None where it asks for none.

    Args:
        date: the answer's own Date: a moment is counted from it, whatever clock is wrong.
    """
    if not asked:
        return None
    try:
        seconds = float(asked)
        if isnan(seconds):
            return None
    except ValueError:
        try:
            ends_at, said_at = parsedate_to_datetime(asked), parsedate_to_datetime(date or "")
            seconds = (ends_at - said_at).total_seconds()
        except (TypeError, ValueError, OverflowError):  # no date, or one of the two without a zone
            return None
    return min(max(seconds, 0.0), MOST_WAIT_S)
