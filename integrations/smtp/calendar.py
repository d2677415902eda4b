"""Calendar entries by SMTP: a mail that a calendar program takes for an invitation (iMIP, RFC 6047)."""

from email.headerregistry import Address
from email.message import EmailMessage
from typing import Annotated

from pydantic import AfterValidator

from daemon.domain.entry import event_of
from daemon.domain.mail import as_mail, mail_address, parse_address
from daemon.domain.message import Message
from daemon.domain.person import Person
from integrations.smtp.channel import Smtp
from integrations.smtp.config import Config
from integrations.smtp.imip import as_calendar, method


class CalendarConfig(Config):
    """Options of the calendar: those of mail, and `answers_to`, the mailbox that gets the answers."""

    answers_to: Annotated[str, AfterValidator(lambda text: text and parse_address(text))] = ""

    @property
    def organiser(self) -> str:
        """Where a calendar program sends an answer."""
        return self.answers_to or self.sender


class SmtpCalendar(Smtp):
    """The channel of the word `calendar`: each entry goes to one person, and names nobody else."""

    word = "calendar"
    config: CalendarConfig

    def address(self, to: Person) -> str:
        """Return where the person's calendar is: their mail, unless the directory knows better."""
        return mail_address(to, self.word if to.addresses.get(self.word) else "email")

    def mail(self, message: Message, address: str) -> EmailMessage:
        """Return the mail with its entry as the last alternative, where Outlook looks for it.

        Raises Permanent where the message has no event, no words, or an event that is none.
        """
        event, now, config = event_of(message), message.made_at or self.clock(), self.config
        entry = as_calendar(
            event, address, config.organiser, config.sender, config.sender_name, now
        )
        mail = as_mail(message, address, self.sender, now)
        if config.answers_to and "Reply-To" not in mail:
            mail["Reply-To"] = Address(addr_spec=config.answers_to)
        mail.add_alternative(
            entry,
            maintype="text",
            subtype="calendar",
            params={"method": method(event), "charset": "UTF-8"},
        )
        return mail
