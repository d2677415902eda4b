"""One POST, ended by its deadline: no retry, no redirect followed, nothing of the environment obeyed."""

import asyncio
import ssl
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from json import JSONDecodeError, loads
from math import isnan
from threading import Lock, Thread
from time import monotonic
from typing import Any

import httpx2

from daemon.domain.errors import Temporary, Unknown
from integrations.teams.config import Config

MOST_BYTES = 65_536  # of an answer
CONNECT_S = 5.0
TRACE = "x-ms-client-tracking-id"  # by which a run, or a request, can be found on the other side
MOST_WAIT_S = 3600.0  # what a Retry-After may ask for: a card that is buried for days is lost
NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


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
    """Connections that are kept for a few seconds, on one thread of their own. Thread-safe."""

    def __init__(self, config: Config) -> None:
        """Take the options; nothing is connected before the first POST."""
        self.config = config
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._client: httpx2.AsyncClient | None = None

    def post(self, url: str, until: float, headers: Mapping[str, str], content: bytes) -> Said:
        """Return the answer to one POST; `until` is a moment of the monotonic clock.

        Raises Temporary where nothing was sent, Unknown where the answer was lost.
        """
        with self._lock:
            loop = self._started()
            future: Future[Said] = asyncio.run_coroutine_threadsafe(
                self._post(url, until, headers, content), loop
            )
        return future.result()

    def close(self) -> None:
        """Let the connections go; closing twice is no error."""
        with self._lock:
            loop, thread, client = self._loop, self._thread, self._client
            self._loop = self._thread = self._client = None
        if loop is None or thread is None or client is None:
            return
        asyncio.run_coroutine_threadsafe(client.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            ca_file = self.config.ca_file
            context = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            self._client = httpx2.AsyncClient(
                verify=context, trust_env=False, proxy=self.config.proxy, follow_redirects=False,
                timeout=httpx2.Timeout(self.config.timeout_s, connect=min(CONNECT_S, self.config.timeout_s)),
                headers={"User-Agent": "Daykeeper"},
            )  # fmt: skip
            self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=self._loop.run_forever, name="teams", daemon=True)
            self._thread.start()
        return self._loop

    async def _post(
        self, url: str, until: float, headers: Mapping[str, str], content: bytes
    ) -> Said:
        client = self._client
        if client is None:
            raise Temporary("closed")
        try:
            async with (
                asyncio.timeout(max(0.0, until - monotonic())),
                client.stream("POST", url, headers=dict(headers), content=content) as answer,
            ):
                body = b""
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > MOST_BYTES:
                        break
                return Said(
                    answer.status_code,
                    body[:MOST_BYTES],
                    patience_s(answer.headers.get("retry-after"), answer.headers.get("date")),
                    answer.headers.get("x-ms-workflow-run-id", ""),
                )
        except NOT_SENT as error:
            is_tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError) or (
                "CERTIFICATE_VERIFY_FAILED" in str(error)
            )
            raise Temporary("tls-unverified" if is_tls else "unreachable") from None
        except (httpx2.HTTPError, httpx2.StreamError, TimeoutError):
            raise Unknown("answer-lost") from None


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
        except (TypeError, ValueError):  # no date, or one of the two without a zone
            return None
    return min(max(seconds, 0.0), MOST_WAIT_S)
