"""GOV.UK Notify on 127.0.0.1, in threads: strict about what it is asked, and misbehaving on command."""

import base64
import binascii
import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4, uuid5

import jwt
from jsonschema import Draft7Validator

from daemon.testing.notify.faults import ANSWERS, HANGS, TAKES, Fault, error
from daemon.testing.stand_in import Answer, StandIn

SERVICE, SECRET = "5f0c1d2e-3a4b-4c5d-8e6f-7a8b9c0d1e2f", "0a1b2c3d-4e5f-4a6b-9c7d-8e9f0a1b2c3d"
KEY = f"daykeeper-{SERVICE}-{SECRET}"
TEMPLATE, TEXT_TEMPLATE = (
    "9d1f7a52-0c8e-4d3b-8a61-2f4e5b6c7d80",
    "1b7c2d3e-4f50-4a61-8b72-9c8d7e6f5a40",
)
LETTER_TEMPLATE = "3e8d2c1b-6a7f-4b5e-9d40-5c6b7a8f9e01"
TEMPLATES: dict[str, dict[str, Any]] = {
    TEMPLATE: {"type": "email", "subject": "((subject))", "body": "((message))"},
    TEXT_TEMPLATE: {"type": "sms", "subject": None, "body": "((message))"},
    LETTER_TEMPLATE: {"type": "letter", "subject": "An invitation", "body": "((message))"},
}
SKEW_S = 30
PAGE = 250
FIELD = re.compile(r"\(\((.+?)\)\)")
KINDS = {"email": "email_address", "sms": "phone_number", "letter": "content"}
MAIL, PHONE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"), re.compile(r"\+?[0-9 ()-]{10,20}")
POSTCODE = re.compile(r"(?i)[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")
A4 = re.compile(rb"/MediaBox \[ ?0 0 595(?:\.\d+)? 841(?:\.\d+)? ?\]")
PAGES_MOST, PDF_MOST, LINES_LEAST = 10, 2 * 1024 * 1024, 3


@cache
def schema() -> Mapping[str, Draft7Validator]:
    """Return the schema of each kind of request."""
    found = json.loads(Path(__file__).with_name("requests.json").read_text("utf-8"))
    shared = {"definitions": found["definitions"]}
    return {
        kind: Draft7Validator(found[kind] | shared)
        for kind in found
        if not kind.startswith("$") and kind != "definitions"
    }


