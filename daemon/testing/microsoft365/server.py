"""The stand-in's server: HTTPS on this machine, sign-in and Graph on one port."""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from daemon.testing.microsoft365 import calendar, inbox, mail, people, sharepoint, teamwork
from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.certificate import make_certificate
from daemon.testing.microsoft365.faults import Fault, Faults
from daemon.testing.microsoft365.schema import Unserved, mistakes, mistakes_told, route
from daemon.testing.microsoft365.tenant import AT_ONCE, Tenant

VERSION = "/v1.0"
OUTLOOK = (
    "messages",
    "sendMail",
    "events",
    "calendar",
    "calendarView",
    "mailFolders",
    "getMailTips",
)
SCOPE = "/.default"
CONFIGURATION = "/v2.0/.well-known/openid-configuration"
ENDPOINTS = ("authorization_endpoint", "token_endpoint")
Act = Callable[[Tenant, Call], Reply]
TABLE: dict[tuple[str, str], Act] = {
    **mail.TABLE, **inbox.TABLE, **calendar.TABLE, **teamwork.TABLE, **people.TABLE,
    **sharepoint.TABLE,
}  # fmt: skip


class Microsoft365:
    """The server in threads of this process, ready when made. `address` stands for both hosts."""

    def __init__(
        self,
        folder: Path,
        tenant: Tenant | None = None,
        port: int = 0,
        connection: type["Connection"] | None = None,
    ) -> None:
        """Listen on 127.0.0.1; its certificate, which a client must trust, is `certificate`.

        `connection`: what serves one, where somebody wants to watch it.
        """
        self.tenant = tenant or Tenant()
        self.faults = Faults()
        self.certificate, key = make_certificate(folder)
        self.ending = Event()
        handler = type("OneConnection", (connection or Connection,), {"owner": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.address = f"https://localhost:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def misbehave(self, *faults: Fault) -> None:
        """Replace what goes wrong from now on; nothing given: behave."""
        self.faults.set(*faults)

    @property
    def has_been_left_alone(self) -> bool:
        """Nobody called before a Retry-After had passed, but for who was on the way when it was said."""
        said = sum(one.retry_after_s is not None for one in self.faults.happened)
        return self.tenant.retry_after_ignored <= said * (AT_ONCE - 1)

    def stop(self) -> None:
        """Stop listening, and end what hangs."""
        self.ending.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Connection(BaseHTTPRequestHandler):
    """One connection of a client."""

    protocol_version = "HTTP/1.1"
    owner: Microsoft365
    timeout = 30

    def do_GET(self) -> None:
        """Answer one request, or misbehave."""
        place = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = unquote(place.path)
        if path.startswith(f"{VERSION}/"):
            path = path.removeprefix(VERSION)
            fault = self.owner.faults.draw(f"{self.command} {path}")
            with self.counted(path) as at_once:
                self.meet(fault, path, lambda: self.graph(path, place.query, raw, at_once))
        else:
            fault = self.owner.faults.draw(f"{self.command} {path}")
            if path.endswith(sharepoint.DOWNLOAD):
                self.meet(fault, path, lambda: self.content(place.query))
            else:
                self.meet(fault, path, lambda: signed_in(self.owner, path, raw))

    do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def meet(self, fault: Fault | None, path: str, act: Callable[[], Reply]) -> None:
        """Act and answer, as far as the fault lets it come."""
        reply = act() if fault is None or fault.after or fault.is_half else None
        if fault is None or fault.is_half:
            self.answer(path, reply or Reply(500), is_half=fault is not None)
            return
        if fault.hang_s and self.owner.ending.wait(fault.hang_s):
            return
        if fault.status is None and reply is not None:
            self.answer(path, reply)
            return
        if not fault.status:
            self.cut()
            return
        headers = dict(fault.headers)
        if fault.retry_after_s is not None:
            headers["Retry-After"] = str(fault.retry_after_s)
            self.close_mailbox(path, fault.retry_after_s)
        body: Any = {"error": {"code": fault.code, "message": f"{fault.code}."}}
        self.answer(path, Reply(fault.status, fault.page.encode() or body, headers))

    @contextmanager
    def counted(self, path: str) -> Iterator[int]:
        """Yield how many requests are under way to the mailbox of this one; 0 where it is to none."""
        tenant, words = self.owner.tenant, path.split("/")
        box = words[2].lower() if len(words) > 3 and words[3] in OUTLOOK else ""
        with tenant.lock:
            tenant.under_way[box] += bool(box)
            at_once = tenant.under_way[box]
            tenant.most_at_once = max(tenant.most_at_once, at_once)
        try:
            yield at_once
        finally:
            with tenant.lock:
                tenant.under_way[box] -= bool(box)

    def graph(self, path: str, query: str, raw: bytes, at_once: int) -> Reply:
        """Return the answer of Graph to one request."""
        tenant = self.owner.tenant
        options = {key: values[0] for key, values in parse_qs(query).items()}
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw.decode("utf-8", "replace")
        call = Call(
            self.command, path, tuple(path.split("/")[2::2]), options,
            body if isinstance(body, dict) else {}, self.headers.get("Prefer") or "",
            self.owner.address,
        )  # fmt: skip
        try:
            with tenant.lock:
                tenant.admit(call, self.headers.get("Authorization") or "")
                if at_once > AT_ONCE:
                    return Refused(429, "ApplicationThrottled").reply
                return self.served(tenant, call, body)
        except Refused as refused:
            return refused.reply

    def served(self, tenant: Tenant, call: Call, body: Any) -> Reply:
        """Hold a call against the published schema, and carry it out."""
        try:
            wrong = mistakes(call.method, call.path, call.options, body)
        except Unserved as unserved:
            tenant.refused.append(f"{call.method} {call.path}: {unserved.status}")
            raise Refused(unserved.status, "BadRequest") from None
        if wrong:
            tenant.refused += wrong
            raise Refused(400, "BadRequest")
        act = TABLE.get((call.method, route(call.path)))
        if act is None:
            tenant.refused.append(f"{call.method} {call.path}: the stand-in does not play this")
            raise Refused(501, "NotImplemented")
        reply = act(tenant, call)
        if call.path.startswith(sharepoint.BELOW):
            tenant.refused += mistakes_told(call.method, call.path, reply.body)
        return reply

    def content(self, query: str) -> Reply:
        """Return the content of a file; whoever shows a token for it is noticed."""
        tenant = self.owner.tenant
        with tenant.lock:
            if self.headers.get("Authorization"):
                tenant.refused.append("a token was shown where files are fetched")
            return sharepoint.fetched(tenant, parse_qs(query))

    def close_mailbox(self, path: str, seconds: int) -> None:
        """Remember up to when the mailbox is to be left alone."""
        tenant = self.owner.tenant
        mailbox = Call(self.command, path, tuple(path.split("/")[2::2])).mailbox
        with tenant.lock:
            tenant.closed_until[mailbox] = tenant.clock() + timedelta(seconds=seconds)

    def answer(self, path: str, reply: Reply, *, is_half: bool = False) -> None:
        """Write an answer, or half of it."""
        with self.owner.tenant.lock:
            self.owner.tenant.log.append((self.command, path, reply.status))
        is_raw = isinstance(reply.body, bytes)
        data = (
            reply.body if is_raw else b"" if reply.body is None else json.dumps(reply.body).encode()
        )
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("request-id", str(uuid4()))
        if reply.body is not None:
            kind = "text/html" if data.startswith(b"<html") else "text/plain"
            kind = kind if is_raw else "application/json; charset=utf-8"
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if is_half else data)
        if is_half:
            self.cut()

    def cut(self) -> None:
        """Hang up without a word."""
        self.close_connection = True
        self.connection.close()


def signed_in(owner: Microsoft365, path: str, raw: bytes) -> Reply:
    """Return the answer of the sign-in service."""
    tenant, (_, directory, *_) = owner.tenant, path.split("/")
    place = f"{owner.address}/{directory}"
    if path.endswith(CONFIGURATION):
        places = {name: f"{place}/oauth2/v2.0/{name.partition('_')[0]}" for name in ENDPOINTS}
        return Reply(200, {"issuer": f"{place}/v2.0", **places})
    if not path.endswith("/oauth2/v2.0/token"):
        return Reply(404, {"error": "invalid_request"})
    form: Mapping[str, list[str]] = parse_qs(raw.decode())
    is_known = form.get("client_secret") == [tenant.secret] or "client_assertion" in form
    if not is_known:
        return Reply(401, {"error": "invalid_client", "error_codes": [7000215]})
    if not form.get("scope", [""])[0].endswith(SCOPE):
        return Reply(400, {"error": "invalid_scope", "error_codes": [70011]})
    with tenant.lock:
        token = tenant.issue()
    return Reply(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})
