"""The line itself, for information at this stage: messages a second, and changed cases a second."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from smtplib import SMTP
from tempfile import TemporaryDirectory
from typing import Any

from daemon.plugins import load
from daemon.testing.mail_server import HOST, MailServer
from daemon.testing.world import World, at
from tests.bench.cases import FIRST_RUNG, NOW, body
from tests.bench.row import Row, Sizes, medians, seconds

SENDER = "daykeeper@council.example"
CONNECTIONS = 4

Mail = tuple[list[str], bytes]


class Sending:
    """One real mail server, and what the line sent to it last."""

    def __init__(self, folder: Path, server: MailServer, letters: int) -> None:
        self.folder, self.server, self.letters = folder, server, letters
        self.mails: list[Mail] = []

    def line(self) -> float:
        """Return how many messages a second go from due to marked as accepted, all stations included."""
        with TemporaryDirectory(dir=self.folder) as place:
            world = World(Path(place), NOW, connections=CONNECTIONS)
            world.house.channels = {"email": smtp(self.server.port, Path(place), world)}
            for number in range(self.letters):
                world.feed.bodies[f"SC-{number}"] = body(f"SC-{number}")
            world.turn()
            before = len(self.server.received())
            world.clock.now = at(FIRST_RUNG)
            took_s = seconds(partial(decide_and_send, world))
            with world.store.read() as tx:
                accepted = tx.messages.counts()["email"]["accepted"]
            world.close()
        received = self.server.received()[before:]
        assert accepted == len(received) >= self.letters
        self.mails = [
            (one["rcpt"], (self.server.folder / one["file"]).read_bytes()) for one in received
        ]
        return accepted / took_s

    def bare(self) -> float:
        """Return how many a second bare smtplib sends: the same bytes, as many kept connections."""
        shares = [self.mails[start::CONNECTIONS] for start in range(CONNECTIONS)]
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            took_s = seconds(lambda: list(pool.map(self._send, shares)))
        return len(self.mails) / took_s

    def _send(self, mails: list[Mail]) -> None:
        with SMTP(HOST, self.server.port) as wire:
            for to, content in mails:
                wire.sendmail(SENDER, to, content)


def measure_sending(sizes: Sizes) -> Iterator[Row]:
    """Yield messages a second: due, composed, accepted by a server in its own process, marked."""
    with TemporaryDirectory() as folder, MailServer(Path(folder) / "mail") as server:
        sending = Sending(Path(folder), server, sizes.letters)
        ours, bare = medians(sizes.long_runs, sending.line, sending.bare)
    yield Row(
        7, f"due, composed, accepted, marked; {len(sending.mails):,} at once, {CONNECTIONS} connections",
        ours, "a second", bare, "smtplib, the same bytes and connections", more_is_better=True,
    )  # fmt: skip


def measure_deciding(sizes: Sizes) -> Iterator[Row]:
    """Yield cases a second of a turn that reads them, decides them and opens their obligations."""
    (ours,) = medians(sizes.long_runs, partial(decide_all, sizes.changes))
    yield Row(14, f"a turn that decides {sizes.changes:,} changed cases", ours, "a second")


def decide_all(cases: int) -> float:
    """Return how many changed cases a turn decides in a second."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder), NOW)
        for number in range(cases):
            world.feed.bodies[f"SC-{number}"] = body(f"SC-{number}")
        took_s = seconds(world.turn)
        with world.store.read() as tx:
            assert tx.summary(world.clock.now).obligations["open"] >= cases
        world.close()
    return cases / took_s


def decide_and_send(world: World) -> None:
    """Turn the line as far as the last answer of the mail server."""
    world.line.decide()
    world.line.send()


def smtp(port: int, base: Path, world: World) -> Any:
    """Return the product's own channel to a server on this machine."""
    options = {"host": HOST, "port": port, "security": "none", "sender": SENDER}
    return load("smtp", "channel", options, base=base, clock=world.clock, where="channels.email")
