"""A real SMTP server in its own process, whose misbehaviour can be switched while it runs.

    python -m daemon.testing.mail_server --port 0 --folder DIR

prints its port. Every message becomes DIR/000001.eml and a line in DIR/received.jsonl, both before
the answer. The switches are read from DIR/switches.json at each command, so that a test or a person
may change them at any time. It listens on this machine only.
"""

import argparse
import asyncio
import json
import signal
import ssl
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

RECEIVED, SWITCHES = "received.jsonl", "switches.json"
HOST = "127.0.0.1"
OURS = "x-daykeeper-"
OF_REPORTS = ("RET=", "ENVID=")
STOP_S = 5.0

DEFAULTS: Mapping[str, Any] = {
    "tempfail_rate": 0.0,  # 451 to this share of recipients
    "refuse": [],  # 550 to these recipients
    "refuse_sender": False,  # 550 to every sender
    "refuse_late": "",  # this answer to every recipient
    "refuse_data": 0,  # this code as the answer to the whole message
    "refuse_words": "not this message",
    "hang_s": 0.0,  # silence after MAIL FROM
    "slow_reply_s": 0.0,  # silence between keeping a message and saying so
    "drop_after_data_rate": 0.0,  # keep this share, then cut the connection before the answer
    "cut_during_data": False,  # cut the connection once the message starts
    "dsn": False,  # offer reports of what did not arrive (RFC 3461)
    "starttls": True,  # offer it, where there is a certificate
}


class Switches:
    """What is switched on now: the file's word over the defaults."""

    def __init__(self, folder: Path) -> None:
        """Take the folder in which the file may appear."""
        self.path = folder / SWITCHES

    def __getitem__(self, name: str) -> Any:
        """Return the present value of one switch."""
        if not self.path.exists():
            return DEFAULTS[name]
        return json.loads(self.path.read_text("utf-8")).get(name, DEFAULTS[name])


class Postbox:
    """The server's handler: keeps every message, or misbehaves as switched."""

    def __init__(self, folder: Path, chance: Random) -> None:
        """Take the folder to fill, and the source of chance."""
        self.folder, self.chance = folder, chance
        self.switches = Switches(folder)
        self.kept = len(list(folder.glob("*.eml")))

    async def handle_EHLO(  # noqa: N802 - the library's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Answer EHLO."""
        del server, envelope
        session.host_name = hostname
        return [*responses[:-1], *(["250-DSN"] if self.switches["dsn"] else []), responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self,
        server: "Server",
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Answer MAIL FROM."""
        del session
        await asyncio.sleep(self.switches["hang_s"])
        if self.switches["refuse_sender"]:
            return "550 5.7.1 not that sender"
        envelope.mail_from, envelope.mail_options = address, [*server.asked, *options]
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        del server, session, options
        if answer := self.switches["refuse_late"]:
            return str(answer)
        if address in self.switches["refuse"]:
            return "550 5.1.1 no such mailbox"
        if self.chance.random() < self.switches["tempfail_rate"]:
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, then answer, late or not at all where so switched."""
        del session
        if code := self.switches["refuse_data"]:
            return f"{code} {self.switches['refuse_words']}"
        number = self.keep(envelope)
        await asyncio.sleep(self.switches["slow_reply_s"])
        if (
            self.chance.random() < self.switches["drop_after_data_rate"]
            and server.transport is not None
        ):
            server.transport.close()
        return f"250 2.0.0 OK: queued as {number:06}"

    def keep(self, envelope: Envelope) -> int:
        """Write the message and its line; return its number."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.kept += 1
        name = f"{self.kept:06}.eml"
        (self.folder / name).write_bytes(content)
        headers = BytesHeaderParser(policy=default).parsebytes(content)
        line = {
            "at": datetime.now(UTC).isoformat(),
            "rcpt": envelope.rcpt_tos,
            "mail_options": envelope.mail_options,
            "message_id": headers["message-id"],
            "headers": {
                key.lower(): str(value)
                for key, value in headers.items()
                if key.lower().startswith(OURS)
            },
            "file": name,
        }
        with (self.folder / RECEIVED).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return self.kept


class Server(SMTP):
    """The protocol, with reports (RFC 3461), which the library does not know, and one more way to fail."""

    asked: tuple[str, ...] = ()

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        """Answer MAIL FROM; what is asked of reports is set aside where they are offered."""
        words = (arg or "").split(" ")
        is_offered = self.event_handler.switches["dsn"]
        self.asked = tuple(one for one in words if is_offered and one.startswith(OF_REPORTS))
        await super().smtp_MAIL(" ".join(one for one in words if one not in self.asked))

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Answer DATA; or invite the message and hang up."""
        if self.event_handler.switches["cut_during_data"] and self.transport is not None:
            await self.push("354 go on")
            self.transport.close()
            return
        await super().smtp_DATA(arg)


class MailServer:
    """The server as a child process, ready when made: for tests and for the demo."""

    def __init__(self, folder: Path, *options: str) -> None:
        """Start it on a free port; `options` are further ones of the command line."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        command = [sys.executable, "-m", __name__, "--folder", str(folder), "--until-eof", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline() or 0)
        if not self.port:
            raise ConnectionError("the mail server did not start; its own words stand above")

    def __enter__(self) -> Self:
        """Return the running server."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    def switch(self, **switches: Any) -> None:
        """Replace what is switched on; nothing given: behave."""
        part = self.folder / f"{SWITCHES}.part"
        part.write_text(json.dumps(switches), "utf-8")
        part.replace(self.folder / SWITCHES)

    def received(self) -> list[dict[str, Any]]:
        """Return a line for each message that it has kept, oldest first."""
        path = self.folder / RECEIVED
        return (
            [json.loads(line) for line in path.read_text("utf-8").splitlines()]
            if path.exists()
            else []
        )

    def mails(self) -> list[EmailMessage]:
        """Return the messages that it has kept, oldest first."""
        return [
            message_from_bytes(
                (self.folder / line["file"]).read_bytes(), EmailMessage, policy=default
            )
            for line in self.received()
        ]

    def stop(self) -> None:
        """Close its input, which ends it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


async def serve(options: argparse.Namespace) -> None:
    """Serve until a signal comes, or the input ends where so asked."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    postbox = Postbox(options.folder, Random(options.seed))  # noqa: S311 - chance, no secret
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def authenticate(
        _: SMTP, __: Session, ___: Envelope, ____: str, login: LoginPassword
    ) -> AuthResult:
        is_right = f"{login.login.decode()}:{login.password.decode()}" == options.login
        return AuthResult(success=is_right, handled=False)

    def connection() -> Server:
        return Server(
            postbox,
            hostname="localhost",
            ident=options.ident,
            tls_context=context if postbox.switches["starttls"] and not options.tls else None,
            auth_required=bool(options.login),
            auth_require_tls=context is not None,
            authenticator=authenticate if options.login else None,
            loop=loop,
        )

    server = await loop.create_server(
        connection, HOST, options.port, ssl=context if options.tls else None
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    if options.until_eof:
        Thread(
            target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(stopped.set)), daemon=True
        ).start()
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - the port is what this command says
    await stopped.wait()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        prog="python -m daemon.testing.mail_server", description=__doc__
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--tls", action="store_true", help="speak TLS from the first byte")
    parser.add_argument("--login", help="NAME:PASSWORD that every client must give")
    parser.add_argument("--ident", default="Daykeeper test server", help="what it greets with")
    parser.add_argument("--until-eof", action="store_true", help="end when the input ends")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(options))


if __name__ == "__main__":
    main()
