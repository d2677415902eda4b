"""What came back: answers, bounces and what machines say, and what each of them counts for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.event import AutomaticReply, Bounce, Reply, Response
from daemon.engine.house import Mailbox
from daemon.ports import InboxPage
from daemon.testing.fakes import FakeInbox
from daemon.testing.world import at
from tests.scenario.invited import NURSE, POLICE, Invited, icpc

YES, NO = Response.ACCEPTED, Response.DECLINED


class Answered(Invited):
    """A story with a mailbox into which answers come."""

    def __init__(self, folder, start, **more) -> None:
        super().__init__(folder, start, **more)
        self.inbox = FakeInbox()
        self.house.inboxes = {"answers": Mailbox("answers", self.inbox, timedelta(0))}

    def answers(self, response=YES, *, revision=0, address="cp@police.example", uid=None, **more):
        """Have an answer come to the entry that was sent last."""
        own = (one for one in self.calendar.sent if one.to == "cp@police.example")
        uid = uid or next(own).message.event.uid
        reply = Reply(uid, address, response, self.clock.now, revision, **more)
        self.inbox.page = InboxPage([reply])
        self.turn()

    def invitee(self, ref="SC-1"):
        with self.store.read() as tx:
            return self.house.record(tx, ref).meetings[0].invitees[0]

    def doubts(self):
        with self.store.read() as tx:
            return [row.problem.what for row in tx.quarantine.open()]


@pytest.fixture
def world(folder, backend, make_url):
    made = Answered(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    made.books(icpc(POLICE))
    yield made
    made.close()


def test_an_answer_stands_in_the_record_of_every_child(world):
    world.books(icpc(POLICE), ref="SC-2")

    world.answers(YES)

    assert [world.invitee(ref).response for ref in ("SC-1", "SC-2")] == ["accepted", "accepted"]
    assert world.doubts() == []


def test_who_was_told_counts_as_invited_since_then(world):
    invitee = world.invitee()

    assert (invitee.invited_at, invitee.delivered) == (world.clock.now, True)


def test_a_later_answer_counts_and_the_same_one_twice_changes_nothing(world):
    world.answers(YES)
    world.leaps("2026-03-05 12:00")
    world.answers(NO)
    world.turn()

    assert world.invitee().response == "declined"
    assert len(world.journal("invitation.answered")) == 2


def test_of_two_answers_that_say_the_same_time_the_last_that_came_counts(world):
    """Some calendar programs put the invitation's own time on every answer to it."""
    (sent,) = world.calendar.sent
    said_at = world.clock.now
    yes, no = (
        Reply(sent.message.event.uid, "cp@police.example", one, said_at, 0) for one in (YES, NO)
    )
    world.inbox.page = InboxPage([yes])
    world.turn()
    world.inbox.page = InboxPage([no])

    world.leaps("2026-03-05 12:00")
    world.turn()

    assert world.invitee().response == "declined"
    assert len(world.journal("invitation.answered")) == 2


def test_who_says_yes_and_no_and_yes_again_comes_whatever_time_their_calendar_writes(world):
    (sent,) = world.calendar.sent
    said_at = world.clock.now
    for hour, said in enumerate((YES, NO, YES), 12):
        reply = Reply(sent.message.event.uid, "cp@police.example", said, said_at, 0)
        world.inbox.page = InboxPage([reply])
        world.leaps(f"2026-03-05 {hour}:00")
        world.turn()

    assert world.invitee().response == "accepted"


@pytest.mark.parametrize(
    ("given", "doubt"),
    [
        pytest.param({"uid": "unknown"}, "answers no invitation of ours", id="an unknown entry"),
        pytest.param(
            {"address": "other@police.example"}, "not sent to them", id="somebody else's address"
        ),
        pytest.param(
            {"sender": "forger@elsewhere.example"}, "not sent to them", id="from another address"
        ),
        pytest.param({"revision": 7}, "never sent", id="a form that never went out"),
    ],
)
def test_an_answer_that_is_none_is_shown_and_stops_nothing(world, given, doubt):
    world.answers(YES, **given)

    assert world.invitee().response == "none"
    assert any(doubt in one for one in world.doubts())
    world.books(icpc(POLICE, NURSE))
    assert ("hv", "invite", 0) in world.entries()


