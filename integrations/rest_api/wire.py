"""One request at a time, bounded in time and size: no redirect followed, nothing of the environment obeyed."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

import httpx2

from daemon.option_parts import tls
from daemon.ports import Unreadable
from integrations.rest_api.config import Config, is_nowhere

CONNECT_S = 10.0
PATIENCE_MOST_S = 3600.0
REACHED_NOBODY = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One answer; the names of its headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def patience_s(self) -> float | None:
        """The seconds for which it asks to be left alone, at most an hour; None where it asks for none."""
        asked = self.headers.get("retry-after", "")
        try:
            seconds = float(asked)
        except ValueError:
            try:
                ends_at = parsedate_to_datetime(asked)
                seconds = (
                    ends_at - parsedate_to_datetime(self.headers.get("date", ""))
                ).total_seconds()
            except (TypeError, ValueError, OverflowError):
                return None
        return min(seconds, PATIENCE_MOST_S) if seconds > 0 else None


class Wire:
    """The connection of one reading. Every fault comes out as Unreadable, without a word of the other side's."""

    def __init__(self, config: Config, client: httpx2.AsyncClient) -> None:
        self.config, self._client = config, client
        self._left_bytes = config.whole_most_bytes

    async def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None = None,
        most_bytes: int | None = None,
    ) -> Said:
        """Return the answer to one request, whatever its status; raises Unreadable."""
        within_s, most = self.config.answer_within_s, most_bytes or self.config.page_most_bytes
        try:
            async with (
                asyncio.timeout(within_s),
                self._client.stream(method, url, headers=dict(headers), content=content) as answer,
            ):
                body = bytearray()
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > min(most, self._left_bytes):
                        what = "an answer" if len(body) > most else "what it gives in all"
                        raise Unreadable(f"{what} is larger than is taken")
                self._left_bytes -= len(body)
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise Unreadable("it packs its answers, which we had asked it not to do")
                named = {name.lower(): text for name, text in answer.headers.items()}
                return Said(answer.status_code, named, bytes(body))
        except REACHED_NOBODY as error:
            if is_untrusted(error):
                raise Unreadable("its certificate cannot be verified") from None
            raise Unreadable("it cannot be reached") from None
        except (TimeoutError, httpx2.TimeoutException):
            raise Unreadable(f"it did not answer within {within_s:g} seconds") from None
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, ValueError):
            raise Unreadable("its answer was cut off, or is no HTTP") from None


@asynccontextmanager
async def connected(config: Config) -> AsyncIterator[Wire]:
    """Yield the connection of one reading, which ends with it; raises Unreadable."""
    try:
        context = tls(config.ca_file)
    except (ssl.SSLError, OSError):
        raise Unreadable("ca_file holds no certificate that can be read") from None
    within_s = config.answer_within_s
    async with httpx2.AsyncClient(
        verify=context, trust_env=False, proxy=config.proxy, follow_redirects=False,
        timeout=httpx2.Timeout(within_s, connect=min(CONNECT_S, within_s)),
        headers={"User-Agent": "Daykeeper", "Accept": "application/json", "Accept-Encoding": "identity"},
    ) as client:  # fmt: skip
        yield Wire(config, client)


def followed(url: str, link: object, config: Config) -> str:
    """Return the address of a next page; raises Unreadable for any other host than the settings'."""
    if not isinstance(link, str):
        raise Unreadable("what it names as its next page is no address")
    try:
        found = urljoin(url, link)
        parts, ours = urlsplit(found), urlsplit(config.url)
        origins = [(one.scheme, one.hostname, one.port) for one in (parts, ours)]
    except ValueError:
        raise Unreadable("what it names as its next page is no address") from None
    if origins[0] != origins[1] or parts.username is not None or is_nowhere(parts.hostname or ""):
        raise Unreadable("its next page is on another host, where we do not go")
    if not found.isprintable() or " " in found:
        raise Unreadable("what it names as its next page is no address")
    return found


def is_untrusted(error: Exception) -> bool:
    """Return whether a connection failed by its certificate."""
    cause = error.__cause__ or error.__context__
    return isinstance(cause, ssl.SSLError) or "CERTIFICATE_VERIFY_FAILED" in str(error)


def sentence(said: Said, url: str, config: Config) -> str:
    """Return what an answer that is no list says to a person; nothing of its words."""
    status = said.status
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        try:
            target = urlsplit(urljoin(url, said.headers.get("location", ""))).hostname
        except ValueError:
            target = None
        where = "to another host" if target != urlsplit(config.url).hostname else "elsewhere"
        return f"it sends us {where} ({status}), where we do not go; set the address that it means"
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return f"it refuses our key ({status})"
    if status == HTTPStatus.NOT_FOUND:
        return "there is nothing at this path (404)"
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        asked = said.patience_s
        rest = f", for {asked:g} seconds" if asked else ""
        return f"it asks to be left alone ({status}){rest}"
    return f"it answers with an error ({status})"
