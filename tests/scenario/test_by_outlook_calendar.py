"""Invitations by Microsoft 365 and back: entries in calendars, answered there, and read again."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.engine.house import Mailbox as Box
from daemon.ports import Unreadable
from daemon.testing.microsoft365.calendar import answer
from daemon.testing.microsoft365.faults import Fault
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Meeting, Tenant
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.channel import Outlook
from integrations.microsoft365.config import CalendarConfig, InboxConfig, MailConfig
from integrations.microsoft365.inbox import OutlookInbox
from tests.scenario.invited import NURSE, POLICE, Invited, icpc

SENDER, THEIRS = "daykeeper@council.example", "cp@police.example"


class ByOutlook(Invited):
    """A story whose mail, calendar and answers are those of a tenant of Microsoft 365."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "2026-03-05 11:00")
        self.office = Microsoft365(folder / "tls", Tenant(self.clock))
        secret = folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text(self.office.tenant.secret)
        terms = {
            "tenant": "council.example", "client_id": "2222", "secret_file": secret,
            "ca_file": self.office.certificate, "login": self.office.address,
            "graph": self.office.address, "mailbox": SENDER,
        }  # fmt: skip
        self.house.channels = {
            "email": Outlook(MailConfig.model_validate(terms), self.clock),
            "calendar": OutlookCalendar(
                CalendarConfig.model_validate({**terms, "online_meetings": True}), self.clock
            ),
        }
        self.inbox = OutlookInbox(InboxConfig.model_validate(terms), self.clock)
        self.house.inboxes = {"answers": Box("answers", self.inbox, timedelta(0))}
        self.signs_in()

    def signs_in(self) -> None:
        """Have the library load and sign in before the story begins: a busy machine takes its time."""
        for _ in range(10):
            try:
                self.inbox.read(None)
            except Unreadable:
                self.clock.now += timedelta(seconds=10)
            else:
                return

    @property
    def notices(self) -> list[Meeting]:
        """What reached people's calendars, oldest first."""
        return self.office.tenant.meetings

    def standing(self) -> list:
        """Return the entries that stand in our calendar and ask somebody."""
        return [one for one in self.office.tenant.box(SENDER).events.values() if one["attendees"]]

    def answers(self, said: str, which: int = -1) -> None:
        """Have the attendee of a meeting message answer it, and turn."""
        answer(self.office.tenant, self.notices[which], said)
        self.turn()

    def invitee(self) -> Any:
        with self.store.read() as tx:
            record = self.house.record(tx, "SC-1")
        return record.meetings[0].invitees[0] if record else None

    def close(self) -> None:
        """Stop the tenant, too."""
        self.inbox.close()
        super().close()
        self.office.stop()


@pytest.fixture
def world(folder: Path) -> Iterator[ByOutlook]:
    made = ByOutlook(folder)
    made.books(icpc(POLICE))
    yield made
    made.close()
    assert made.office.tenant.refused == []


def test_an_invitation_is_answered_and_the_answer_counts(world):
    world.answers("DECLINED")

    (notice,) = world.notices
    assert notice.to == THEIRS
    assert notice.event["subject"].startswith("Conference: DK-")
    assert world.invitee().response == "declined"


def test_three_reschedules_leave_one_entry_and_an_answer_to_an_old_one_counts_no_more(world):
    world.answers("DECLINED")
    for day in ("23", "24", "25"):
        world.leaps(f"2026-03-05 11:{day}")
        world.books(icpc(POLICE, scheduled_at=f"2026-03-{day}T10:00"))
    after_the_moves = world.invitee().response

    world.answers("ACCEPTED", which=0)
    after_an_old_one = world.invitee().response
    world.leaps("2026-03-05 11:40")
    world.answers("TENTATIVE")

    assert [one.event["sequence"] for one in world.notices] == [0, 1, 2, 3]
    assert [one["start"]["dateTime"] for one in world.standing()] == ["2026-03-25T10:00:00"]
    assert (after_the_moves, after_an_old_one) == ("none", "none")
    assert world.invitee().response == "tentative"


def test_everybody_gets_the_same_page_and_a_link_of_the_record_goes_before_it(world):
    world.books(icpc(POLICE, NURSE))
    pages = {one["body"]["content"].partition("Join online: ")[2][:90] for one in world.standing()}
    world.books(icpc(POLICE, NURSE, link="https://meet.example/j/1"))

    bodies = [one["body"]["content"] for one in world.standing()]
    assert len(world.standing()) == 2
    assert len(pages) == 1
    assert pages.pop().startswith("https://teams.microsoft.com/l/meetup-join/")
    assert all("https://meet.example/j/1" in one for one in bodies)
    assert not any("meetup-join" in one for one in bodies)


def test_who_comes_in_person_is_given_no_page(world):
    world.books(icpc(POLICE, mode="in_person"))

    first, second = (one.event["body"]["content"] for one in world.notices)
    assert "meetup-join" in first
    assert "meetup-join" not in second


def test_who_is_taken_off_the_list_has_the_entry_taken_out(world):
    world.books(icpc())

    assert world.notices[-1].method == "CANCEL"
    assert world.notices[-1].event["location"]["displayName"] == ""
    assert world.standing() == []


def test_a_conference_that_is_not_required_leaves_the_calendar_with_a_word(world):
    world.fact("SC-1", icpc_not_required={"at": "2026-03-05T10:00", "value": "not_at_risk"})
    world.turn()

    assert world.notices[-1].method == "CANCEL"
    assert "you need not keep this time free" in world.notices[-1].comment
    assert world.standing() == []


def test_an_invitation_to_nobody_is_not_delivered(folder):
    world = ByOutlook(folder)
    world.office.tenant.missing = frozenset({THEIRS})
    world.books(icpc(POLICE))
    world.leaps("2026-03-05 11:05")

    assert world.invitee().delivered is False
    world.close()


def test_what_was_lost_on_the_way_is_looked_up_and_nobody_is_told_twice(world):
    world.office.misbehave(
        Fault(504, after=True, on="PATCH .*/events/", times=1),
        Fault(0, on="GET .*/events", times=1),
    )
    world.books(icpc(POLICE, scheduled_at="2026-03-23T10:00"))
    for _ in range(6):
        world.clock.now += timedelta(minutes=5)
        world.turn()

    assert [one.event["sequence"] for one in world.notices] == [0, 1]
    assert len(world.office.faults.happened) == 2
