"""The judge's witness: the mail server, which also notes what it told the sender of each message.

    python -m tests.faults.receiver --folder DIR --seed 1 --port 0

A reply that was never given opens the window in which a copy is allowed; only the receiver knows.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from daemon.testing.mail_server import HOST, RECEIVED, MailServer, Postbox, Server

ANSWERS, HANG = "answers.jsonl", "hang.json"
FOR_EVER_S = 3600.0


class Witness(Postbox):
    """Keeps every message, and a line for each answer; hangs for the recipients in `hang.json`."""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say nothing for so long that the sender gives up, or answer as switched."""
        if address in self.hanging():
            await asyncio.sleep(FOR_EVER_S)
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer, or not, as switched; then note which."""
        answer = await super().handle_DATA(server, session, envelope)
        is_cut = server.transport is None or server.transport.is_closing()
        line = {"file": f"{answer.rpartition(' ')[2]}.eml", "given": not is_cut}
        with (self.folder / ANSWERS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        return answer

    def hanging(self) -> list[str]:
        """Return the recipients for whom nothing is said."""
        path = self.folder / HANG
        return json.loads(path.read_text("utf-8")) if path.exists() else []


class Receiver(MailServer):
    """The witness as a child process, ready when made."""

    def __init__(self, folder: Path, *, seed: int = 1, port: int = 0) -> None:
        """Start it, on a free port unless one is given."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        command = [sys.executable, "-m", "tests.faults.receiver", "--folder", str(folder)]
        command += ["--seed", str(seed), "--port", str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline() or 0)
        if not self.port:
            raise ConnectionError("the receiver did not start; its own words stand above")

    def hang_for(self, *addresses: str) -> None:
        """Say nothing at all to who sends to these."""
        part = self.folder / f"{HANG}.part"
        part.write_text(json.dumps(addresses), "utf-8")
        part.replace(self.folder / HANG)

    def count(self) -> int:
        """Return how many messages have come, cheaply."""
        path = self.folder / RECEIVED
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def addresses(self) -> Counter[str]:
        """Return how many messages have come for each recipient."""
        return Counter(line["rcpt"][0] for line in self.received())

    def unanswered(self) -> set[str]:
        """Return the files of the messages that were kept and whose sender was not told so."""
        path = self.folder / ANSWERS
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        told = {line["file"] for line in map(json.loads, lines) if line["given"]}
        return {line["file"] for line in self.received()} - told


async def serve(options: Any) -> None:
    """Serve until the input ends."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    witness = Witness(options.folder, Random(options.seed))
    server = await loop.create_server(
        lambda: Server(witness, hostname="localhost", loop=loop), HOST, options.port
    )
    Thread(
        target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(stopped.set)), daemon=True
    ).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.receiver", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
