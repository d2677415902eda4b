"""Letters, as the commands see them: what the settings say of who posts them, and one to try it with."""

from daemon.domain.errors import Permanent, Problem, Refusal, Severity
from daemon.domain.letter import Letter, read_address
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.domain.times import day_of
from daemon.plugins import load as load_plugin
from daemon.ports import Clock, Courier
from daemon.settings.whole import Settings

POST = "post"  # the table of the settings, and the word by which it is tried


def courier_of(settings: Settings, clock: Clock) -> Courier:
    """Return who prints and posts letters, not connected yet. Raises Refusal."""
    if settings.post is None:
        what, mend = "nobody is named who posts letters", "docs/how-to/notify.md, 4"
        raise Refusal(Problem(POST, what, mend))
    table = settings.post
    made: Courier = load_plugin(
        table.adapter, "post", table.options, base=settings.folder, clock=clock, where=POST
    )
    return made


def look_at_post(settings: Settings, clock: Clock) -> list[Problem]:
    """Return what is wrong with the table of letters, else a note of each thing that an administrator should know."""
    if settings.post is None:
        return []
    try:
        courier = courier_of(settings, clock)
    except Refusal as refusal:
        return [*refusal.problems]
    mend = "see its README if it should be otherwise"
    return [
        Problem(POST, what, mend, Severity.NOTE) for what in getattr(courier, "explain", list)()
    ]


class ByPost:
    """A channel for a test alone: what it is handed goes as a letter to whom the command names."""

    def __init__(self, courier: Courier, sender: str, clock: Clock) -> None:
        self.courier, self.sender, self.clock = courier, sender, clock

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Have it posted; raises a WireError."""
        try:
            address = read_address(to.addresses[POST].replace(",", "\n"))
        except ValueError as error:
            raise Permanent(str(error)) from None
        letter = Letter(address, message.text, self.sender, day_of(self.clock()))
        return self.courier.send(letter, key)

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send; raises a WireError."""
        return self.courier.find(key)

    def close(self) -> None:
        """Let go of what it holds open."""
        if hasattr(self.courier, "close"):
            self.courier.close()
