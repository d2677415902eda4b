"""The inbox: reads what has come, says what each mail is, and repeats nobody's words."""

from collections.abc import Iterator
from typing import Protocol

from daemon.domain.errors import Problem, Severity
from daemon.domain.event import AutomaticReply, Bounce, Reply
from daemon.domain.incoming.parts import TooMuch
from daemon.domain.incoming.sort import Found, Odd, sort
from daemon.domain.times import iso
from daemon.examined import Finding
from daemon.ports import Clock, InboxPage
from integrations.mailbox.config import Config
from integrations.mailbox.examine import examine_folder, examine_maildir
from integrations.mailbox.imap import ImapFolder
from integrations.mailbox.mail import Judge, Mail
from integrations.mailbox.maildir import Maildir

READ_IT = "read it in the mailbox, and record what it says"


class Box(Protocol):
    """Where mail lies."""

    def read(self, cursor: str | None, judge: Judge) -> tuple[str | None, list[Problem]]:
        """Hand what has come since to the judge; return the next cursor, and what could not be done.

        Raises Unreadable.
        """
        ...


class Mailbox:
    """The inbox of one mailbox. It keeps nothing between two readings but what the cursor says."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first reading."""
        self.config, self.clock = config, clock
        self.ours = frozenset(address.lower() for address in config.ours)
        self.box: Box = Maildir(config) if config.maildir else ImapFolder(config, clock)

    def read(self, cursor: str | None) -> InboxPage:
        """Return what has come since; raises Unreadable, never a library's exception."""
        found: list[Found] = []
        problems: list[Problem] = []

        def judge(mail: Mail) -> bool:
            try:
                found.extend(self.sort(mail))
            except (Odd, TooMuch) as odd:
                where = f"{mail.place}, received {iso(mail.received_at)}"
                problems.append(Problem(where, str(odd), READ_IT, Severity.WARNING))
                return False
            return True

        after, troubles = self.box.read(cursor, judge)
        return InboxPage(
            replies=[one for one in found if isinstance(one, Reply)],
            bounces=[one for one in found if isinstance(one, Bounce)],
            automatic=[one for one in found if isinstance(one, AutomaticReply)],
            problems=[*troubles, *problems],
            cursor=after,
        )

    def examine(self) -> Iterator[Finding]:
        """Yield how the mailbox stands; no mail is read."""
        if self.config.maildir:
            return examine_maildir(self.config.maildir)
        return examine_folder(self.config, self.clock())

    def sort(self, mail: Mail) -> list[Found]:
        """Return what a mail says; raises Odd or TooMuch for one that a person must read."""
        if mail.raw is None:
            raise TooMuch(f"it is no mail of {self.config.largest_bytes} bytes or less")
        return list(sort(mail.raw, mail.received_at, self.ours, self.config.id_domain))
