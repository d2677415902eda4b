"""A case system's REST interface on 127.0.0.1, in threads. It misbehaves on command."""

import base64
import json
import ssl
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any, Literal
from urllib.parse import parse_qs, urlencode, urlsplit

from daemon.testing.rest.faults import ANSWERS, Fault
from daemon.testing.stand_in import Answer, StandIn

KEY, CLIENT, SECRET = "the-key-of-the-feed", "daykeeper", "the-secret-of-the-feed"
LIST, TOKEN = "/api/children", "/token"
DRIP_S = 0.05
BEGUN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its parameters, and its headers by their names in small letters."""

    query: Mapping[str, str]
    headers: Mapping[str, str]


class RestServer(StandIn):
    """The stand-in. Use it as a context manager.

    `rows` are those of its first list, `lists` all by path; a row's `updated_at` is what `updated_since`
    asks for. `style` is how it pages. `turn` is its way of never coming to an end. `faults` come first, one a request.
    """

    def __init__(self, *, context: ssl.SSLContext | None = None) -> None:
        """Behave until told otherwise; speak TLS where a context is given."""
        super().__init__(self._handler(), context)
        self.rows: list[Any] = []
        self.lists = {LIST: self.rows}
        self.page_size = 1000
        self.style: Literal["next_link", "link_header", "page_number", "cursor"] = "next_link"
        self.turn: Literal["", "endless", "circle", "same", "elsewhere", "strange"] = ""
        self.needs: Literal["", "key", "token"] = ""
        self.marks_answers = False
        self.as_at: str | None = None
        self.faults: deque[Fault] = deque()
        self.token_fault = Fault.NONE
        self.tokens: set[str] = set()
        self.token_lasts_s: Any = 3600
        self.asked: list[Asked] = []
        self._numbers = count(1)

    def answer(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Return the answer to one request."""
        parts = urlsplit(path)
        query = {name: found[0] for name, found in parse_qs(parts.query).items()}
        if method == "POST" and parts.path == TOKEN:
            return self._token(headers, content)
        self.asked.append(Asked(query, headers))
        fault = self.faults.popleft() if self.faults else Fault.NONE
        if fault is Fault.HANG:
            self.ending.wait(60)
        if fault is not Fault.NONE:
            return ANSWERS[fault]
        if not self._is_known(headers):
            return ANSWERS[Fault.UNAUTHORISED]
        if method != "GET" or parts.path not in self.lists:
            return ANSWERS[Fault.MISSING]
        return self._list(parts.path, query, headers)

    def _is_known(self, headers: Mapping[str, str]) -> bool:
        if self.needs == "key":
            return headers.get("x-api-key") == KEY
        given = headers.get("authorization", "").removeprefix("Bearer ")
        return self.needs != "token" or given in self.tokens

    def _token(self, headers: Mapping[str, str], content: bytes) -> Answer:
        if self.token_fault is not Fault.NONE:
            return ANSWERS[self.token_fault]
        said = {name: found[0] for name, found in parse_qs(content.decode()).items()}
        pair = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        in_header = headers.get("authorization") == f"Basic {pair}"
        in_body = (said.get("client_id"), said.get("client_secret")) == (CLIENT, SECRET)
        if said.get("grant_type") != "client_credentials" or not (in_header or in_body):
            return Answer(401, {"error": "invalid_client"})
        token = f"token-{next(self._numbers)}"
        self.tokens.add(token)
        lasts = {"token_type": "Bearer", "expires_in": self.token_lasts_s}
        return Answer(200, {"access_token": token, **lasts})

    def _list(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        since = query.get("updated_since", "")
        rows = [
            one
            for one in self.lists[path]
            if not since or not isinstance(one, dict) or one.get("updated_at", "") >= since
        ]
        if self.style == "page_number":
            start = (int(query.get("page", "1")) - 1) * self.page_size
        else:
            start = int(query.get("from", "0"))
        after = start + self.page_size
        page = {"children": rows[start:after]} | ({"as_at": self.as_at} if self.as_at else {})
        more = after if after < len(rows) else None
        if self.turn == "same":
            page["children"] = rows[: self.page_size]
        if self.turn in ("endless", "same"):
            more = after
            page["children"] = page["children"] or [{"id": f"SC-{start}"}]
        return self._paged(path, page, query, more, headers)

    def _paged(
        self, path: str, page: dict[str, Any], query: Mapping[str, str], more: int | None,
        headers: Mapping[str, str],
    ) -> Answer:  # fmt: skip
        said: dict[str, str] = {}
        link = f"{path}?{urlencode({**query, 'from': more})}" if more is not None else None
        link = {
            "circle": f"{path}?from=0",
            "elsewhere": "https://elsewhere.invalid/api?from=1",
        }.get(self.turn, link)
        if self.turn == "strange":
            page["next"] = {"href": [1]}
        elif self.style == "next_link":
            page["next"] = link
        elif self.style == "cursor":
            page["cursor"] = None if more is None else str(more)
        elif self.style == "link_header" and link:
            said["Link"] = f'<{path}>; rel="first", <{link}>; rel="next"'
        if self.marks_answers:
            mark = f'"{sha256(json.dumps(page).encode()).hexdigest()}"'
            if headers.get("if-none-match") == mark:
                return Answer(304)
            said["ETag"] = mark
        return Answer(200, page, said)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                """Answer, or do not."""
                content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {key.lower(): value for key, value in self.headers.items()}
                answer = server.answer(self.command, self.path, headers, content)
                with suppress(OSError):
                    if answer.status > 0:
                        self.say(answer)
                        return
                    self.close_connection = True
                    if answer.status < -1:
                        self.wfile.write(BEGUN)
                    while answer.status in (-1, -3) and not server.ending.wait(DRIP_S):
                        self.wfile.write(b"H" if answer.status == -1 else b" ")

            def say(self, answer: Answer) -> None:
                is_raw = isinstance(answer.body, bytes)
                body = answer.body if is_raw else json.dumps(answer.body).encode()
                body = b"" if answer.body is None else body
                self.send_response(answer.status)
                named = {"Content-Type": "application/json"} | answer.headers
                for key, value in (named | {"Content-Length": str(len(body))}).items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                """Answer, or do not."""
                self.do_POST()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
