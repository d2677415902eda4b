"""Mail by SMTP: one message, one recipient, and a clear answer to whether it was taken."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from time import monotonic

from daemon.domain.errors import Permanent, Temporary, Unknown, Unsupported, WireError
from daemon.domain.mail import Sender, as_mail, mail_address, plain_address, safe_id
from daemon.domain.message import Level, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.smtp.config import Config
from integrations.smtp.examine import examine
from integrations.smtp.guard import Guard, explain, guard_for, mark
from integrations.smtp.pool import Pool
from integrations.smtp.published import by_dns, examine_signature
from integrations.smtp.wire import AUTH_FAILURES, GOODBYE, OK, Wire, of_us

GO_AHEAD = 354
PERMANENT = 500
TAKEN, ANSWERS = 2, (2, 4, 5)  # first figures of an answer to a whole message
QUEUED_AS = re.compile(rb"queued as ([A-Za-z0-9.-]{1,64})")
ENVELOPE_MOST = 100  # characters (RFC 3461, 4.4); ours need no escape in it
LINE_OF_DOT = re.compile(rb"(?m)^\.")


class Smtp:
    """The e-mail channel. Thread-safe; it retries nothing and logs nothing."""

    word = "email"

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first message."""
        self.config, self.clock = config, clock
        self.sender = Sender(config.sender, config.sender_name, config.id_domain)
        self.pool = Pool(config)
        self.signer = config.signer()

    def explain(self) -> list[str]:
        """Return a sentence each for how mail is guarded and signed."""
        config = self.config
        said: list[str] = []
        if config.secure:
            said += explain(config.secure, config.secure_tag, config.secure_label)
        if self.signer:
            said.append(
                f"mail is signed; its key is looked for at "
                f"{self.signer.selector}._domainkey.{self.signer.domain}"
            )
        return said

    def most(self, to: Person) -> Level | None:
        """Return the most that a message to somebody may carry: nothing but a link where so set."""
        address = plain_address(to.addresses.get(self.word) or to.addresses.get("email", ""))
        is_bare = address and guard_for(self.config.secure, address) is Guard.LINK
        return Level.L0 if is_bare else None

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over once, within `timeout_s` for everything.

        Raises Temporary where the server took nothing, Permanent where it refuses this recipient or
        this message, and Unknown where the answer to a whole message was lost.
        """
        until = monotonic() + self.config.timeout_s  # who is stopped while writing is too late, too
        address = self.address(to)
        content = LINE_OF_DOT.sub(b"..", self.whole(message, address))
        with self.pool.lend(until) as wire:
            return hand_over(wire, self.config.sender, address, content, safe_id(message.id))

    def address(self, to: Person) -> str:
        """Return where the person is reached; raises Permanent where that is no plain address."""
        return mail_address(to, self.word)

    def mail(self, message: Message, address: str) -> EmailMessage:
        """Return the message as it leaves; raises Permanent for one that is a calendar's to carry."""
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        return as_mail(message, address, self.sender, self.clock())

    def whole(self, message: Message, address: str) -> bytes:
        """Return the mail guarded as its domain asks, and signed.

        Raises Permanent for one that says more than a link where nothing else may go.
        """
        config = self.config
        guard = guard_for(config.secure, address)
        if guard is Guard.LINK and message.level is not Level.L0:
            raise Permanent("link-only")
        mail = self.mail(message, address)
        mark(mail, guard, config.secure_tag, config.secure_label)
        return (
            self.signer.sign(mail.as_bytes(), config.secure_label[0])
            if self.signer
            else mail.as_bytes()
        )

    def find(self, key: str) -> Receipt | None:
        """Raise Unsupported: an SMTP server cannot say what it has taken."""
        raise Unsupported("smtp-cannot-tell")

    def examine(self) -> Iterator[Finding]:
        """Yield how the server stands, and our signature where mail is signed; nothing is sent."""
        yield from examine_signature(self.config, by_dns)
        yield from examine(self.config, self.pool.context, self.clock())

    def close(self) -> None:
        """Close the kept connections; closing twice is no error."""
        self.pool.close()


def hand_over(wire: Wire, sender: str, address: str, content: bytes, envelope: str) -> Receipt:
    """Return the receipt of one message; raises a WireError that says how far it came.

    Where the server offers it, a report names `envelope` and brings back no words (RFC 3461).

    Until the end of the message is on the wire nothing can have been accepted; from then until the
    answer it may have been (RFC 1047's window).
    """
    try:
        wire.is_dirty = True
        begun = wire.mail(sender, report_as(envelope) if wire.has_extn("dsn") else ())
        judge(wire, *begun, refused=Temporary("sender-refused", is_ours=True))
        judge(wire, *wire.rcpt(address))
        judge(wire, *wire.docmd("DATA"), wanted=GO_AHEAD)
    except OSError:
        wire.close()
        raise Temporary("unreachable") from None
    try:
        wire.send(content + b".\r\n")
    except OSError:
        wire.close()
        raise Temporary("cut-during-data") from None
    try:
        code, answer = wire.getreply()
    except OSError:
        wire.close()
        raise Unknown("answer-lost") from None
    if code // 100 not in ANSWERS:
        wire.close()
        raise Unknown("answer-unclear")
    wire.is_dirty = False
    judge(wire, code, answer)
    found = QUEUED_AS.search(answer)
    return Receipt(found[1].decode() if found else None)


def report_as(envelope: str) -> tuple[str, ...]:
    """Return what to ask of a report that a message did not arrive: its header alone, and our own id."""
    named = (f"ENVID={envelope}",) if len(envelope) <= ENVELOPE_MOST else ()
    return ("RET=HDRS", *named)


def judge(
    wire: Wire, code: int, said: bytes, *, wanted: int = OK, refused: WireError | None = None
) -> None:
    """Raise what an answer means unless it is the wanted one.

    A wrong password, or a sender or a way that the server does not like, is ours to mend, so it stays
    Temporary: nothing may be lost by it.
    """
    if code == wanted or (wanted == OK and code // 100 == TAKEN):
        return
    if code == GOODBYE or code < 0:
        wire.close()
    if code in AUTH_FAILURES:
        raise Temporary("login-refused")
    if code < PERMANENT:
        raise Temporary(f"tempfail-{code}" if code > 0 else "unreachable")
    if refused is None and (reason := of_us(said)):
        refused = Temporary(reason, is_ours=True)
    raise refused or Permanent(f"refused-{code}")
