"""Invitations by real mail and back: sent by SMTP, answered as a calendar program does, read from a Maildir."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import icalendar
import pytest

from daemon.engine.house import Mailbox as Box
from daemon.testing.inbox_contract import answer, bounce
from daemon.testing.mail_server import MailServer
from integrations.mailbox.config import Config
from integrations.mailbox.inbox import Mailbox
from integrations.smtp.calendar import CalendarConfig, SmtpCalendar
from tests.integrations.mailbox.test_bombs import BOMBS
from tests.scenario.invited import POLICE, Invited, icpc

SENDER, THEIRS = "conferences@council.example", "cp@police.example"
REPLY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//a program//EN
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
SEQUENCE:{sequence}
DTSTAMP:20260305T120000Z
DTSTART:{start}
ATTENDEE;PARTSTAT={answer}:mailto:{address}
END:VEVENT
END:VCALENDAR
"""


class ByMail(Invited):
    """A story whose calendar is a mail server, and whose answers lie in a Maildir."""

    def __init__(self, folder: Path, server: MailServer) -> None:
        super().__init__(folder, "2026-03-05 11:00")
        self.server, self.maildir = server, folder / "answers"
        for name in ("tmp", "new", "cur"):
            (self.maildir / name).mkdir(parents=True)
        terms = CalendarConfig(host="localhost", port=server.port, security="none", sender=SENDER)
        self.house.channels = {"email": self.email, "calendar": SmtpCalendar(terms, self.clock)}
        inbox = Mailbox(Config(ours=(SENDER,), maildir=self.maildir), self.clock)
        self.house.inboxes = {"answers": Box("answers", inbox, timedelta(0))}

    def came(self) -> list[Message]:
        """Return every invitation that reached the server, the oldest first."""
        files = [self.server.folder / line["file"] for line in self.server.received()]
        return [message_from_bytes(file.read_bytes()) for file in files]

    def taken(self) -> list[icalendar.Event]:
        """Return what a calendar program would make of them."""
        parts = [list(mail.walk())[-1].get_payload(decode=True) for mail in self.came()]
        return [icalendar.Calendar.from_ical(part).events[0] for part in parts]

    def comes(self, mail: bytes) -> None:
        """Have a mail come into the mailbox, and turn."""
        name = f"{len(list(self.maildir.rglob('*.host')))}.M1P1.host"
        (self.maildir / "new" / name).write_bytes(mail)
        self.turn()

    def invitee(self) -> object:
        with self.store.read() as tx:
            record = self.house.record(tx, "SC-1")
        return record.meetings[0].invitees[0] if record else None


@pytest.fixture
def world(folder: Path, tmp_path: Path) -> Iterator[ByMail]:
    with MailServer(tmp_path / "mail") as server:
        made = ByMail(folder, server)
        made.books(icpc(POLICE))
        yield made
        made.close()


def reply_to(entry: icalendar.Event, response: str) -> bytes:
    text = REPLY.format(
        uid=entry["UID"], sequence=entry["SEQUENCE"], address=THEIRS, answer=response,
        start=entry.start.strftime("%Y%m%dT%H%M%S"),
    )  # fmt: skip
    return answer(text, THEIRS)


def test_an_invitation_is_answered_and_the_answer_counts(world):
    entry = world.taken()[0]

    world.comes(reply_to(entry, "DECLINED"))

    assert str(entry["SUMMARY"]).startswith("Conference: DK-")
    assert world.invitee().response == "declined"


def test_three_reschedules_leave_one_entry_and_an_answer_to_an_old_one_counts_no_more(world):
    first = world.taken()[0]
    for day in ("23", "24", "25"):
        world.books(icpc(POLICE, scheduled_at=f"2026-03-{day}T10:00"))

    world.comes(reply_to(first, "ACCEPTED"))

    assert {str(one["UID"]) for one in world.taken()} == {str(first["UID"])}
    assert [int(one["SEQUENCE"]) for one in world.taken()] == [0, 1, 2, 3]
    assert world.invitee().response == "none"


def test_an_invitation_that_comes_back_is_not_delivered(world):
    mail = world.came()[0]
    world.leaps("2026-03-05 11:05")

    world.comes(bounce(mail["Message-ID"]))

    assert world.invitee().delivered is False


@pytest.mark.parametrize("bomb", ["nested a thousand deep", "ten thousand events"])
def test_a_reply_with_a_bomb_in_it_is_listed_and_the_next_answer_counts(world, bomb):
    entry = world.taken()[0]

    world.comes(BOMBS[bomb])
    world.comes(reply_to(entry, "ACCEPTED"))

    with world.store.read() as tx:
        listed = [row.problem.where for row in tx.quarantine.open()]
    assert len(listed) == 1
    assert world.invitee().response == "accepted"
