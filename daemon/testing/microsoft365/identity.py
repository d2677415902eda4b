"""The endpoint at which a machine of Azure's asks who it is: as App Service has it, and as a virtual machine has."""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from daemon.testing.microsoft365.tenant import Tenant
from daemon.testing.stand_in import Answer, StandIn

HEADER = "a-word-of-this-machine"
APP_SERVICE, VIRTUAL_MACHINE = "/msi/token", "/metadata/identity/oauth2/token"
VERSIONS = {APP_SERVICE: "2019-08-01", VIRTUAL_MACHINE: "2018-02-01"}
LASTS_S = 3599


class IdentityEndpoint(StandIn):
    """Gives tokens of a tenant for `resource`. `assigned` are identities by client id; empty: the machine's own.

    `fault` is answered in place of a token. What no client should ask is kept in `refused`.
    """

    def __init__(self, tenant: Tenant, resource: str) -> None:
        """Give what is asked for until told otherwise."""
        super().__init__(self._handler())
        self.tenant, self.resource = tenant, resource
        self.assigned = frozenset({""})
        self.fault: Answer | None = None
        self.asked: list[str] = []
        self.refused: list[str] = []

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """Return the answer to one request."""
        place = urlsplit(path)
        given = {name: values[0] for name, values in parse_qs(place.query).items()}
        is_own = place.path == VIRTUAL_MACHINE or headers.get("x-identity-header") == HEADER
        is_plain = (
            headers.get("metadata", "").lower() == "true" and "x-forwarded-for" not in headers
        )
        wanted = {"api-version": VERSIONS.get(place.path), "resource": self.resource}
        named = given.pop("client_id", "")
        if given != wanted or not (is_own and is_plain):
            self.refused.append(f"{place.path}: {given}")
            return wrong(400, "invalid_request")
        self.asked.append(named)
        if self.fault is not None:
            return self.fault
        if named not in self.assigned:
            return wrong(400, "invalid_request")
        with self.tenant.lock:
            token = self.tenant.issue()
        said = {"access_token": token, "token_type": "Bearer", "resource": self.resource}
        said["expires_on"] = str(int(time()) + LASTS_S)
        if place.path == VIRTUAL_MACHINE:
            said["expires_in"] = str(LASTS_S)
        return Answer(200, said)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """Answer."""
                headers = {key.lower(): value for key, value in self.headers.items()}
                answer = server.answer(self.path, headers)
                body = json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def wrong(status: int, code: str) -> Answer:
    """Return an error as the endpoint words it."""
    return Answer(status, {"error": code, "error_description": "Identity not found"})
