"""Letters by Notify: printed by us or by a template of theirs, posted by them, each once."""

from collections.abc import Iterator, Mapping
from io import BytesIO

from daemon.domain.letter import Letter
from daemon.domain.mail import safe_id
from daemon.domain.message import Receipt
from daemon.examined import Finding, fine
from daemon.ports import Clock
from integrations.govuk_notify.config import PostConfig
from integrations.govuk_notify.examine import Template, examine
from integrations.govuk_notify.paper import as_pdf, font
from integrations.govuk_notify.wire import Wire

POSTAGE, MESSAGE = "second", "message"
NOBODY = "the key is for trying out: no letter is posted by it"
LIKENESS = (
    "letters are printed by Notify's template, so that what is shown before is but a likeness"
)


class NotifyPost:
    """The post. Thread-safe; it retries nothing, keeps nothing and logs nothing."""

    def __init__(self, config: PostConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first letter."""
        self.config, self.clock, self.wire = config, clock, Wire(config, clock)

    @property
    def is_likeness(self) -> bool:
        """Whether the look of a letter is its template's in Notify: what `print` shows is alike in its words alone."""
        return self.config.template is not None

    def explain(self) -> Iterator[str]:
        """Yield what an administrator should know: that nothing is posted, or that we do not print it."""
        if not self.config.is_real:
            yield NOBODY
        if self.is_likeness:
            yield LIKENESS

    def print(self, letter: Letter) -> bytes:
        """Return the letter as a PDF; raises Permanent where it cannot be printed."""
        return as_pdf(letter, self.config.font_file)

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand the letter over once; raises a WireError that says how far it came."""
        file, reference = BytesIO(self.print(letter)), safe_id(key)
        template, postage = self.config.template, self.config.postage or POSTAGE
        if template is not None:
            words = filled(letter)
            return self.wire.taken(
                lambda client: client.send_letter_notification(str(template), words, reference),
                reference,
            )
        return self.wire.taken(
            lambda client: client.send_precompiled_letter_notification(reference, file, postage),
            reference,
        )

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send, by our reference."""
        return self.wire.look_up(safe_id(key))

    def examine(self) -> Iterator[Finding]:
        """Yield how the service stands; nothing is sent. That letters can be printed the settings have shown."""
        named = self.config.template
        template = Template(str(named), "letter", (MESSAGE,)) if named else None
        yield from examine(self.config, self.wire, self.clock(), template)
        font(self.config.font_file)
        yield fine("letters can be printed")

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        self.wire.close()


def filled(letter: Letter) -> Mapping[str, str]:
    """Return the fields of a template: the address line by line, and the words. Who sends it, and when, Notify adds."""
    lines = {f"address_line_{number}": line for number, line in enumerate(letter.address, 1)}
    return {**lines, MESSAGE: letter.text}