class NotifyServer(StandIn):
    """The stand-in. Use it as a context manager. `fault` is asked for each message that comes."""

    def __init__(self) -> None:
        """Behave until told otherwise."""
        super().__init__(self._handler())
        self.taken: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self.templates: dict[str, dict[str, Any]] = {
            id_: dict(one) for id_, one in TEMPLATES.items()
        }
        self.faults: deque[Fault] = deque()
        self.fault: Callable[[str], Fault] = lambda _: self.faults.popleft() if self.faults else Fault.NONE  # fmt: skip
        self.listing_fault = Fault.NONE

    def end(self, reference: str, status: str, at: datetime) -> dict[str, Any]:
        """Let a message end; return what Notify would call its service with."""
        with self._lock:
            found = next(one for one in self.taken if one["reference"] == reference)
            found |= {"status": status, "completed_at": at.isoformat().replace("+00:00", "Z")}
        return {
            **{name: found[name] for name in ("id", "reference", "status", "created_at", "completed_at")},
            "to": found["to"], "sent_at": found["created_at"], "notification_type": found["type"],
            "template_id": TEMPLATE, "template_version": 1,
        }  # fmt: skip

    def answer(self, method: str, path: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """Return the answer to one request."""
        if denied := self._denied(headers.get("authorization", "")):
            return denied
        parts = urlsplit(path)
        kind = parts.path.rpartition("/")[2]
        if method == "GET" and parts.path == "/v2/notifications":
            return self._list(parse_qs(parts.query))
        if method == "GET" and parts.path == f"/v2/template/{kind}":
            return self._show(kind)
        if method == "POST" and parts.path == f"/v2/notifications/{kind}" and kind in KINDS:
            return self._take(kind, content)
        return self._refuse(404, "NotFound", f"no such path: {method} {parts.path}")

    def _denied(self, authorization: str) -> Answer | None:
        bearer = authorization.removeprefix("Bearer ")
        try:
            claims = jwt.decode(
                bearer, SECRET, algorithms=["HS256"],
                options={"require": ["iss", "iat"], "verify_iat": False},
            )  # fmt: skip
        except jwt.InvalidTokenError:
            return error(403, "AuthError", "Invalid token: signature, api token not found")
        if claims["iss"] != SERVICE or jwt.get_unverified_header(bearer).get("typ") != "JWT":
            return error(403, "AuthError", "Invalid token: service not found")
        if abs(claims["iat"] - datetime.now(UTC).timestamp()) > SKEW_S:
            return ANSWERS[Fault.CLOCK]
        return None

    def _take(self, kind: str, content: bytes) -> Answer:
        try:
            said = json.loads(content)
        except ValueError:
            return self._refuse(400, "BadRequestError", "no JSON")
        is_pdf = kind == "letter" and "content" in said
        form = "templated_letter" if kind == "letter" and not is_pdf else kind
        for wrong in schema()[form].iter_errors(said):
            where = "/".join(map(str, wrong.absolute_path))
            return self._refuse(400, "ValidationError", f"{where} {wrong.validator}")
        to = said[KINDS[kind]] if form == kind else "\n".join(address(said["personalisation"]))
        if is_pdf:
            if why := unprintable(to):
                return self._refuse(400, "ValidationError", why)
        elif kind == "letter":
            if refusal := self._unfit(kind, said) or undeliverable(to.split("\n")):
                return refusal
        elif not (MAIL if kind == "email" else PHONE).fullmatch(to):
            return error(400, "ValidationError", f"{KINDS[kind]} Not a valid address")
        elif refusal := self._unfit(kind, said):
            return refusal
        fault = self.fault(said.get("reference", ""))
        made = self._keep(kind, said, to) if fault in TAKES else None
        if fault is Fault.NONE and made is not None:
            more = {"postage": said.get("postage", "second")} if is_pdf else {"content": {}}
            return Answer(201, {"id": made["id"], "reference": made["reference"], **more})
        return self._misbehave(fault)

    def _unfit(self, kind: str, said: Mapping[str, Any]) -> Answer | None:
        template = self.templates.get(said["template_id"])
        if template is None:
            return ANSWERS[Fault.NO_TEMPLATE]
        if template["type"] != kind:
            why = f"{template['type']} template is not suitable for {kind} notification"
            return error(400, "BadRequestError", why)
        asked = FIELD.findall(f"{template['subject']}{template['body']}")
        lacking = [name for name in asked if name not in said.get("personalisation", {})]
        why = f"Missing personalisation: {', '.join(lacking)}"
        return error(400, "BadRequestError", why) if lacking else None

    def _show(self, id_: str) -> Answer:
        template = self.templates.get(id_)
        if template is None:
            return error(404, "NoResultFound", "No result found")
        made_at = "2026-01-05T09:00:00.000000Z"
        return Answer(
            200,
            {"id": id_, "name": "Daykeeper", "version": 1, "created_at": made_at, "updated_at": None,
             "created_by": "somebody@council.example", "letter_contact_block": None, **template},
        )  # fmt: skip

    def _keep(self, kind: str, said: Mapping[str, Any], to: str) -> dict[str, Any]:
        with self._lock:
            made = {
                "id": str(uuid5(UUID(SERVICE), f"{len(self.taken)}{uuid4()}")), "type": kind,
                "reference": said.get("reference"), "status": "created", "to": to,
                "words": said.get("personalisation", {}), "said": said, "completed_at": None,
                "created_at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            }  # fmt: skip
            self.taken.append(made)
        return made

    def _list(self, query: dict[str, list[str]]) -> Answer:
        for wrong in schema()["listing"].iter_errors(query):
            return self._refuse(400, "ValidationError", f"listing {wrong.validator}")
        if self.listing_fault is not Fault.NONE:
            return self._misbehave(self.listing_fault)
        with self._lock:
            found = [dict(one) for one in reversed(self.taken)]
        if older := query.get("older_than"):
            ids = [one["id"] for one in found]
            found = found[ids.index(older[0]) + 1 :] if older[0] in ids else []
        for name in ("reference", "status"):
            if wanted := query.get(name):
                found = [one for one in found if one[name] in wanted]
        shown = ("id", "reference", "type", "status", "created_at", "completed_at")
        page = [{name: one[name] for name in shown} for one in found[:PAGE]]
        return Answer(200, {"notifications": page, "links": {"current": self.url}})

    def _misbehave(self, fault: Fault) -> Answer:
        if fault in HANGS:
            self.ending.wait(60)
        return ANSWERS[fault]

    def _refuse(self, status: int, kind: str, why: str) -> Answer:
        self.refused.append(why)
        return error(status, kind, why)

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
                if not answer.status:
                    self.close_connection = True
                    return
                is_text = isinstance(answer.body, str)
                body = answer.body.encode() if is_text else json.dumps(answer.body or {}).encode()
                with suppress(OSError):
                    self.send_response(answer.status)
                    for key, value in answer.headers.items():
                        self.send_header(key, value)
                    self.send_header("Content-Type", "text/plain" if is_text else "application/json")  # fmt: skip
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def do_GET(self) -> None:
                """Answer, or do not."""
                self.do_POST()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def address(words: Mapping[str, Any]) -> list[str]:
    """Return the lines of the address of a letter by template."""
    lines = (words.get(f"address_line_{number}", "") for number in range(1, 8))
    return [line for line in lines if line]


def undeliverable(lines: list[str]) -> Answer | None:
    """Return the refusal of an address that the post could not use; None where it could."""
    if len(lines) < LINES_LEAST:
        return error(400, "ValidationError", f"Address must be at least {LINES_LEAST} lines")
    if not POSTCODE.fullmatch(lines[-1]):
        return error(400, "ValidationError", "Last line of address must be a real UK postcode")
    return None


def unprintable(content: str) -> str | None:
    """Return why a letter could not be printed; None where it could."""
    try:
        raw = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return "content is no base64"
    if not raw.startswith(b"%PDF-1."):
        return "content is no PDF"
    if len(raw) > PDF_MOST:
        return "letter-too-large"
    boxes = raw.count(b"/MediaBox")
    if not boxes or len(A4.findall(raw)) != boxes:
        return "letter-not-a4-portrait-oriented"
    if boxes > PAGES_MOST:
        return "letter-too-long"
    fonts = raw.count(b"/Type /FontDescriptor")
    if not fonts or raw.count(b"/FontFile2") < fonts or b"/Subtype /Type1" in raw:
        return "a font is not embedded"
    return None
