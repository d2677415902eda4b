"""Who is not reached by one way is told by the next; what comes back goes to whoever stands in."""

from datetime import timedelta

import pytest

from daemon.domain.errors import Permanent, Temporary, Unknown
from daemon.domain.event import AutomaticReply, Bounce
from daemon.engine.house import Mailbox
from daemon.engine.sending.failover import UNSURE_MOST
from daemon.engine.standing.audit import Auditor
from daemon.ports import InboxPage
from daemon.testing.fakes import FakeChannel, FakeInbox
from daemon.testing.world import person
from tests.scenario.test_channels import INVITE_LIST

MISSED = "invite-list-missed"
BOTH = "    tell: [safeguarding_service_manager]\n    via: [teams, email]"
BY_MAIL = BOTH.replace("teams, ", "")
BY_TEAMS = BOTH.replace(", email", "")
GONE = Permanent("unknown-recipient")
LOST = Unknown("answer-lost")


@pytest.fixture
def make(story):
    """Return a maker of authorities in which sue is about to hear of a missed day, by mail unless told otherwise."""

    def made(via=BY_MAIL, **failover):
        world = story()
        world.rule({INVITE_LIST: ((BOTH, via),)})
        world.teams = FakeChannel("teams", world.clock)
        world.inbox = FakeInbox()
        world.house.channels = {"email": world.email, "teams": world.teams}
        world.house.failover = failover
        world.house.inboxes = {"answers": Mailbox("answers", world.inbox, timedelta(0))}
        world.opens()
        world.until("2026-03-06 16:59")
        world.email.sent.clear()
        world.teams.sent.clear()
        return world

    return made


@pytest.fixture
def world(make):
    return make(email=("teams",))


def told(world):
    """Return who has had the rung, by which way."""
    with world.store.read() as tx:
        ids = {one.message.id for one in (*world.email.sent, *world.teams.sent)}
        rungs = {id_: {one.key.rung for one in tx.notices.of_message(id_)} for id_ in ids}
    return [
        (one.to, one.channel)
        for one in sorted((*world.email.sent, *world.teams.sent), key=lambda one: one.at)
        if MISSED in rungs[one.message.id]
    ]


def comes_back(world, *, to="sue"):
    """Have the message to somebody come back, an hour later."""
    sent = next(one for one in (*world.email.sent, *world.teams.sent) if one.to == to)
    world.inbox.page = InboxPage(bounces=[Bounce(sent.message.id, world.clock.now)])
    world.turn()


def answers_by_machine(world, address="sue@council.example", to="sue"):
    """Have an automatic reply come to the message to somebody."""
    sent = next(one for one in world.email.sent if one.to == to)
    reply = AutomaticReply(address, world.clock.now, sent.message.id)
    world.inbox.page = InboxPage(automatic=[reply])
    world.turn()
    world.inbox.page = InboxPage()


def test_what_one_way_refuses_goes_to_the_same_person_by_the_next(world):
    world.email.answers.append(GONE)

    world.until("2026-03-06 17:00")

    assert told(world) == [("sue", "teams")]
    assert Auditor(world.store, world.house).audit(world.clock.now).missed == ()
    (said,) = world.operator()
    assert "goes by the next way" in said


def test_the_operator_hears_of_a_failing_way_once_a_day_and_not_once_a_message(world):
    for number in range(2, 6):
        world.opens(f"SC-{number}")
    world.turn()
    world.email.sent.clear()
    world.email.answers.extend([GONE] * 5)

    world.until("2026-03-06 17:00")

    assert [to for to, _ in told(world)].count("sue") == 5
    assert len([text for text in world.operator() if "goes by the next way" in text]) == 1


def test_what_every_way_refuses_goes_to_the_duty_mailbox_and_to_the_operator(world):
    world.email.answers.append(GONE)
    world.teams.answers.append(GONE)

    world.until("2026-03-06 17:00")

    assert told(world) == [("duty", "email")]
    assert len([text for text in world.operator() if "release refused" in text]) == 1


def test_ways_that_name_one_another_are_each_asked_once(make):
    world = make(email=("teams",), teams=("email",))
    world.email.answers.append(GONE)
    world.teams.answers.append(GONE)

    world.until("2026-03-06 17:00")

    assert told(world) == [("duty", "email")]


def test_who_was_told_by_the_next_way_anyhow_is_not_told_twice_nor_is_the_duty_mailbox(make):
    world = make(via=BOTH, teams=("email",))
    world.teams.answers.append(GONE)

    world.until("2026-03-06 17:00")

    assert told(world) == [("sue", "email")]
    assert Auditor(world.store, world.house).audit(world.clock.now).missed == ()


