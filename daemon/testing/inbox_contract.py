"""What every inbox must do: its tests inherit this class, and take their mails from here.

A subclass gives the fixtures `inbox` (to which nothing has come back), `fails` (a call that has the
message of an id of ours come back) and `gone` (an inbox whose outside is not there). One of a mailbox
gives `deliver` (a call that puts one mail into it, as bytes) in the place of `fails`; it knows that we
send from OURS.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from daemon.domain.event import Response
from daemon.ports import Inbox, InboxPage, Unreadable

OURS, ANN, BEN = "daykeeper@council.example", "ann@council.example", "ben@partner.example"
UID = "icpc-1.ann.7f3a@council.example"
AT = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
CANARIES = ("Quillfeather", "12 Harebell Row", "frightened of the dark")
Deliver = Callable[[bytes], None]
Fails = Callable[[str], None]


def reply_text(
    answer: str = "ACCEPTED", *, who: str = ANN, uid: str = UID, revision: int = 0
) -> str:
    """Return what a calendar program answers."""
    lines = [
        "BEGIN:VCALENDAR", "METHOD:REPLY", "PRODID:Somebody's calendar", "VERSION:2.0",
        "BEGIN:VEVENT", f"ATTENDEE;CN=Ann;PARTSTAT={answer}:mailto:{who}", f"UID:{uid}",
        "SUMMARY:Accepted: Quillfeather", f"SEQUENCE:{revision}", f"DTSTAMP:{AT:%Y%m%dT%H%M%SZ}",
        f"ORGANIZER:mailto:{OURS}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def written(sender: str, text: str = "", **headers: str) -> EmailMessage:
    """Return a mail to us; a header's underscores are hyphens."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Ann <{sender}>", OURS, CANARIES[0]
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text or f"{CANARIES[1]}\n{CANARIES[2]}\n")
    return mail


def answer(calendar: str, sender: str = ANN, **headers: str) -> bytes:
    """Return a mail with a calendar program's answer."""
    mail = written(sender, **headers)
    mail.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    return mail.as_bytes()


def bounce(message_id: str = "<01JQ-7@council.example>", action: str = "failed") -> bytes:
    """Return a mail server's report about a message of ours."""
    report = (
        "From: MAILER-DAEMON@relay.example\nTo: {to}\nSubject: Undelivered\n"
        "Return-Path: <>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nThis could not be delivered: {canary}\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example\n\n"
        "Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: 5.1.1\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\nFrom: {to}\nMessage-ID: {message_id}\n\n--b--\n"
    )
    filled = report.format(to=OURS, action=action, message_id=message_id, canary=CANARIES[0])
    return filled.encode()


ABSENCE = written(
    BEN, Auto_Submitted="auto-replied", In_Reply_To="<01JQ-7@council.example>"
).as_bytes()
LETTER = written(ANN).as_bytes()
OWN = written(OURS, Message_ID="<01JQ-9@council.example>").as_bytes()


def found(page: InboxPage) -> tuple[int, int, int, int]:
    """Return how many answers, bounces, automatic replies and problems there are."""
    return len(page.replies), len(page.bounces), len(page.automatic), len(page.problems)


class InboxContract:
    """The promises of the Inbox port.

    Whatever it reads of, a message of ours may come back to it: `fails` has the one of that id do so.
    """

    def test_where_nothing_came_back_it_says_nothing(self, inbox: Inbox) -> None:
        """However often it is asked."""
        first = inbox.read(None)

        assert found(first) == found(inbox.read(first.cursor)) == (0, 0, 0, 0)

    def test_what_came_back_is_told_by_the_id_of_its_message(
        self, inbox: Inbox, fails: Fails
    ) -> None:
        """Once, as final, with a moment of UTC."""
        fails("01JQ-7")

        (bounce,) = inbox.read(None).bounces
        assert (bounce.message, bounce.is_final, bounce.at.tzinfo) == ("01JQ-7", True, UTC)

    def test_whoever_was_killed_before_keeping_a_page_gets_it_again(
        self, inbox: Inbox, fails: Fails
    ) -> None:
        """The same cursor gives the same, the first as well as a later one."""
        fails("01JQ-7")
        first, again = inbox.read(None), inbox.read(None)
        fails("01JQ-8")

        assert first == again
        assert inbox.read(first.cursor) == inbox.read(first.cursor)

    def test_what_came_back_is_told_once_over_however_many_readings(
        self, inbox: Inbox, fails: Fails
    ) -> None:
        """Nothing that comes between two readings is lost, and what was confirmed comes no more."""
        names = [f"m-{number}" for number in range(12)]
        told: list[str] = []
        cursor = None
        for name in names:
            fails(name)
            page = inbox.read(cursor)
            cursor = page.cursor
            told += [one.message for one in page.bounces]

        assert told == names
        assert found(inbox.read(cursor)) == (0, 0, 0, 0)

    def test_an_inbox_that_is_not_there_is_unreadable_in_one_plain_sentence(
        self, gone: Inbox
    ) -> None:
        """A vendor's exception never escapes, and neither does what it was chained to."""
        with pytest.raises(Unreadable) as caught:
            gone.read(None)

        assert str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.__cause__ is None


