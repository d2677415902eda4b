"""Mail as it leaves: headers that nothing can be smuggled into, and one message as MIME."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from unicodedata import category

from daemon.domain.errors import Permanent
from daemon.domain.message import Lane, Message
from daemon.domain.person import Person

HEADER_MOST, NAME_MOST, CODES_MOST, ID_MOST = 200, 60, 900, 120
LOCAL_MOST, ADDRESS_MOST = 64, 254
BREAKS = frozenset({"Cc", "Zl", "Zp"})  # C0, C1 and the Unicode line ends become a space
# bidi controls, zero widths and what is no character go
UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn"})
LOCAL = re.compile(r"[A-Za-z0-9_+'&~=-]+(\.[A-Za-z0-9_+'&~=-]+)*", re.ASCII)
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(\.{LABEL})+", re.ASCII)
UNSAFE = re.compile(r"[^A-Za-z0-9-]", re.ASCII)
SAFE, ESCAPED = re.compile(r"[A-Za-z0-9_-]+", re.ASCII), re.compile(r"_([0-9a-f]{1,6})_")


def cap(text: str, most: int) -> str:
    """Return the text, cut to `most` characters and marked where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def one_line(value: object, most: int = 4000) -> str:
    """Return the value as one visible line: no line end, no control, nothing unseen."""
    text = str(value)
    if not text.isprintable():
        kinds = [(character, category(character)) for character in text]
        text = "".join(
            " " if kind in BREAKS else character for character, kind in kinds if kind not in UNSEEN
        )
    elif "  " not in text and text == text.strip():  # as nearly everything is that a frame prints
        return cap(text, most)
    return cap(" ".join(text.split()), most)


def header_text(value: object, most: int = HEADER_MOST) -> str:
    """Return the value as it may stand in a header.

    An encoded word (`=?UTF-8?Q?=0A?=`) is taken apart rather than decoded: some interpreters decode
    it while folding, and so turn it into a line end and a header of the sender's choice.

    Source: RELIABILITY T8.
    """
    return cap(one_line(value).replace("=?", "= ?"), most)


def parse_address(text: str) -> str:
    """Return the one plain address that the text is, its domain in lower case; raises ValueError.

    Stricter than the standards on purpose: no display name, comment, quoting, route or non-ASCII,
    and a domain of two labels or more. The error never repeats the text.
    """
    local, _, domain = text.rpartition("@")
    if (
        len(text) > ADDRESS_MOST
        or len(local) > LOCAL_MOST
        or not LOCAL.fullmatch(local)
        or not DOMAIN.fullmatch(domain)
    ):
        raise ValueError("is not a plain e-mail address")
    return f"{local}@{domain.lower()}"


def parse_domain(text: str) -> str:
    """Return the domain in lower case; raises ValueError where it is none."""
    return parse_address(f"daykeeper@{text}").partition("@")[2]


def safe_id(identity: str) -> str:
    """Return the id in letters, digits, hyphens and underscores: different ids stay different."""
    safe = UNSAFE.sub(lambda found: f"_{ord(found[0]):x}_", identity)
    return (
        safe
        if 0 < len(safe) <= ID_MOST
        else sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    )


def message_id(identity: str, domain: str) -> str:
    """Return the Message-ID of a message: the same on every attempt."""
    return f"<{safe_id(identity)}@{domain}>"


def parse_message_id(text: str, domain: str) -> str | None:
    """Return the id of the message that a Message-ID of ours names, None for anybody else's."""
    local, _, theirs = text.strip().removeprefix("<").removesuffix(">").rpartition("@")
    if theirs.lower() != domain or not 0 < len(local) <= ID_MOST or not SAFE.fullmatch(local):
        return None
    try:
        identity = ESCAPED.sub(lambda found: chr(int(found[1], 16)), local)
    except (ValueError, OverflowError):
        return None
    return identity if safe_id(identity) == local else None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail comes from. `domain` is the right-hand side of its Message-ID."""

    address: str
    name: str
    domain: str


def mail_address(person: Person, word: str) -> str:
    """Return the person's address for a channel of mail; raises Permanent where there is none."""
    address = person.addresses.get(word)
    if not address:
        raise Permanent("no-address")
    try:
        return parse_address(address)
    except ValueError:
        raise Permanent("bad-address") from None


def as_mail(message: Message, to_address: str, sender: Sender, now: datetime) -> EmailMessage:
    """Return the message as a mail to one recipient, byte for byte the same on every attempt.

    A `reply_to` that is no address is left out: a mail without it is better than none. `now` dates
    a message that does not say when it was made. Raises ValueError where an address is none.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(
        header_text(sender.name, NAME_MOST), addr_spec=parse_address(sender.address)
    )
    mail["To"] = Address(addr_spec=parse_address(to_address))
    mail["Subject"] = header_text(message.subject)
    mail["Date"] = message.made_at or now
    mail["Message-ID"] = message_id(message.id, sender.domain)
    if message.reply_to and (reply_to := plain_address(message.reply_to)):
        mail["Reply-To"] = Address(addr_spec=reply_to)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if message.lane is Lane.URGENT:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    if codes := header_text(" ".join(message.codes), CODES_MOST):
        mail["X-Daykeeper-Item"] = codes
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    # set last: making the alternatives moves such headers into a part
    mail["Content-Language"] = "en-GB"
    mail.set_boundary(f"=_{sha256(mail['Message-ID'].encode()).hexdigest()[:32]}")
    return mail


def plain_address(text: str) -> str | None:
    """Return the address that the text is, or None where it is none."""
    try:
        return parse_address(text)
    except ValueError:
        return None