def test_an_answer_to_an_earlier_date_does_not_count_for_the_present_one(world):
    world.answers(YES)
    world.leaps("2026-03-05 12:00")
    world.inbox.page = InboxPage()
    world.books(icpc(POLICE, scheduled_at="2026-03-23T10:00"))
    assert world.invitee().response == "none"

    world.answers(YES, revision=0)

    assert world.invitee().response == "none"
    assert any("earlier date" in one for one in world.doubts())


def test_another_room_asks_nobody_again(world):
    world.answers(YES)

    world.books(icpc(POLICE, venue="Town Hall"))

    assert world.entries()[-1] == ("cp", "move", 1)
    assert world.invitee().response == "accepted"


def test_what_came_back_counts_as_not_delivered_and_the_coordinator_hears_by_role(world):
    bounce = Bounce(world.calendar.sent[0].message.id, world.clock.now)
    world.inbox.page = InboxPage(bounces=[bounce])
    world.leaps("2026-03-05 12:00")
    world.turn()

    told = world.mails("invite")
    assert [one.to for one in told] == ["conor"]
    assert "police officer" in told[0].message.text
    assert "cp@police.example" not in told[0].message.text
    assert world.invitee().delivered is False


def test_whoever_has_it_after_one_that_came_back_is_invited_since_then(world):
    """An agency is not charged for a mail that never arrived (READINGS section 1, STK-067)."""
    bounce = Bounce(world.calendar.sent[0].message.id, world.clock.now)
    world.inbox.page = InboxPage(bounces=[bounce])
    world.leaps("2026-03-05 12:00")
    world.inbox.page = InboxPage()

    world.clock.now = at("2026-03-18 11:00")
    world.books(icpc(POLICE, venue="Town Hall"))

    assert world.entries()[-1] == ("cp", "move", 1)
    assert (world.invitee().delivered, world.invitee().invited_at) == (True, world.clock.now)


def test_a_bounce_of_something_else_is_shown(world):
    world.inbox.page = InboxPage(bounces=[Bounce("no-message-of-ours", world.clock.now)])
    world.turn()

    assert any("no message of ours" in one for one in world.doubts())


def test_a_machine_answers_nothing(world):
    world.inbox.page = InboxPage(automatic=[AutomaticReply("cp@police.example", world.clock.now)])
    world.turn()

    assert world.invitee().response == "none"
    assert len(world.journal("answer.automatic")) > 0


def told(world):
    """Return how often the operator was told of the mailbox."""
    return len([one for one in world.operator() if "answers" in one])


def test_a_mailbox_that_cannot_be_read_is_told_once_it_lasts_and_holds_nothing_up(world):
    world.inbox.broken = "the server does not answer"
    counts = []
    for minute in (0, 5, 9, 10, 30, 90):
        world.leaps(f"2026-03-05 {11 + minute // 60}:{minute % 60:02}")
        counts.append(told(world))

    assert counts == [0, 0, 0, 1, 1, 1]
    assert len(world.journal("inbox.failed")) == 1
    world.books(icpc(POLICE, NURSE))
    assert ("hv", "invite", 0) in world.entries()


def test_a_mailbox_that_is_throttled_once_is_told_to_nobody(world):
    for minute in range(1, 40, 2):
        world.inbox.broken = "the mailbox cannot be read (throttled)"
        world.leaps(f"2026-03-05 11:{minute:02}")
        world.inbox.broken = None
        world.leaps(f"2026-03-05 11:{minute + 1:02}")

    assert told(world) == 0


def test_a_mailbox_that_was_not_read_because_nothing_ran_is_not_called_broken(world):
    world.inbox.broken = "the mailbox cannot be read (throttled)"
    world.leaps("2026-03-05 15:00")
    world.inbox.broken = None
    world.leaps("2026-03-05 15:01")

    assert told(world) == 0


def test_a_mailbox_that_was_never_read_is_told_at_once(world):
    with_another = Mailbox("other", FakeInbox(broken="it refuses the login"), timedelta(0))
    world.house.inboxes = {**world.house.inboxes, "other": with_another}

    world.turn()
    world.leaps("2026-03-05 12:00")

    assert len([one for one in world.operator() if "the mailbox other" in one]) == 1


def test_a_mailbox_that_is_read_seldom_has_failed_twice_before_anybody_hears(world):
    box = world.house.inboxes["answers"]
    world.house.inboxes = {"answers": replace(box, read_every=timedelta(minutes=15))}
    world.inbox.broken = "the mailbox cannot be read (throttled)"
    counts = []
    for minute in (15, 30):
        world.leaps(f"2026-03-05 11:{minute}")
        counts.append(told(world))

    assert counts == [0, 1]
