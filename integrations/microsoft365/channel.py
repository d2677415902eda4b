"""Mail by Microsoft 365: a draft that can be found again, then one call that sends it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any

from daemon.domain.errors import Permanent, Temporary, Unknown, Unsettled, Unsupported
from daemon.domain.mail import mail_address
from daemon.domain.message import Lane, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.microsoft365 import outlook
from integrations.microsoft365.config import MailConfig
from integrations.microsoft365.examine import MAIL, examine_mailbox
from integrations.microsoft365.session import Borrower, Session

SETTLES = timedelta(minutes=5)  # a message on its way may lie in no folder for so long


@dataclass(slots=True)
class Ledger:
    """The drafts of messages that were begun; None: one may exist, and its id was lost. Thread-safe.

    It spares a question, and nothing hangs on it: after a restart the mailbox itself is asked.
    """

    drafts: dict[str, str | None] = field(default_factory=dict)
    lock: Any = field(default_factory=Lock)

    def get(self, key: str) -> str | None:
        """Return the draft of a message, None where none is known."""
        with self.lock:
            return self.drafts.get(key)

    def is_unsure(self, key: str) -> bool:
        """Return whether there may be a draft whose id was lost."""
        with self.lock:
            return key in self.drafts and self.drafts[key] is None

    def put(self, key: str, draft: str | None) -> None:
        """Note how far it came."""
        with self.lock:
            self.drafts[key] = draft

    def end(self, key: str) -> None:
        """Forget it."""
        with self.lock:
            self.drafts.pop(key, None)


class Outlook(Borrower):
    """The e-mail channel. Thread-safe; it retries nothing and logs nothing."""

    word = "email"

    def __init__(self, config: MailConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first message."""
        self.config, self.clock = config, clock
        self.session = Session.borrow(config.connection, clock, outlook.warm)
        self.session.needs |= {probe.permission for probe in MAIL[config.mode]}
        self.pace = self.session.pace(config.mailbox, config.mails_a_minute)
        self.ledger = Ledger()

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over once, within `timeout_s` for everything.

        Raises Temporary where nothing was handed over, Permanent where Outlook refuses this message,
        and Unknown where the answer to the call that sends was lost.
        """
        until = monotonic() + self.config.timeout_s
        is_urgent = message.lane is Lane.URGENT
        address = mail_address(to, self.word)
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        item = outlook.as_item(message, address, key, self.config)
        if self.session is not None:
            # who must wait takes no place in the pace
            self.session.doors.enter(self.config.mailbox)
        self.pace.take(key, is_urgent=is_urgent)
        if self.config.mode == "send_mail":
            sending = partial(outlook.send_at_once, item=item)
            return self._hand_over(key, sending, None, until, is_urgent)
        if self.ledger.is_unsure(key):
            with suppress(Unsettled):  # a draft that was never sent lies in no other folder
                if (found := self.find(key)) is not None:
                    return found
        draft = self.ledger.get(key) or self._draft(key, item, until, is_urgent)
        self.ledger.put(key, draft)
        sending = partial(outlook.send_draft, draft=draft)
        return self._hand_over(key, sending, draft, until, is_urgent)

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of what lies in Sent Items; None where a draft of it exists, which was not sent.

        Raises Unsettled where nothing of it is there, for it may be between the folders, and Unsupported
        where the application may send and not read.
        """
        until = monotonic() + self.config.timeout_s
        try:
            kept = self._call(partial(outlook.look_up, key=key), until, True)  # noqa: FBT003 - is_urgent, as `_call` has it
        except Temporary as error:
            if error.reason == "not-permitted" and self.config.mode == "send_mail":
                raise Unsupported("may-not-read") from None
            raise
        sent = [one.id for one in kept if not one.is_draft]
        if not sent and kept:
            self.ledger.put(key, kept[0].id)
            return None
        self.ledger.end(key)
        if not sent:
            raise Unsettled(SETTLES)
        return Receipt(sent[0] if self.config.mode == "draft" else None)

    def examine(self) -> Iterator[Finding]:
        """Yield how the tenant stands, permission by permission; nothing is sent."""
        own = self.config
        if self.session is not None:
            yield from examine_mailbox(self.session, own.mailbox, MAIL[own.mode], own.canary)

    def _hand_over(
        self, key: str, act: Any, draft: str | None, until: float, is_urgent: bool
    ) -> Receipt:
        """Return the receipt of the call that sends."""
        try:
            self._call(act, until, is_urgent, is_final=True)
        except Permanent:
            self.ledger.end(key)
            raise
        self.ledger.end(key)
        return Receipt(draft)

    def _draft(self, key: str, item: Any, until: float, is_urgent: bool) -> str:
        try:
            return str(self._call(partial(outlook.make_draft, item=item), until, is_urgent))
        except Temporary as error:
            if error.reason in ("answer-lost", "answer-unclear"):
                self.ledger.put(key, None)
            raise

    def _call(self, act: Any, until: float, is_urgent: bool, *, is_final: bool = False) -> Any:
        if self.session is None:
            raise (Unknown if is_final else Temporary)("closed")
        mailbox = self.config.mailbox
        return self.session.call(
            lambda client: act(client, mailbox), mailbox, until,
            is_urgent=is_urgent, is_final=is_final,
        )  # fmt: skip
