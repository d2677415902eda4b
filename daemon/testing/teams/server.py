"""Workflows, the Bot Connector and its login, on 127.0.0.1, in threads. It misbehaves on command."""

import json
import re
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from daemon.testing.stand_in import Answer, StandIn
from daemon.testing.teams.faults import ANSWERS, HANGS, TAKES, Fault, error
from daemon.testing.teams.schema import MOST_BYTES, wrong_in

WORKFLOW = re.compile(
    r"/powerautomate/automations/direct/workflows/([^/]+)/triggers/manual/paths/invoke"
)
TOKEN = re.compile(r"/([^/]+)/oauth2/v2\.0/token")
ACTIVITY = re.compile(r"/teams/v3/conversations/([^/]+)/activities")
CONVERSATIONS = "/teams/v3/conversations"
MEMBER = re.compile(r"29:[A-Za-z0-9_-]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TENANT, APP = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-9999-aaaaaaaaaaaa"
SECRET, SIGNATURE = "the-bots-secret", "s3cr3t-s1gn4tur3"
DRIP_S = 0.05


@dataclass(frozen=True, slots=True)
class Post:
    """One card that arrived: where, under which id of its sender's, and what it shows."""

    place: str
    key: str
    card: dict[str, Any]


class TeamsServer(StandIn):
    """The stand-in. Use it as a context manager. `fault` is asked for each card that comes."""

    def __init__(self, *, context: ssl.SSLContext | None = None) -> None:
        """Speak TLS where a context is given."""
        super().__init__(self._handler(), context)
        self.posts: list[Post] = []
        self.refused: list[str] = []
        self.faults: deque[Fault] = deque()
        self.fault: Callable[[str], Fault] = lambda _: self.faults.popleft() if self.faults else Fault.NONE  # fmt: skip
        self.retry_after = "7"
        self.gone: set[str] = set()
        self.blocked: set[str] = set()
        self.tokens: dict[str, bool] = {}
        self.logins = self.conversations_made = 0
        self.conversations: dict[str, str] = {}
        self.login_fault = Fault.NONE
        self._numbers = count(1)

    def workflow(self, name: str, *, signature: str = SIGNATURE) -> str:
        """Return the secret address of a workflow."""
        path = f"/powerautomate/automations/direct/workflows/{name}/triggers/manual/paths/invoke"
        return f"{self.url}{path}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig={signature}"  # fmt: skip

    def expire_tokens(self) -> None:
        """Let every token end now."""
        self.tokens = dict.fromkeys(self.tokens, False)

    def answer(self, path: str, headers: dict[str, str], content: bytes) -> Answer:
        """Return the answer to one POST."""
        parts = urlsplit(path)
        if found := WORKFLOW.fullmatch(parts.path):
            return self._workflow(found[1], parse_qs(parts.query), headers, content)
        if found := TOKEN.fullmatch(parts.path):
            return self._login(found[1], content)
        if parts.path == CONVERSATIONS or ACTIVITY.fullmatch(parts.path):
            return self._bot(unquote(parts.path), headers, content)
        return self._refuse(404, "NotFound", f"no such path: {parts.path}")

    def _workflow(
        self, name: str, query: dict[str, list[str]], headers: dict[str, str], content: bytes
    ) -> Answer:
        if name in self.gone:
            return error(404, "WorkflowNotFound")
        if query.get("sig") != [SIGNATURE] or "api-version" not in query:
            return error(401, "DirectApiAuthorizationRequired")
        if headers.get("content-type") != "application/json":
            return self._refuse(415, "UnsupportedMediaType", "no JSON")
        run = {"x-ms-workflow-run-id": f"0858{next(self._numbers):020}CU00"}
        return self._take(name, headers, content, content, Answer(202, headers=run))

    def _login(self, tenant: str, content: bytes) -> Answer:
        self.logins += 1
        if self.login_fault is not Fault.NONE:
            return self._misbehave(self.login_fault)
        asked = {key: values[0] for key, values in parse_qs(content.decode()).items()}
        wanted = {
            "grant_type": "client_credentials", "client_id": APP, "client_secret": SECRET,
            "scope": "https://api.botframework.com/.default",
        }  # fmt: skip
        if tenant != TENANT or asked != wanted:
            return Answer(401, {"error": "invalid_client", "error_description": "AADSTS7000215"})
        token = f"token-{next(self._numbers)}"
        self.tokens[token] = True
        return Answer(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token})

    def _bot(self, path: str, headers: dict[str, str], content: bytes) -> Answer:
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        if not self.tokens.get(bearer):
            return error(401, "Unauthorized")
        if found := ACTIVITY.fullmatch(path):
            person = {one: who for who, one in self.conversations.items()}.get(found[1])
            if person is None:
                return error(404, "ConversationNotFound")
            if person in self.blocked:
                return error(403, "MessageWritesBlocked")
            made = Answer(201, {"id": f"f:{next(self._numbers)}"})
            return self._take(person, headers, content, content, made)
        return self._converse(headers, content)

    def _converse(self, headers: dict[str, str], content: bytes) -> Answer:
        wanted = json.loads(content)
        channel = wanted.get("channelData", {}).get("channel", {}).get("id")
        if wanted.get("tenantId") != TENANT or wanted.get("bot") != {"id": f"28:{APP}"}:
            return self._refuse(403, "Forbidden", "another tenant or bot")
        if wanted.get("isGroup") and channel and "activity" in wanted:
            made = Answer(201, {"id": f"{channel};messageid=1", "activityId": str(next(self._numbers))})  # fmt: skip
            activity = json.dumps(wanted["activity"]).encode()
            return self._take(channel, headers, content, activity, made)
        members = wanted.get("members", [])
        if wanted.get("isGroup") or len(members) != 1 or not MEMBER.fullmatch(members[0]["id"]):
            return self._refuse(400, "BadSyntax", "conversation parameters")
        person = members[0]["id"]
        if person in self.gone:
            return error(404, "UserNotFound")
        if f"{person}?" in self.gone:
            return error(403, "BotNotInConversationRoster")
        self.conversations_made += 1
        made_now = self.conversations.setdefault(person, f"a:{next(self._numbers)}")
        return Answer(201, {"id": made_now})

    def _take(
        self, place: str, headers: dict[str, str], content: bytes, said: bytes, made: Answer
    ) -> Answer:
        """Keep a card, or misbehave."""
        if len(content) > MOST_BYTES:
            return self._refuse(413, "RequestEntityTooLarge", f"{len(content)} bytes")
        message = json.loads(said)
        for wrong in wrong_in(message):
            return self._refuse(400, "TriggerInputSchemaMismatch", wrong)
        fault = self.fault(headers.get("x-ms-client-tracking-id", ""))
        if fault in TAKES:
            key = headers.get("x-ms-client-tracking-id", "")
            with self._lock:
                self.posts += [Post(place, key, one["content"]) for one in message["attachments"]]
        return made if fault is Fault.NONE else self._misbehave(fault)

    def _misbehave(self, fault: Fault) -> Answer:
        if fault in HANGS:
            self.ending.wait(60)
        answer = ANSWERS[fault]
        moved = {key: f"{self.url}/elsewhere" for key in answer.headers if key == "Location"}
        asked = {key: self.retry_after for key in answer.headers if key == "Retry-After"}
        return Answer(answer.status, answer.body, moved | asked)

    def _refuse(self, status: int, code: str, why: str) -> Answer:
        self.refused.append(why)
        return error(status, code)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                """Answer, or do not."""
                content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                headers = {key.lower(): value for key, value in self.headers.items()}
                answer = server.answer(self.path, headers, content)
                if answer.status > 0:
                    self.say(answer)
                    return
                self.close_connection = True
                while answer.status < 0 and not server.ending.wait(DRIP_S):
                    try:
                        self.wfile.write(b"H")
                    except OSError:
                        return

            def say(self, answer: Answer) -> None:
                body = b"" if answer.body is None else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for key, value in answer.headers.items():
                    self.send_header(key, value)
                if body:
                    self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
