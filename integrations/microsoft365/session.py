"""The way to Graph: Microsoft's client in a loop of its own, one for all adapters of an application.

This is the one module that makes the vendor's client; `outlook.py` and its like fill its models, and
`proof.py` says who we are.
The library retries nothing, follows nothing, and shows our token to no host but the one that the
settings name.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from threading import Lock, Thread
from time import monotonic
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
from kiota_abstractions.api_error import APIError
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from kiota_http.kiota_client_factory import KiotaClientFactory
from kiota_http.middleware import RedirectHandler, RetryHandler
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph_core import GraphClientFactory

from daemon.domain.errors import Problem, Refusal, Temporary, Unknown, WireError
from daemon.option_parts import tls
from daemon.ports import Clock
from integrations.microsoft365.answers import (
    UNAUTHORISED,
    AnswerLost,
    look_into,
    meaning,
    retry_after,
)
from integrations.microsoft365.config import Connection
from integrations.microsoft365.pace import Doors, Gate, Pace
from integrations.microsoft365.proof import CONNECT_S, NO_TOKEN, Tokens, why_not

AT_ONCE = 3  # calls to Outlook; the service takes four, and others may use the mailbox
CLOSE_S = 5.0
LOGIN_AGAIN_S = 10.0  # after a login that did not succeed
VERSION = "/v1.0"
Act = Callable[[Any], Awaitable[Any]]
Warm = Callable[[Any], None]
for name in ("azure", "httpx", "httpcore", "msal"):  # their lines have addresses of people in them
    logging.getLogger(name).setLevel(logging.CRITICAL)


class Session:
    """One application's calls to Graph. Thread-safe; the loop is a thread of its own."""

    _open: ClassVar[dict[Connection, tuple["Session", int]]] = {}
    _opening: ClassVar[Lock] = Lock()

    def __init__(self, connection: Connection, clock: Clock) -> None:
        """Take the settings; nothing is connected before the first call. `needs` are permissions."""
        self.connection, self.clock, self.warmers = connection, clock, list[Warm]()
        self.needs: set[str] = set()
        self.gate, self.doors = Gate(AT_ONCE), Doors(clock)
        self.paces: dict[str, Pace] = {}
        self.tokens, self.transport, self.client = make(connection)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.thread: Thread | None = None
        self._starting = Lock()

    @classmethod
    def borrow(cls, connection: Connection, clock: Clock, warm: Warm) -> "Session":
        """Return the session of that application, made for whoever comes first.

        `warm` has the library load what it would else load within a call.
        """
        with cls._opening:
            found, users = cls._open.get(connection) or (cls(connection, clock), 0)
            cls._open[connection] = found, users + 1
            found.warmers.append(warm)
        return found

    def give_back(self) -> None:
        """Close it once nobody has it any more."""
        with self._opening:
            _, users = self._open.pop(self.connection)
            if users > 1:
                self._open[self.connection] = self, users - 1
                return
        if self.loop is not None and self.thread is not None:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(CLOSE_S)
        self.tokens.close()

    def pace(self, mailbox: str, most: int) -> Pace:
        """Return the pace of a mailbox, the same for whoever sends from it."""
        with self._opening:
            return self.paces.setdefault(mailbox, Pace(most, self.clock))

    def call(
        self,
        act: Act,
        mailbox: str,
        until: float,
        *,
        is_urgent: bool = False,
        is_final: bool = False,
    ) -> Any:
        """Return what the act returns; raises a WireError.

        Args:
            mailbox: whose items it is about.
            until: a moment of the monotonic clock; nothing is waited for beyond it.
            is_final: it hands the message over: where its answer is lost, that is Unknown.
        """
        calling = self._call(act, mailbox, until, is_urgent=is_urgent, is_final=is_final)
        answer = asyncio.run_coroutine_threadsafe(calling, self._begun())
        try:
            return answer.result(left_s(until) + CLOSE_S)
        except TimeoutError:  # the loop has ended, or is held by something else
            answer.cancel()
            raise (Unknown if is_final else Temporary)("answer-lost") from None

    def _begun(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self.loop is None:
                self.loop = asyncio.new_event_loop()
                self.thread = Thread(
                    target=self._run, args=(self.loop,), name="microsoft365", daemon=True
                )
                self.thread.start()
            return self.loop

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        for warm in self.warmers:
            warm(self.client)
        loop.run_forever()
        for last in (self.transport.aclose(), loop.shutdown_default_executor()):
            loop.run_until_complete(last)
        loop.close()

    async def _call(
        self, act: Act, mailbox: str, until: float, *, is_urgent: bool, is_final: bool
    ) -> Any:
        self.doors.enter(mailbox)
        try:
            async with asyncio.timeout(left_s(until)):
                await self.gate.enter(is_urgent=is_urgent)
        except TimeoutError:
            raise Temporary("busy") from None
        try:
            self.doors.enter(mailbox)
            try:
                return await self._attempt(act, until)
            except APIError as error:
                if error.response_status_code != UNAUTHORISED:
                    raise
            self.tokens.forget()  # nothing was done with a token that is not taken
            return await self._attempt(act, until)
        except APIError as error:
            found = self._meaning(error, is_final=is_final)
            if isinstance(found, Temporary):
                self.doors.shut(mailbox, found.retry_after_s)
            raise found from None
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError):
            raise Temporary("unreachable") from None
        except (httpx.HTTPError, TimeoutError):
            raise (Unknown if is_final else Temporary)("answer-lost") from None
        except AnswerLost as lost:
            raise (Unknown if is_final else Temporary)(lost.reason) from None
        except Temporary as no_login:
            self.doors.shut(mailbox, no_login.retry_after_s)
            raise
        finally:
            self.gate.leave()

    async def _attempt(self, act: Act, until: float) -> Any:
        try:
            async with asyncio.timeout(left_s(until)):
                await self.tokens.get_token(self.tokens.scope, enable_cae=True)
        except NO_TOKEN as error:  # a TimeoutError is one of them
            raise Temporary(why_not(error), LOGIN_AGAIN_S) from None
        async with asyncio.timeout(left_s(until)):
            return await act(self.client)

    def _meaning(self, error: Any, *, is_final: bool) -> WireError:
        inner = getattr(error, "error", None)
        asked = retry_after(error.response_headers, self.clock())
        code = str(getattr(inner, "code", None) or "")
        return meaning(error.response_status_code or 0, code, asked, is_final=is_final)