def test_who_has_no_address_for_the_only_way_is_told_by_the_next_without_an_attempt(make):
    world = make(via=BY_TEAMS, teams=("email",))
    world.restaff("sue", addresses={"email": "sue@council.example"})

    world.until("2026-03-06 17:00")

    assert told(world) == [("sue", "email")]
    assert {one.channel for one in world.deliveries("sue")} == {"email"}


def test_a_way_that_stays_unsure_is_left_for_the_next_after_five_attempts(world):
    world.email.answers.extend([LOST] * UNSURE_MOST)

    world.until("2026-03-06 17:30")

    assert told(world) == [("sue", "teams")]
    message = next(one for one in world.deliveries("sue", channel="email") if one.ambiguous)
    assert (message.attempts, str(message.state), message.reason) == (
        5,
        "refused",
        "unsure-too-often",
    )


def test_with_no_other_way_what_stays_unsure_goes_on_being_tried(make):
    world = make()
    world.email.answers.extend([LOST] * (UNSURE_MOST + 2))

    world.until("2026-03-06 17:30")

    assert told(world) == [("sue", "email")]


def test_a_channel_that_asks_for_an_hour_keeps_no_other_waiting(make):
    world = make(via=BOTH)
    for number in range(2, 42):
        world.opens(f"SC-{number}")
    world.turn()
    world.email.sent.clear()
    world.teams.sent.clear()
    world.teams.answers.extend([Temporary("throttled", 3600)] * 1000)

    world.until("2026-03-06 17:00")

    at_once = [way for to, way in told(world) if to == "sue"]
    assert (at_once.count("email"), at_once.count("teams")) == (41, 0)
    world.teams.answers.clear()
    world.until("2026-03-06 17:59")
    assert [way for to, way in told(world) if to == "sue"].count("teams") == 0
    world.until("2026-03-06 18:01")
    assert [way for to, way in told(world) if to == "sue"].count("teams") == 41


def test_what_comes_back_goes_to_the_deputy(world):
    world.restaff("sue", delegate="wes")
    world.until("2026-03-06 17:00")

    comes_back(world)
    world.turn()

    assert told(world) == [("sue", "email"), ("wes", "email")]
    assert len([text for text in world.operator() if "came back" in text]) == 1


def test_what_comes_back_without_a_deputy_goes_by_the_next_way(world):
    world.until("2026-03-06 17:00")

    comes_back(world)
    world.turn()

    assert told(world) == [("sue", "email"), ("sue", "teams")]


def test_what_comes_back_with_neither_goes_to_the_duty_mailbox_as_not_delivered(make):
    world = make()
    world.until("2026-03-06 17:00")

    comes_back(world)
    world.turn()

    assert told(world) == [("sue", "email"), ("duty", "email")]
    words = next(one.message.text for one in world.email.sent if one.to == "duty")
    assert "could not be delivered" in words


def test_an_automatic_reply_moves_it_to_the_deputy_until_the_end_of_the_next_working_day(world):
    world.restaff("sue", delegate="wes")
    world.until("2026-03-06 17:00")

    answers_by_machine(world)
    world.turn()
    world.email.sent.clear()
    world.fact("SC-1", invite_list_received="2026-03-09")
    world.opens("SC-2")
    world.until("2026-03-09 09:00")

    assert {to for to, _ in told(world)} == {"wes"}
    assert len(world.journal("absence.heard")) == 1
    with world.store.read() as tx:
        sue = world.house.people(tx).get("sue")
    days = [sue.is_away((world.clock.now + timedelta(days=more)).date()) for more in (0, 1)]
    assert days == [True, False]


@pytest.mark.parametrize(
    ("deputy", "address"),
    [
        pytest.param(None, "sue@council.example", id="a mailbox that answers everything"),
        pytest.param("wes", "tom@council.example", id="somebody else's"),
    ],
)
def test_an_automatic_reply_that_says_nothing_of_the_reader_moves_nothing(world, deputy, address):
    world.restaff("sue", delegate=deputy)
    world.until("2026-03-06 17:00")

    answers_by_machine(world, address)
    world.turn()

    assert told(world) == [("sue", "email")]


def test_a_deputy_who_must_not_know_is_not_told(world):
    world.directory.everybody.append(person("eve", "none"))
    world.restaff("sue", delegate="eve")
    world.opens(excluded=["eve"])
    world.until("2026-03-06 17:00")

    comes_back(world)
    world.turn()

    assert told(world) == [("sue", "email"), ("duty", "teams")]


def test_the_operators_own_mail_goes_by_the_next_way_too(make):
    world = make(via=BOTH, email=("teams",))
    world.email.answers.extend([GONE] * 2)

    world.until("2026-03-06 17:00")

    assert "operator@council.example" in {one.to for one in world.teams.sent}
