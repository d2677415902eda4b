"""By which ways somebody is told: those that reach them, and two adapters that share one word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from daemon.domain.errors import Unsettled, Unsupported, WireError
from daemon.domain.message import Level, Message, Receipt
from daemon.domain.person import Person
from daemon.engine.house import House
from daemon.ports import Channel

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Beside:
    """One channel of two adapters: who is not reached by the first is reached by the second."""

    word: str
    first: Channel
    second: Channel

    @property
    def is_proof(self) -> bool:
        """Whether its yes proves something, whichever of the two is asked."""
        return all(getattr(one, "is_proof", True) for one in (self.first, self.second))

    def reaches(self, person: Person) -> bool:
        """Return whether one of them reaches somebody."""
        return any(is_reached(one, self.word, person) for one in (self.first, self.second))

    def most(self, to: Person) -> Level | None:
        """Return the most that a message to somebody may carry by the one that reaches them."""
        asked: Callable[[Person], Level | None] | None = getattr(self._one(to), "most", None)
        return asked(to) if asked else None

    def explain(self) -> list[str]:
        """Return what an administrator should know of either."""
        every = (getattr(one, "explain", None) for one in (self.first, self.second))
        return [said for explain in every if explain for said in explain()]

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over by the one that reaches its reader, else by the first. Raises a WireError."""
        return self._one(to).send(message, to, key)

    def _one(self, to: Person) -> Channel:
        is_second = not is_reached(self.first, self.word, to)
        is_second = is_second and is_reached(self.second, self.word, to)
        return self.second if is_second else self.first

    def find(self, key: str) -> Receipt | None:
        """Return the receipt that either has; raises Unsettled or Unsupported unless both can tell."""
        doubt: WireError | None = None
        for one in (self.first, self.second):
            try:
                if (found := one.find(key)) is not None:
                    return found
            except Unsettled as error:
                doubt = error
            except Unsupported:
                doubt = doubt or Unsupported("one-cannot-tell")
        if doubt is not None:
            raise doubt
        return None

    def close(self) -> None:
        """Let the connections of both go."""
        _close(self.first, self.second)


def is_reached(channel: Channel, word: str, person: Person) -> bool:
    """Return whether a channel reaches somebody, as far as is known without asking anybody.

    Mail is taken to: who has no address of any kind is a gap in the directory, and somebody hears of it.
    """
    if word == EMAIL:
        return True
    asks: Callable[[Person], bool] | None = getattr(channel, "reaches", None)
    return bool(person.addresses.get(word)) and (asks is None or asks(person))


def ways(house: House, person: Person, words: Sequence[str]) -> list[str]:
    """Return by which ways somebody is told: these, or in the place of one the next that reaches them.

    Where none does, they are left as they are: the refusal is passed on, and somebody hears of it.
    """
    found = [next_way(house, person, [word]) for word in words]
    return list(dict.fromkeys(way for way in found if way)) or list(words)


def next_way(
    house: House, person: Person, words: Sequence[str], failed: Sequence[str] = ()
) -> str | None:
    """Return the first of these ways, and of those that come after them, that reaches somebody and has not failed."""
    after = [word for one in words for word in house.failover.get(one, ())]
    for word in dict.fromkeys([*words, *after]):
        channel = house.channels.get(word)
        if channel and word not in failed and is_reached(channel, word, person):
            return word
    return None


def let_go(house: House) -> None:
    """Let the connections of every channel go, those of the mailboxes and the directory too."""
    inboxes = (box.inbox for box in house.inboxes.values())
    _close(*house.channels.values(), *inboxes, house.directory)


def _close(*adapters: object) -> None:
    for one in adapters:
        close: Callable[[], None] | None = getattr(one, "close", None)
        if close is not None:
            close()
