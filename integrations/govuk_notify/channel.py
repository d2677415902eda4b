"""Messages by Notify: once, under a reference of ours by which they are looked up before any second time."""

import re
from collections.abc import Iterator

from daemon.domain.errors import Permanent
from daemon.domain.mail import header_text, mail_address, plain_address, safe_id
from daemon.domain.message import Level, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.govuk_notify.config import EmailConfig, TextConfig
from integrations.govuk_notify.examine import Template, examine
from integrations.govuk_notify.wire import Wire

PHONE = re.compile(r"\+?[0-9][0-9 ()-]{8,18}[0-9]", re.ASCII)
TEXT_MOST = 300  # characters: two texts' worth at most
ANSWER = "Answer to {}, not to the sender of this message."
ONLY_TRYING = "the key is for trying out: what is sent reaches {}"
REACHED = {"team": "members of your Notify team alone", "test": "nobody at all"}


class _ByNotify:
    """What both ways share: the wire, and the look-up."""

    word = ""
    kind = ""
    fields: tuple[str, ...] = ()
    config: EmailConfig | TextConfig

    def __init__(self, config: EmailConfig | TextConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first message."""
        self.config, self.clock = config, clock
        self.wire = Wire(config, clock)

    @property
    def is_proof(self) -> bool:
        """Whether its yes says that somebody may get it: a key for trying out proves nothing."""
        return self.config.is_real

    def explain(self) -> list[str]:
        """Return a sentence where a key is in use by which hardly anybody is reached."""
        return (
            [ONLY_TRYING.format(REACHED[kind])] if (kind := self.config.key_type) in REACHED else []
        )

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send, by our reference."""
        return self.wire.look_up(safe_id(key))

    def examine(self) -> Iterator[Finding]:
        """Yield how the service stands, and its template; nothing is sent."""
        template = Template(str(self.config.template), self.kind, self.fields)
        return examine(self.config, self.wire, self.clock(), template)

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        self.wire.close()


class NotifyEmail(_ByNotify):
    """The channel of the word `email`. Thread-safe; it retries nothing and logs nothing."""

    word, kind, fields = "email", "email", ("subject", "message")
    config: EmailConfig

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over once; raises a WireError that says how far it came."""
        address, reference = mail_address(to, self.word), safe_id(key)
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        reply_to = plain_address(message.reply_to or "")
        text = f"{message.text}\n{ANSWER.format(reply_to)}\n" if reply_to else message.text
        words = {"subject": header_text(message.subject), "message": text}
        config = self.config
        return self.wire.taken(
            lambda client: client.send_email_notification(
                address, str(config.template), words, reference=reference,
                email_reply_to_id=config.reply_to_id and str(config.reply_to_id),
            ),
            reference,
        )  # fmt: skip


class NotifyText(_ByNotify):
    """The channel of the word `text`: the subject alone, and nothing of a case in it."""

    word, kind, fields = "text", "sms", ("message",)
    config: TextConfig

    def most(self, to: Person) -> Level:
        """Return the least that a message can say: a text lies open on a locked telephone."""
        return Level.L0

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the text over once; raises a WireError that says how far it came."""
        number, reference = to.addresses.get(self.word), safe_id(key)
        if not number:
            raise Permanent("no-address")
        if not PHONE.fullmatch(number):
            raise Permanent("bad-address")
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        if message.level is not Level.L0:
            raise Permanent("too-much-for-a-text")
        words, config = {"message": header_text(message.subject, TEXT_MOST)}, self.config
        return self.wire.taken(
            lambda client: client.send_sms_notification(
                number, str(config.template), words, reference=reference,
                sms_sender_id=config.sender_id and str(config.sender_id),
            ),
            reference,
        )  # fmt: skip
