"""What comes back to a mailbox of Microsoft 365: answers, reports, absences, and what somebody must read."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from daemon.domain.event import Response
from daemon.ports import Unreadable
from daemon.testing.calendar_contract import EVENT, WEEK, invitation
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE
from daemon.testing.inbox_contract import ABSENCE, LETTER, MailboxContract, answer, reply_text
from daemon.testing.microsoft365.calendar import answer as answers
from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.inbox import receive
from daemon.testing.microsoft365.server import Microsoft365
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.config import CalendarConfig, InboxConfig
from integrations.microsoft365.inbox import OutlookInbox
from tests.integrations.microsoft365.conftest import MAILBOX, NOW

LATER = replace(EVENT, revision=7, starts_at=EVENT.starts_at + WEEK, ends_at=EVENT.ends_at + WEEK)


@pytest.fixture
def connect_inbox(reach, clock) -> Iterator[Callable[..., OutlookInbox]]:
    """Make inboxes, and close them in the end."""
    made: list[OutlookInbox] = []

    def make(**options) -> OutlookInbox:
        made.append(OutlookInbox(InboxConfig(**{**reach, "mailbox": MAILBOX, **options}), clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def inbox(connect_inbox):
    return connect_inbox()


@pytest.fixture
def deliver(office):
    return partial(receive, office.tenant, MAILBOX)


@pytest.fixture
def gone(connect_inbox, tmp_path):
    with Microsoft365(tmp_path / "gone") as office:
        address = office.address
    return connect_inbox(login=address, graph=address)


@pytest.fixture
def calendar(reach, clock) -> Iterator[OutlookCalendar]:
    made = OutlookCalendar(CalendarConfig(**reach, mailbox=MAILBOX), clock)
    yield made
    made.close()


class TestOutlookInbox(MailboxContract):
    """The promises of every mailbox."""


def said(page) -> list[tuple[Response, int | None]]:
    """Return the answers of a page, with the revision that each is to."""
    return [(one.response, one.revision) for one in page.replies]


def test_an_answer_comes_once_with_our_uid_and_our_revision(office, calendar, inbox, clock):
    calendar.send(invitation(replace(EVENT, revision=4)), ANN, "m-0")
    clock.now += timedelta(minutes=5)
    answers(office.tenant, office.tenant.meetings[-1], "ACCEPTED")

    first = inbox.read(None)
    second = inbox.read(first.cursor)

    (reply,) = first.replies
    assert (reply.uid, reply.address, reply.sender, reply.at) == (
        EVENT.uid, ADDRESS, ADDRESS, clock.now,
    )  # fmt: skip
    assert said(first) == [(Response.ACCEPTED, 4)]
    assert (said(second), list(first.problems)) == ([], [])


def test_an_answer_to_an_earlier_time_is_no_answer_to_the_present_one(
    office, calendar, inbox, clock
):
    calendar.send(invitation(EVENT), ANN, "m-0")
    clock.now += timedelta(minutes=5)
    calendar.send(invitation(LATER), ANN, "m-1")
    old, new = office.tenant.meetings

    answers(office.tenant, old, "ACCEPTED")
    first = inbox.read(None)
    answers(office.tenant, new, "TENTATIVE")
    second = inbox.read(first.cursor)

    assert (said(first), said(second)) == ([], [(Response.TENTATIVE, 7)])


def test_an_answer_that_outlived_a_move_is_one_to_the_first_time(office, calendar, inbox, clock):
    calendar.send(invitation(EVENT), ANN, "m-0")
    answers(office.tenant, office.tenant.meetings[-1], "DECLINED")
    (item,) = office.tenant.box(MAILBOX).events.values()
    status = item["attendees"][0]["status"]

    clock.now += timedelta(hours=1)
    calendar.send(invitation(LATER), ANN, "m-1")
    item["attendees"][0]["status"] = status  # a server that keeps answers when the time moves

    assert said(inbox.read(None)) == [(Response.DECLINED, 0)]


def test_an_answer_stays_where_only_the_room_changed(office, calendar, inbox, clock):
    calendar.send(invitation(EVENT), ANN, "m-0")
    answers(office.tenant, office.tenant.meetings[-1], "ACCEPTED")
    clock.now += timedelta(hours=1)

    calendar.send(invitation(replace(EVENT, revision=1, place="Room 9")), ANN, "m-1")

    assert said(inbox.read(None)) == [(Response.ACCEPTED, 1)]


def test_answers_to_what_has_begun_are_not_told(office, calendar, inbox, clock):
    calendar.send(invitation(EVENT), ANN, "m-0")
    clock.now = EVENT.starts_at
    answers(office.tenant, office.tenant.meetings[-1], "DECLINED")

    page = inbox.read(None)

    assert (said(page), list(page.problems)) == ([], [])


def test_an_answer_to_an_entry_that_is_none_of_ours_is_handed_on_as_it_came(
    office, calendar, inbox
):
    calendar.send(invitation(EVENT), ANN, "m-0")
    answers(office.tenant, office.tenant.meetings[-1], "ACCEPTED")
    (item,) = office.tenant.box(MAILBOX).events.values()
    item["singleValueExtendedProperties"] = []

    assert [one.uid for one in inbox.read(None).replies] == [item["iCalUId"]]


def test_an_invitation_to_nobody_comes_back_with_the_id_of_its_message(office, calendar, inbox):
    office.tenant.missing = frozenset({ADDRESS})
    calendar.send(invitation(EVENT, 3), ANN, "m-3")

    page = inbox.read(None)

    assert [(one.message, one.is_final) for one in page.bounces] == [("m-3", True)]
    assert not page.problems


def test_a_mail_to_nobody_comes_back_with_its_id(office, connect, inbox):
    office.tenant.missing = frozenset({ADDRESS})
    connect().send(MESSAGE, ANN, MESSAGE.id)

    page = inbox.read(None)

    assert [(one.message, one.is_final) for one in page.bounces] == [(MESSAGE.id, True)]


def test_a_service_that_forgot_where_we_were_is_read_anew(office, calendar, inbox, deliver, clock):
    calendar.send(invitation(EVENT), ANN, "m-0")
    answers(office.tenant, office.tenant.meetings[-1], "ACCEPTED")
    deliver(LETTER)
    first = inbox.read(None)
    office.tenant.forgets = 2

    second = inbox.read(first.cursor)
    third = inbox.read(second.cursor)

    assert (said(second), list(second.problems)) == (said(first), list(first.problems))
    assert [status for _, path, status in office.tenant.log if status == 410 and path] == [410] * 2
    assert (said(third), list(third.problems)) == ([], [])


def test_old_mail_is_left_where_it_lies_and_no_reading_forgets_where_to_begin(
    inbox, deliver, clock
):
    clock.now = NOW - timedelta(days=31)
    deliver(LETTER)
    clock.now = NOW - timedelta(days=29)
    deliver(LETTER)
    clock.now = NOW
    first = inbox.read(None)

    clock.now = NOW + timedelta(days=1)
    deliver(LETTER)
    clock.now = NOW + timedelta(days=60)  # the service was away
    second = inbox.read(first.cursor)

    assert (len(first.problems), len(second.problems)) == (1, 1)


def test_the_window_of_the_calendar_moves_on(office, calendar, connect_inbox, clock):
    inbox = connect_inbox(looks_ahead_days=31)
    far = replace(EVENT, starts_at=NOW + timedelta(days=50), ends_at=NOW + timedelta(days=51))
    calendar.send(invitation(far), ANN, "m-0")
    answers(office.tenant, office.tenant.meetings[-1], "ACCEPTED")
    first = inbox.read(None)

    clock.now += timedelta(days=31)
    second = inbox.read(first.cursor)

    assert (said(first), said(second)) == ([], [(Response.ACCEPTED, 0)])


def test_more_than_a_page_comes_in_as_many_readings_as_it_takes(connect_inbox, deliver):
    inbox = connect_inbox(most=30)
    for number in range(70):
        deliver(answer(reply_text(uid=f"icpc-{number}@council.example")))

    pages: list[list[str]] = []
    cursor = None
    while len(pages) < 3:
        page = inbox.read(cursor)
        cursor = page.cursor
        pages.append([one.uid for one in page.replies])

    seen = [uid for page in pages for uid in page]
    assert seen == [f"icpc-{number}@council.example" for number in range(70)]
    assert [len(page) for page in pages] == [40, 30, 0]


def test_a_mail_too_large_is_somebodys_to_read_and_stops_no_other(inbox, deliver):
    deliver(b"Subject: x\n\n" + b"x" * 10_000_001)
    deliver(ABSENCE)

    page = inbox.read(None)

    assert len(page.automatic) == 1
    assert ["larger than is read" in str(one) for one in page.problems] == [True]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(500, on="/calendarView/"), id="the calendar fails"),
        pytest.param(Fault(0, on="GET .*/events/"), id="an entry is cut off"),
        pytest.param(Fault(403, "ErrorAccessDenied", on="/calendarView/"), id="no permission"),
        pytest.param(Fault(429, retry_after_s=30, on="/mailFolders/"), id="too many requests"),
        pytest.param(Fault(410, "syncStateNotFound", on="/mailFolders/"), id="never a place"),
        pytest.param(Fault(200, on="value$"), id="200 with an error for a mail"),
        pytest.param(Fault(302, on="value$", headers={"Location": "https://x.test/"}), id="elsewhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_now_is_read_later(office, calendar, inbox, deliver, clock, fault):
    calendar.send(invitation(EVENT), ANN, "m-0")
    answers(office.tenant, office.tenant.meetings[-1], "ACCEPTED")
    deliver(LETTER)
    office.misbehave(fault)

    with pytest.raises(Unreadable) as refusal:
        inbox.read(None)
    office.misbehave()
    clock.now += timedelta(minutes=1)
    page = inbox.read(None)

    assert refusal.value.__cause__ is None
    assert (len(page.replies), len(page.problems)) == (1, 1)


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "[]", "{}", '{"since": 1, "opened": 2}', '{"since": "2026-02-06", "opened": "2026-02-06"}',
        '{"since": "2026-03-06T17:00:00+00:00", "opened": "x"}',
        '{"since": "2026-02-06T00Z", "opened": "2026-03-06T00Z", "mail": "https://x.test/y"}',
    ],
)  # fmt: skip
def test_a_cursor_that_means_nothing_begins_anew(inbox, deliver, cursor):
    deliver(LETTER)

    assert len(inbox.read(cursor).problems) == 1
