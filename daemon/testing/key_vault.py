"""A strict stand-in of Azure's Key Vault: it gives secrets by name to whoever shows a token, and nothing else."""

import json
import ssl
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from daemon.testing.microsoft365.certificate import make_certificate
from daemon.testing.microsoft365.tenant import Tenant
from daemon.testing.stand_in import Answer, StandIn


class KeyVault(StandIn):
    """Secrets by name. `login`: where it sends whoever comes without a token, and for which `resource`.

    `fault` is answered in place of a secret. `refused`: what no client of ours should ask.
    """

    def __init__(self, folder: Path, tenant: Tenant, login: str, resource: str) -> None:
        """Hold nothing until told otherwise."""
        self.certificate, key = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        super().__init__(self._handler(), context)
        self.tenant, self.login, self.resource = tenant, login, resource
        self.secrets: dict[str, str] = {}
        self.disabled: set[str] = set()
        self.fault: Answer | None = None
        self.asked: list[str] = []
        self.refused: list[str] = []

    def answer(self, method: str, path: str, proof: str) -> Answer:
        """Return the answer to one request."""
        place = urlsplit(path)
        parts = place.path.strip("/").split("/")
        version = parse_qs(place.query).get("api-version", [""])[0]
        if method != "GET" or len(parts) != 2 or parts[0] != "secrets" or not version:
            self.refused.append(f"{method} {path}")
            return error(400, "BadParameter")
        if proof not in self.tenant.tokens:
            to = f'Bearer authorization="{self.login}", resource="{self.resource}"'
            return Answer(401, error(401, "Unauthorized").body, {"WWW-Authenticate": to})
        self.asked.append(parts[1])
        if self.fault is not None:
            return self.fault
        if parts[1] in self.disabled:
            return error(403, "Forbidden")
        if parts[1] not in self.secrets:
            return error(404, "SecretNotFound")
        about = {"enabled": True, "created": 1_700_000_000, "updated": 1_700_000_000}
        kept = f"{self.url}/secrets/{parts[1]}/0123456789abcdef0123456789abcdef"
        return Answer(200, {"value": self.secrets[parts[1]], "id": kept, "attributes": about})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                """Answer."""
                proof = self.headers.get("Authorization", "").removeprefix("Bearer ")
                answer = server.answer(self.command, self.path, proof)
                body = json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def error(status: int, code: str) -> Answer:
    """Return what the service says is wrong."""
    return Answer(status, {"error": {"code": code, "message": "in its own words"}})