class Borrower:
    """Whoever borrows a session for as long as it lives; None once it has given it back."""

    session: Session | None

    def close(self) -> None:
        """Let the session go; closing twice is no error."""
        session, self.session = self.session, None
        if session is not None:
            session.give_back()


def make(connection: Connection) -> tuple[Tokens, httpx.AsyncHTTPTransport, Any]:
    """Return our proof, our connections, and Microsoft's client, which nothing has been asked of yet.

    Raises Refusal for a file that is not what it should be.
    """
    own = connection
    try:
        tokens = Tokens(own)
    except ValueError:
        what, how = "this is no certificate with its RSA key", "put both into one PEM file"
        raise Refusal(Problem(str(own.certificate_file), what, how)) from None
    try:
        trusted = tls(own.ca_file)
    except ssl.SSLError:
        what, how = "there is no certificate in this file", "give a PEM file"
        raise Refusal(Problem(str(own.ca_file), what, how)) from None
    transport = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False, proxy=own.proxy)
    http = httpx.AsyncClient(
        timeout=httpx.Timeout(own.timeout_s, connect=CONNECT_S),
        transport=transport,
        trust_env=False,
        event_hooks={"response": [look_into]},
    )
    handlers = [
        one
        for one in KiotaClientFactory.get_default_middleware(None)
        if not isinstance(one, RetryHandler | RedirectHandler)
    ]
    http = GraphClientFactory.create_with_custom_middleware(handlers, client=http)
    host = urlsplit(own.graph).hostname
    proof = AzureIdentityAuthenticationProvider(tokens, scopes=[tokens.scope], allowed_hosts=[host])
    adapter = GraphRequestAdapter(proof, client=http)
    adapter.base_url = own.graph + VERSION
    return tokens, transport, GraphServiceClient(request_adapter=adapter)


def left_s(until: float) -> float:
    """Return the seconds up to a moment of the monotonic clock."""
    return max(0.0, until - monotonic())
