"""What comes back to an Exchange mailbox: answers, reports, absences, and what somebody must read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.domain.event import Response
from daemon.testing.calendar_contract import EVENT, WEEK, invitation
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE
from daemon.testing.exchange.server import ExchangeServer
from daemon.testing.inbox_contract import LETTER, MailboxContract, answer, reply_text, written
from integrations.exchange.calendar import ExchangeCalendar
from integrations.exchange.config import Config, InboxConfig
from integrations.exchange.inbox import ExchangeInbox
from tests.integrations.exchange.conftest import MAILBOX, NOW


@pytest.fixture
def now():
    """Give the present, which a test may move."""
    return [NOW]


@pytest.fixture
def connect_inbox(given, now) -> Iterator:
    """Make inboxes, and close them in the end."""
    made: list[ExchangeInbox] = []

    def make(server: ExchangeServer, **options) -> ExchangeInbox:
        made.append(ExchangeInbox(InboxConfig(**given(server, **options)), lambda: now[0]))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def inbox(server, connect_inbox):
    return connect_inbox(server)


@pytest.fixture
def deliver(server):
    return server.office.deliver


@pytest.fixture
def gone(connect_inbox):
    with ExchangeServer(MAILBOX) as gone:
        pass
    return connect_inbox(gone)


@pytest.fixture
def calendar(server, given) -> Iterator[ExchangeCalendar]:
    made = ExchangeCalendar(Config(**given(server)), lambda: NOW)
    yield made
    made.close()


class TestExchangeInbox(MailboxContract):
    """The promises of every mailbox."""


def given_answer(server, said="ACCEPTED", which=-1) -> bytes:
    """Return what an attendee's program answers to a meeting message that reached it."""
    notice = server.office.notices[which]
    (who,) = notice.attendees
    uid = notice.fields["UID"]
    return answer(reply_text(said, who=who, uid=uid, revision=notice.sequence), who)


def test_an_answer_names_our_revision_however_the_server_counts(server, calendar, inbox, deliver):
    later = replace(EVENT, revision=7, starts_at=EVENT.starts_at + WEEK, ends_at=EVENT.ends_at + WEEK)  # fmt: skip
    calendar.send(invitation(replace(EVENT, revision=4)), ANN, "m-0")
    deliver(given_answer(server))
    first = inbox.read(None)

    calendar.send(invitation(later), ANN, "m-1")
    deliver(given_answer(server, "DECLINED", which=0))
    deliver(given_answer(server, "TENTATIVE"))
    second = inbox.read(first.cursor)

    assert [one.sequence for one in server.office.notices] == [0, 1]
    assert [(one.response, one.revision) for one in first.replies] == [(Response.ACCEPTED, 4)]
    assert [(one.response, one.revision) for one in second.replies] == [
        (Response.DECLINED, 0),
        (Response.TENTATIVE, 7),
    ]


def test_an_absence_that_only_exchange_knows_for_one_is_one(server, inbox):
    mail = written("ann@council.example", In_Reply_To="<01JQ-7@council.example>").as_bytes()
    server.office.deliver(mail, "IPM.Note.Rules.OofTemplate.Microsoft")

    page = inbox.read(None)

    assert [(one.address, one.message) for one in page.automatic] == [
        ("ann@council.example", "01JQ-7")
    ]


def test_a_mail_to_nobody_comes_back_with_its_id(server, channel, inbox):
    server.office.nobody.add(ADDRESS)
    channel.send(MESSAGE, ANN, MESSAGE.id)

    page = inbox.read(None)

    assert [(one.message, one.is_final) for one in page.bounces] == [(MESSAGE.id, True)]


def test_old_mail_is_left_where_it_lies_and_no_reading_forgets_where_to_begin(
    server, connect_inbox, now, deliver
):
    inbox = connect_inbox(server, looks_back_days=30)
    server.office.clock = lambda: NOW - timedelta(days=31)
    deliver(LETTER)
    server.office.clock = lambda: NOW - timedelta(days=29)
    deliver(LETTER)
    first = inbox.read(None)

    now[0] = NOW + timedelta(days=60)  # the service was away
    server.office.clock = lambda: NOW + timedelta(days=1)
    deliver(LETTER)
    second = inbox.read(first.cursor)

    assert (len(first.problems), len(second.problems)) == (1, 1)


def test_a_server_that_forgot_where_we_were_is_read_anew(server, inbox, deliver):
    deliver(LETTER)
    first = inbox.read(None)
    server.office.forgets_states = True

    second = inbox.read(first.cursor)

    assert list(second.problems) == list(first.problems)
    assert not inbox.read(second.cursor).problems


def test_more_than_a_page_comes_in_as_many_readings_as_it_takes(server, connect_inbox, deliver):
    inbox = connect_inbox(server, most=60)
    for number in range(130):
        deliver(answer(reply_text(uid=f"icpc-{number}@council.example")))

    pages: list[list[str]] = []
    cursor = None
    while len(pages) < 4:
        page = inbox.read(cursor)
        cursor = page.cursor
        pages.append([one.uid for one in page.replies])

    seen = [uid for page in pages for uid in page]
    assert seen == [f"icpc-{number}@council.example" for number in range(130)]
    assert [len(page) for page in pages] == [100, 30, 0, 0]


def test_a_mail_too_large_is_never_fetched(server, connect_inbox, deliver):
    inbox = connect_inbox(server, largest_bytes=10_000)
    deliver(written("ann@council.example", "x" * 20_000).as_bytes())

    (problem,) = inbox.read(None).problems

    assert "no mail of 10000 bytes or less" in str(problem)
    assert "GetItem" not in server.asked


@pytest.mark.parametrize(
    "cursor", ["", "x", "2026-03-06T17:00:00+00:00 eA==", "2026-03-06T17:00:00+00:00 !"]
)
def test_a_cursor_that_means_nothing_begins_anew(server, inbox, deliver, cursor):
    deliver(LETTER)

    assert len(inbox.read(cursor).problems) == 1


def test_moments_of_a_cursor_are_utc(inbox):
    assert datetime.fromisoformat(inbox.read(None).cursor.split()[0]).utcoffset() == timedelta(0)
