"""What the mail server really received: its folder of .eml files, by person, the newest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default
from pathlib import Path

NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mail:
    """The head of one received mail. `id` is our message's own, out of its Message-ID."""

    id: str
    file: str
    sender: str
    to: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole mail as it was received: its head and its two bodies."""

    mail: Mail
    text: str
    html: str


class Mailbox:
    """The mails in a folder. A head is parsed once: what was received does not change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._heads: dict[str, Mail] = {}

    def mails(self) -> list[Mail]:
        """Return every mail, the newest first."""
        for path in self.folder.glob("*.eml"):
            if path.name not in self._heads and (mail := _head(path)):
                self._heads[path.name] = mail
        return sorted(self._heads.values(), key=lambda mail: (mail.at, mail.file), reverse=True)

    def by_person(self) -> dict[str, list[Mail]]:
        """Return the mails of each address, in the order of the addresses."""
        found: dict[str, list[Mail]] = defaultdict(list)
        for mail in self.mails():
            found[mail.to].append(mail)
        return dict(sorted(found.items()))

    def letter(self, id_: str) -> Letter | None:
        """Return one mail; the last of them where it has come more than once."""
        mail = next((one for one in self.mails() if one.id == id_), None)
        if mail is None:
            return None
        with (self.folder / mail.file).open("rb") as file:
            whole = BytesParser(policy=default).parse(file)
        return Letter(mail, _body(whole, "plain"), _body(whole, "html"))


def _head(path: Path) -> Mail | None:
    """Return the head of a mail; None while the server has not written it whole."""
    with path.open("rb") as file:
        head = BytesHeaderParser(policy=default).parse(file)
    sent = head["date"].datetime if head["date"] else None
    if not head["message-id"]:
        return None
    return Mail(
        str(head["message-id"]).strip("<> ").partition("@")[0], path.name,
        str(head["from"]), str(head["to"]), str(head["subject"]), sent or NO_DATE,
    )  # fmt: skip


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