class MailboxContract(InboxContract):
    """The promises of an inbox in which mail lies: whatever comes back by mail."""

    @pytest.fixture
    def fails(self, deliver: Deliver) -> Fails:
        """Give a call by which a server's report about a message of ours comes."""
        return lambda name: deliver(bounce(f"<{name}@council.example>"))

    def test_each_kind_of_mail_is_known(self, inbox: Inbox, deliver: Deliver) -> None:
        """What a person must read is a problem; our own mail is nothing at all."""
        for mail in (answer(reply_text()), bounce(), ABSENCE, LETTER, OWN):
            deliver(mail)

        page = inbox.read(None)

        ((reply,), (returned,), (absent,)) = page.replies, page.bounces, page.automatic
        assert len(page.problems) == 1
        assert (reply.uid, reply.address, reply.sender) == (UID, ANN, ANN)
        assert (reply.response, reply.revision, reply.at) == (Response.ACCEPTED, 0, AT)
        assert (returned.message, returned.is_final) == ("01JQ-7", True)
        assert (absent.address, absent.message) == (BEN, "01JQ-7")

    def test_moments_are_utc(self, inbox: Inbox, deliver: Deliver) -> None:
        """As everywhere."""
        for mail in (answer(reply_text()), bounce(), ABSENCE):
            deliver(mail)

        page = inbox.read(None)

        moments = [one.at for one in page.replies]
        moments += [one.at for one in page.bounces]
        moments += [one.at for one in page.automatic]
        assert [moment.tzinfo for moment in moments] == [UTC] * 3

    def test_reading_again_with_the_same_cursor_returns_the_same(
        self, inbox: Inbox, deliver: Deliver
    ) -> None:
        """Whoever was killed before keeping a page gets it again."""
        deliver(answer(reply_text()))
        deliver(LETTER)

        assert inbox.read(None) == inbox.read(None)

    def test_what_was_confirmed_does_not_come_again(self, inbox: Inbox, deliver: Deliver) -> None:
        """Only what is new does."""
        deliver(answer(reply_text()))
        first = inbox.read(None)
        second = inbox.read(first.cursor)
        deliver(answer(reply_text("DECLINED")))
        third = inbox.read(second.cursor)

        assert [reply.response for reply in first.replies] == [Response.ACCEPTED]
        assert found(second) == (0, 0, 0, 0)
        assert [reply.response for reply in third.replies] == [Response.DECLINED]

    def test_mail_that_came_between_two_readings_is_not_lost(
        self, inbox: Inbox, deliver: Deliver
    ) -> None:
        """Each answer comes once, over however many pages."""
        uids = [f"icpc-{number}@council.example" for number in range(12)]
        seen: list[str] = []
        cursor = None
        for uid in uids:
            deliver(answer(reply_text(uid=uid)))
            page = inbox.read(cursor)
            cursor = page.cursor
            seen += [reply.uid for reply in page.replies]

        assert seen == uids

    def test_a_problem_says_where_and_never_what_the_mail_says(
        self, inbox: Inbox, deliver: Deliver
    ) -> None:
        """Its words, its subject and its sender stay in the mailbox."""
        deliver(LETTER)
        deliver(answer(reply_text("PERHAPS")))

        problems = inbox.read(None).problems

        assert len(problems) == 2
        for problem in problems:
            assert "\n" not in str(problem)
            assert not [word for word in (*CANARIES, "ann", "@") if word in str(problem).lower()]

    def test_a_mail_that_cannot_be_read_stops_no_other(
        self, inbox: Inbox, deliver: Deliver
    ) -> None:
        """Each is a problem by its place."""
        deliver(b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 10_000)
        deliver(b"X: " + b"x" * 1_000_000 + b"\n\nx\n")
        deliver(answer(reply_text()))

        page = inbox.read(None)

        assert found(page) == (1, 0, 0, 2)
        assert len({problem.where for problem in page.problems}) == 2
