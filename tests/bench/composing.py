"""What composing costs; and the line with everything composed before: the same stations and rows, no words."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median
from time import monotonic, thread_time
from typing import TypeAlias

from daemon.domain.mail import Sender, as_mail, mail_address
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.engine.house import House
from daemon.engine.sending.claim import Taken
from daemon.engine.sending.deliver import Deliverer
from daemon.engine.wording.letter import Letter, Letters
from daemon.ports import Clock
from daemon.store import Store
from daemon.testing.world import World
from integrations.smtp.channel import Smtp, hand_over
from integrations.smtp.config import Config
from tests.bench.rival import SENDER
from tests.bench.sink import HOST

Whom: TypeAlias = tuple[str, str | None]


@dataclass(slots=True)
class Composed:
    """Every letter that waits, by its person and family; its mail, by its text; microseconds of CPU for each."""

    letters: dict[Whom, Letter] = field(default_factory=dict)
    mails: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    letter_us: float = 0
    mime_us: float = 0


class TimedLetters(Letters):
    """Letters as ever, kept with the CPU time that each took."""

    def __init__(self, store: Store, house: House) -> None:
        super().__init__(store, house)
        self.kept: dict[Whom, Letter] = {}
        self.took_s: list[float] = []

    def write(self, taken: Taken, person: Person, now: datetime) -> Letter | None:
        start = thread_time()
        letter = super().write(taken, person, now)
        self.took_s.append(thread_time() - start)
        if letter is not None:
            self.kept[taken.outgoing.person, taken.outgoing.family] = letter
        return letter


class ReadyLetters(Letters):
    """Letters that were composed before, under the message's own id: their links are kept as ever."""

    def __init__(self, store: Store, house: House, letters: Mapping[Whom, Letter]) -> None:
        super().__init__(store, house)
        self.letters = letters

    def write(self, taken: Taken, person: Person, now: datetime) -> Letter | None:
        outgoing = taken.outgoing
        letter, id_ = self.letters[outgoing.person, outgoing.family], outgoing.id
        links = tuple(
            replace(link, message_id=id_, token_hash=f"{id_}{number}")
            for number, link in enumerate(letter.links)
        )
        return replace(letter, message=replace(letter.message, id=id_), links=links)


class ReadySmtp(Smtp):
    """The channel, with the bytes of every mail at hand."""

    def __init__(self, config: Config, clock: Clock, composed: Composed) -> None:
        super().__init__(config, clock)
        self.mails = composed.mails

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        address, content = self.mails[message.text]
        with self.pool.lend(monotonic() + self.config.timeout_s) as wire:
            return hand_over(wire, self.config.sender, address, content, message.id)


def config_of(port: int, connections: int) -> Config:
    """Return what the channel is told of a server on this machine."""
    return Config(host=HOST, port=port, security="none", sender=SENDER, connections=connections)


def with_letters(world: World, letters: Letters) -> None:
    """Have a world's deliverer write with these letters."""
    world.line.deliverer.close()
    guard = world.line.guard
    deliverer = Deliverer(world.store, world.house, letters, world.clock, guard)
    world.line = replace(world.line, deliverer=deliverer)


def compose_all(world: World) -> Composed:
    """Compose all that waits, timing the letters and then the bytes of the mails; nothing goes on a wire."""
    letters = TimedLetters(world.store, world.house)
    with_letters(world, letters)
    world.line.send()
    with world.store.read() as tx:
        people = world.house.people(tx)
    sender = Sender(SENDER, "Daykeeper", SENDER.rpartition("@")[2])
    mails, took_s = {}, []
    for (name, _), letter in letters.kept.items():
        person, message = people.get(name), letter.message
        assert person is not None
        start = thread_time()
        address = mail_address(person, "email")
        content = as_mail(message, address, sender, world.clock.now).as_bytes()
        took_s.append(thread_time() - start)
        mails[message.text] = (address, content)
    return Composed(letters.kept, mails, median(letters.took_s) * 1e6, median(took_s) * 1e6)
