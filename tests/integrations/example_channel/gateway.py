"""A gateway to try the channel on: it keeps what is put under a name, and says what it is told to say."""

from http.server import BaseHTTPRequestHandler
from typing import Any

from daemon.testing.stand_in import StandIn

KEY = "Bearer sesame"


class GatewayServer(StandIn):
    """`mails` by their names; `says` a status in place of its own, 0 for none at all."""

    def __init__(self) -> None:
        self.mails: dict[str, bytes] = {}
        self.says: int | None = None
        super().__init__(type("Handler", (Handler,), {"gateway": self}))
        self._server.socket.listen(64)  # each mail comes by a connection of its own


class Handler(BaseHTTPRequestHandler):
    """One request."""

    gateway: GatewayServer

    def do_PUT(self) -> None:
        """Keep a mail, and say so."""
        mail = self.rfile.read(int(self.headers["Content-Length"]))
        if self.gateway.says in (None, 0) and self.headers["Authorization"] == KEY:
            self.gateway.mails[self.name] = mail
        self.answer(201)

    def do_HEAD(self) -> None:
        """Say whether a mail is here."""
        self.answer(200 if self.name in self.gateway.mails else 404)

    @property
    def name(self) -> str:
        """The mail's name."""
        return self.path.removeprefix("/mails/")

    def answer(self, status: int) -> None:
        """Say what is to be said; nobody without the key hears more than that."""
        if self.headers["Authorization"] != KEY:
            status = 401
        elif self.gateway.says is not None:
            status = self.gateway.says
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Retry-After", "7")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
