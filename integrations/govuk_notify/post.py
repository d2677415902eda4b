"""Letters by Notify: printed by us, posted by them, each once."""

from collections.abc import Iterator
from io import BytesIO

from daemon.domain.letter import Letter
from daemon.domain.mail import safe_id
from daemon.domain.message import Receipt
from daemon.examined import Finding, fine
from daemon.ports import Clock
from integrations.govuk_notify.config import PostConfig
from integrations.govuk_notify.examine import examine
from integrations.govuk_notify.paper import as_pdf, font
from integrations.govuk_notify.wire import Wire


class NotifyPost:
    """The post. Thread-safe; it retries nothing, keeps nothing and logs nothing."""

    def __init__(self, config: PostConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first letter."""
        self.config, self.clock, self.wire = config, clock, Wire(config, clock)

    def print(self, letter: Letter) -> bytes:
        """Return the letter as a PDF; raises Permanent where it cannot be printed."""
        return as_pdf(letter, self.config.font_file)

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand the letter over once; raises a WireError that says how far it came."""
        file, reference = BytesIO(self.print(letter)), safe_id(key)
        postage = self.config.postage
        return self.wire.taken(
            lambda client: client.send_precompiled_letter_notification(reference, file, postage),
            reference,
        )

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send, by our reference."""
        return self.wire.look_up(safe_id(key))

    def examine(self) -> Iterator[Finding]:
        """Yield how the service stands; nothing is sent. That letters can be printed the settings have shown."""
        yield from examine(self.config, self.wire, self.clock())
        font(self.config.font_file)
        yield fine("letters can be printed")

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        self.wire.close()
