"""An Exchange Server's door on this machine: EWS over HTTP or HTTPS, and what goes wrong with it."""

import base64
import ssl
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Event, Thread
from typing import Any, Self

import spnego

from daemon.testing.exchange.office import Office, Refused
from daemon.testing.exchange.wording import (
    NAMES,
    SUBSCRIPTION,
    enveloped,
    failed,
    fault,
    mistakes,
    name,
    parse,
)

OPERATIONS = frozenset({"CreateItem", "UpdateItem", "FindItem", "GetItem", "SyncFolderItems"})
ACTED_AS = "t:ExchangeImpersonation/t:ConnectingSID/t:PrimarySmtpAddress"
HTML = "text/html; charset=utf-8"
# Each word that `misbehave` takes, and what an HTTP client sees of it.
STATUSES: dict[str, tuple[int, dict[str, str]]] = {
    "401 once": (401, {"WWW-Authenticate": 'Basic realm="ews"'}),
    "403": (403, {}),
    "404": (404, {}),
    "413": (413, {}),
    "429": (429, {}),
    "429 with Retry-After": (429, {"Retry-After": ""}),
    "500": (500, {}),
    "503": (503, {}),
    "503 with Retry-After": (503, {"Retry-After": ""}),
    "504": (504, {"Connection": "close"}),
    "redirect": (302, {"Location": "https://elsewhere.example/EWS/Exchange.asmx"}),
}
AFTER = frozenset(
    {"504 after accepting", "cut after accepting", "hang after accepting", "500 after accepting"}
)
INSIDE = {  # a 200
    "error inside": "ErrorInternalServerError",
    "full": "ErrorQuotaExceeded",
    "day's limit": "ErrorSubmissionQuotaExceeded",
}
FAULTS = (
    *STATUSES,
    *sorted(AFTER),
    "busy",
    "busy for a while",
    *INSIDE,
    "hang",
    "cut",
    "garbage",
)


class ExchangeServer(ThreadingHTTPServer):
    """The server, answering while it is entered. `misbehave` takes words of FAULTS for the next requests.

    `weather` is asked for a word at each further request. `broken_rules` has what the schemas said
    against any request, or against an answer of ours; a request that breaks them is refused. By NTLM
    those sign in who stand in the file of the environment's NTLM_USER_FILE.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self,
        mailbox: str,
        *,
        login: str = "COUNCIL\\daykeeper:secret",
        is_ntlm: bool = False,
        context: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.office = Office(mailbox, clock)
        self.login = f"Basic {base64.b64encode(login.encode()).decode()}"
        self.is_ntlm = is_ntlm
        self.context = context
        self.coming: deque[str] = deque()
        self.weather: Callable[[str], str | None] = lambda _: None
        self.asked: list[str] = []
        self.acted_as: list[str] = []  # for each, whom it acts as
        self.retry_after = "7"
        self.build = SUBSCRIPTION
        self.broken_rules: list[str] = []
        self.ending = Event()

    @property
    def endpoint(self) -> str:
        """The address to be put into settings."""
        scheme = "https://localhost" if self.context else "http://127.0.0.1"
        return f"{scheme}:{self.server_port}/EWS/Exchange.asmx"

    def misbehave(self, *faults: str) -> None:
        """Have each of the next requests go wrong, one by one."""
        self.coming.extend(faults)

    def get_request(self) -> tuple[Any, Any]:
        """Return the next connection, secured where there is a certificate."""
        sock, address = super().get_request()
        if self.context:
            sock = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
        return sock, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hangs up."""

    def __enter__(self) -> Self:
        """Answer, in a thread."""
        self.thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Answer no more, and let go of whoever hangs."""
        self.ending.set()
        self.shutdown()
        self.thread.join()
        self.server_close()


class Door(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: ExchangeServer
    ntlm: Any = None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""

    def do_POST(self) -> None:
        """Answer one request."""
        server = self.server
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not (self.negotiates() if server.is_ntlm else self.is_known()):
            return None
        whole = parse(raw)
        body = whole.find("s:Body", NAMES)[0]
        operation = name(body)
        server.asked.append(operation)
        server.acted_as.append(whole.findtext("s:Header/" + ACTED_AS, "", NAMES))
        wrong = server.coming.popleft() if server.coming else server.weather(operation)
        if wrong is not None and wrong not in AFTER:
            return self.go_wrong(wrong, operation)
        status, inner = self.perform(operation, body)
        if wrong is not None:
            return self.go_wrong(wrong.removesuffix(" after accepting"), operation)
        return self.say(status, inner)

    def is_known(self) -> bool:
        """Return whether the request has the login; ask for it where it has not."""
        is_right = self.headers.get("Authorization") == self.server.login
        if not is_right:
            self.answer(*STATUSES["401 once"])
        return is_right

    def negotiates(self) -> bool:
        """Return whether the connection has signed in by NTLM; take the next step of it where it has not."""
        if self.ntlm is not None and self.ntlm.complete:
            return True
        _, _, token = self.headers.get("Authorization", "").partition("NTLM ")
        said = b""
        if token:
            self.ntlm = self.ntlm or spnego.server(protocol="ntlm")
            try:
                said = self.ntlm.step(base64.b64decode(token)) or b""
            except spnego.exceptions.SpnegoError:
                self.ntlm = None
        if self.ntlm is not None and self.ntlm.complete:
            return True
        step = f"NTLM {base64.b64encode(said).decode()}".strip()
        self.answer(401, {"WWW-Authenticate": step})
        return False

    def perform(self, operation: str, body: Any) -> tuple[int, str]:
        """Return the status and the answer of a server that is well."""
        found = mistakes(body)
        self.server.broken_rules += found
        if found or operation not in OPERATIONS:
            return 500, fault("ErrorSchemaValidation" if found else "ErrorInvalidOperation")
        try:
            inner = self.server.office.perform(operation, body)
        except Refused as refused:
            inner = failed(operation, str(refused))
        said = parse(enveloped(inner)).find("s:Body", NAMES)[0]
        self.server.broken_rules += mistakes(said)
        return 200, inner

    def go_wrong(self, how: str, operation: str) -> None:
        """Do what a word of FAULTS says."""
        if how in STATUSES:
            return self.answer(*STATUSES[how])
        if how == "hang":
            self.server.ending.wait()
        if how in ("hang", "cut"):
            self.close_connection = True
            self.connection.shutdown(SHUT_RDWR)
            return None
        if how == "garbage":
            return self.answer(200, {}, b"<html>Sign in, please</html>")
        if how in INSIDE:
            return self.say(200, failed(operation, INSIDE[how]))
        return self.say(500, fault("ErrorServerBusy", 9000 if how == "busy for a while" else None))

    def say(self, status: int, inner: str) -> None:
        """Answer in XML."""
        self.answer(status, {}, enveloped(inner, self.server.build), "text/xml; charset=utf-8")

    def answer(
        self, status: int, headers: dict[str, str], body: bytes = b"<html/>", kind: str = HTML
    ) -> None:
        """Answer anything."""
        wait = {"Retry-After": self.server.retry_after} if "Retry-After" in headers else {}
        said = {**headers, **wait, "Content-Type": kind, "Content-Length": str(len(body))}
        self.send_response(status)
        for key, value in said.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)
