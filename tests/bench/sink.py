"""A mail server that takes everything at once, or after a pause, and keeps a count: as fast as one process can.

    python -m tests.bench.sink PAUSE_MS

prints its port and ends with its input. `XCOUNT` answers how many mails it has taken; `XUNTIL n`
answers once there are so many.
"""

import asyncio
import subprocess
import sys
from smtplib import SMTP
from threading import Thread
from typing import Self

HOST = "127.0.0.1"
STOP_S = 10.0
END = b"\r\n.\r\n"
OFFERS = b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n"
PATIENCE_S = 120.0


class Tally:
    """How many mails were taken, and who waits for how many."""

    def __init__(self) -> None:
        self.taken = 0
        self.waiting: list[tuple[int, asyncio.Transport]] = []

    def take(self) -> int:
        """Count one more, and answer those who waited for it."""
        self.taken += 1
        if self.waiting:
            self._answer()
        return self.taken

    def wait_for(self, number: int, transport: asyncio.Transport) -> None:
        """Answer once so many are taken."""
        self.waiting.append((number, transport))
        self._answer()

    def _answer(self) -> None:
        for number, transport in self.waiting:
            if self.taken >= number:
                transport.write(b"250 %d\r\n" % self.taken)
        self.waiting = [one for one in self.waiting if self.taken < one[0]]


class Session(asyncio.Protocol):
    """One connection. What a client sends ahead (PIPELINING) waits in `rest`."""

    def __init__(self, tally: Tally, pause_s: float) -> None:
        self.tally, self.pause_s = tally, pause_s
        self.rest = b""
        self.reads_mail = self.is_pausing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while not self.is_pausing:
            before, found, rest = self.rest.partition(END if self.reads_mail else b"\r\n")
            if not found:
                return
            self.rest = rest
            if self.reads_mail:
                self._take()
            else:
                self._answer(before)

    def _take(self) -> None:
        self.reads_mail = False
        if self.pause_s:
            self.is_pausing = True
            asyncio.get_running_loop().call_later(self.pause_s, self._taken)
        else:
            self._taken()

    def _taken(self) -> None:
        self.transport.write(b"250 2.0.0 OK: queued as %d\r\n" % self.tally.take())
        if self.is_pausing:
            self.is_pausing = False
            self.data_received(b"")

    def _answer(self, line: bytes) -> None:
        match line[:4].upper():
            case b"MAIL" | b"RCPT" | b"RSET" | b"NOOP":
                self.transport.write(b"250 OK\r\n")
            case b"DATA":
                self.reads_mail = True
                self.transport.write(b"354 go on\r\n")
            case b"EHLO":
                self.transport.write(OFFERS)
            case b"XCOU":
                self.tally.wait_for(0, self.transport)
            case b"XUNT":
                self.tally.wait_for(int(line.split()[1]), self.transport)
            case b"QUIT":
                self.transport.write(b"221 bye\r\n")
                self.transport.close()
            case _:
                self.transport.write(b"502 not here\r\n")


class Sink:
    """The server as a child process, ready when made."""

    def __init__(self, pause_ms: float = 0) -> None:
        self.pause_ms = pause_ms
        command = [sys.executable, "-m", __name__, str(pause_ms)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self.wire = SMTP(HOST, self.port, timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.wire.close()
        self.process.stdin.close()
        self.process.wait(STOP_S)
        self.process.stdout.close()

    def taken(self, at_least: int = 0) -> int:
        """Return how many mails it has taken, once there are so many."""
        code, answer = self.wire.docmd("XUNTIL", str(at_least))
        assert code == 250, answer
        return int(answer)


async def serve(pause_s: float) -> None:
    """Serve until the input ends."""
    loop, ended, tally = asyncio.get_running_loop(), asyncio.Event(), Tally()
    server = await loop.create_server(lambda: Session(tally, pause_s), HOST, 0, backlog=256)

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    Thread(target=wait_for_end, daemon=True).start()
    print(server.sockets[0].getsockname()[1], flush=True)
    await ended.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) / 1000))
