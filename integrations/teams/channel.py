"""Cards in Teams: where somebody's address says, once, and with a clear answer to whether it was taken."""

from collections.abc import Iterator
from time import monotonic

from daemon.domain.errors import Permanent, Temporary, Unsupported
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.domain.teams import is_channel, is_person, parse_teams_address, workflow_of
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.teams.bot import BotConnector
from integrations.teams.config import Config
from integrations.teams.examine import examine
from integrations.teams.pace import Pace
from integrations.teams.wire import Wire
from integrations.teams.workflow import Workflow

AT_ONCE_S = 0.0  # Teams takes 30 a second of a bot: more than our few connections make


class Teams:
    """The channel of the word `teams`. Thread-safe; it retries nothing and logs nothing."""

    word = "teams"

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first card."""
        self.config, self.clock = config, clock
        self.wire = Wire(config)
        self.workflow = Workflow(self.wire, Pace(clock, config.post_every_s))
        self.bot: BotConnector | None = None
        if config.bot is not None:
            self.bot = BotConnector(config.bot, self.wire, Pace(clock, AT_ONCE_S), clock)

    @property
    def is_proof(self) -> bool:
        """Whether its yes says that a card stands in Teams: a workflow answers before it has run."""
        return not self.config.workflows

    def reaches(self, person: Person) -> bool:
        """Return whether an address is one of a workflow, or of the bot: by a sign-in name it finds nobody."""
        address = person.addresses.get(self.word, "")
        if workflow_of(address) is not None:
            return bool(self.config.workflows)
        return self.bot is not None and (is_person(address) or is_channel(address))

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the card over once, within `timeout_s` for everything.

        Raises Temporary where nothing was taken, Permanent where this place or this message is refused,
        and Unknown where the answer to a whole card was lost.
        """
        until = monotonic() + self.config.timeout_s
        address = to.addresses.get(self.word)
        if not address:
            raise Permanent("no-address")
        try:
            address = parse_teams_address(address)
        except ValueError:
            raise Permanent("bad-address") from None
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        name = workflow_of(address)
        if name is not None:
            try:
                secret = self.config.address_of(name)
            except ValueError:
                raise Temporary("workflows-unreadable") from None
            if secret is None:
                raise Permanent("no-such-workflow")
            return self.workflow.post(name, secret, message, key, until)
        if not (is_person(address) or is_channel(address)):
            raise Permanent("bad-address")  # a sign-in name: a bot finds nobody by it
        if self.bot is None:
            raise Permanent("no-bot")
        return self.bot.post(address, message, key, until)

    def find(self, key: str) -> Receipt | None:
        """Raise Unsupported: neither a workflow nor the Bot Connector can be asked what it has taken."""
        raise Unsupported("teams-cannot-tell")

    def examine(self) -> Iterator[Finding]:
        """Yield how the workflows and the bot stand; no card is posted."""
        return examine(self.config, self.bot, self.clock())

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        self.wire.close()
