"""Mail by an Exchange Server: one message, one recipient, and a copy in Sent Items to look it up by."""

from collections.abc import Iterator

from daemon.domain.errors import Permanent
from daemon.domain.mail import Sender, as_mail, mail_address, message_id
from daemon.domain.message import Lane, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.exchange.config import Config
from integrations.exchange.examine import examine
from integrations.exchange.pool import Pool
from integrations.exchange.vendor import Message as Item
from integrations.exchange.vendor import Post, answered


class Exchange:
    """The e-mail channel. Thread-safe; it retries nothing and logs nothing."""

    word = "email"

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first message."""
        self.config, self.clock = config, clock
        self.sender = Sender(config.mailbox, config.sender_name, config.id_domain)
        self.pool = Pool(config, clock)

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over once, in one request, within `timeout_s`.

        Raises Temporary where the server took nothing, Permanent where it refuses this recipient or
        this message, and Unknown where its answer was lost.
        """
        address = mail_address(to, self.word)
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        mail = as_mail(message, address, self.sender, self.clock()).as_bytes()
        is_urgent = message.lane is Lane.URGENT
        with self.pool.lend(is_urgent=is_urgent) as post, answered():
            submit(post, mail, key, is_urgent=is_urgent)
        return self.receipt(message.id)

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of the message of that key, from Sent Items or on its way there."""
        with self.pool.lend() as post, answered(is_question=True):
            is_there = has_copy(post, key)
        return self.receipt(key) if is_there else None

    def receipt(self, key: str) -> Receipt:
        """Return the receipt of a message: the Message-ID that was given to it."""
        return Receipt(message_id(key, self.config.id_domain))

    def examine(self) -> Iterator[Finding]:
        """Yield how the server stands; nothing is sent."""
        return examine(self.config, self.pool, self.clock(), "sent")

    def close(self) -> None:
        """Close the kept lines; closing twice is no error."""
        self.pool.close()


def submit(post: Post, mail: bytes, key: str, *, is_urgent: bool) -> None:
    """Send a mail as it is, and keep a copy in Sent Items that knows its key."""
    importance = "High" if is_urgent else "Normal"  # said outside, it would overrule the mail's
    item = Item(
        account=post.account,
        folder=post.sent,
        mime_content=mail,
        importance=importance,
        our_key=key,
    )
    item.send_and_save()


def has_copy(post: Post, key: str) -> bool:
    """Return whether a message was sent under that key, or is on its way."""
    folders = (post.sent, post.outbox)
    return any(list(folder.filter(our_key=key).only("subject")) for folder in folders)
