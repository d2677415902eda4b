"""Two people on a list with one address: both are invited by it, and its answer is that of whom the entry is for."""

import pytest

from daemon.domain.errors import Temporary
from daemon.domain.event import Bounce, Response
from daemon.ports import InboxPage
from daemon.testing.world import person
from tests.scenario.invited import icpc
from tests.scenario.test_foreseeing import lists
from tests.scenario.test_what_comes_back import NO, YES, Answered

DESK = "desk@clinic.example"
NURSE = {"id": "I-2", "agency": "health", "role": "health_visitor", "person": DESK}
TEACHER = {"id": "I-5", "agency": "education", "role": "teacher", "person": "Desk@Clinic.example"}


@pytest.fixture
def world(folder, backend, make_url):
    made = Answered(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    made.directory.everybody += [
        person("chris", "conference_chair"),
        person("hana", "health_visitor"),
    ]
    made.books(icpc(NURSE, TEACHER))
    made.turn()
    yield made
    made.close()


def listed(world, ref="SC-1"):
    with world.store.read() as tx:
        return {one.id: one for one in world.house.record(tx, ref).meetings[0].invitees}


def answers(world, response):
    (uid,) = world.uids()
    world.answers(response, uid=uid, address=DESK)
    world.turn()


def test_one_entry_goes_to_the_address_and_both_are_invited_by_it(world):
    assert len(world.entries()) == 1

    invited_at = {one.invited_at for one in listed(world).values()}
    assert (len(invited_at), None in invited_at) == (1, False)
    world.leaps("2026-03-18 09:00")
    text = lists(world)[0][1]
    assert "Education: no answer" in text
    assert "not invited" not in text


@pytest.mark.parametrize(
    ("response", "said"),
    [
        pytest.param(YES, "Health: somebody comes", id="accepted"),
        pytest.param(NO, "Health: declined, and nobody is named", id="declined"),
    ],
)
def test_its_answer_is_that_of_whom_the_entry_is_for_and_whose_else_it_is_is_asked(
    world, response, said
):
    answers(world, response)
    world.leaps("2026-03-18 09:00")

    assert listed(world)["I-2"].response == str(response)
    assert listed(world)["I-5"].response == "none"
    text = " ".join(lists(world)[0][1].split())
    assert said in text
    assert "Education: an answer came from the address that they share" in text
    assert "ask whose it is" in text


@pytest.mark.parametrize(
    ("response", "chased"),
    [
        pytest.param("none", {"I-2", "I-5"}, id="nobody has answered from there"),
        pytest.param("accepted", set(), id="one entry went there, and was answered"),
    ],
)
def test_whoever_has_answered_from_the_address_is_not_asked_again(stoke, response, chased):
    """They could not answer a second time: whose the answer is, is asked by people."""
    told = {"invited_at": "2026-03-20", "delivered": True}
    nurse, teacher = {**NURSE, **told}, {**TEACHER, **told}
    stoke.opens("SC-1", meetings=[icpc(nurse, teacher, scheduled_at="2026-04-15T10:00")])
    stoke.until("2026-03-20 12:00")
    nurse |= {"response": response}
    stoke.opens("SC-1", meetings=[icpc(nurse, teacher, scheduled_at="2026-04-15T10:00")])

    stoke.until("2026-04-09 09:00")

    with stoke.store.read() as tx:
        asked = {
            one.key.obligation.rpartition("invitee-")[2]
            for sent in stoke.email.sent
            for one in tx.notices.of_message(sent.message.id)
            if one.key.rung == "answer-asked-again"
        }
    assert asked == chased


def test_what_came_back_from_the_address_reached_neither(world):
    message = world.calendar.sent[0].message.id
    world.inbox.page = InboxPage(bounces=[Bounce(message, world.clock())])
    world.turn()
    world.turn()

    assert [one.delivered for one in listed(world).values()] == [False, False]


def test_whoever_is_put_on_the_list_later_is_invited_by_the_entry_that_stands(world):
    late = {**TEACHER, "id": "I-8", "agency": "housing"}

    world.books(icpc(NURSE, TEACHER, late))
    world.turn()

    assert listed(world)["I-8"].invited_at == listed(world)["I-2"].invited_at
    assert len(world.entries()) == 1


def test_of_a_new_date_neither_is_told_before_it_has_gone_out(world):
    before = listed(world)["I-5"].invited_at
    world.calendar.answers.append(Temporary("busy"))
    world.clock.now = world.clock.now.replace(hour=12)

    world.books(icpc(NURSE, TEACHER, scheduled_at="2026-03-23T10:00", ends_at="2026-03-23T12:00"))

    assert listed(world)["I-5"].invited_at == before


def test_one_person_of_ours_who_is_on_the_list_twice_answers_for_both_lines(world):
    twice = [
        {"id": "I-6", "agency": "health", "role": "health_visitor", "person": "hana"},
        {"id": "I-7", "agency": "health", "role": "nurse", "person": "hana@council.example"},
    ]
    world.books(icpc(*twice, id="M-2"), ref="SC-9", family="F-9")
    uid = next(one.message.event.uid for one in world.calendar.sent if one.to.startswith("hana"))

    world.answers(Response.ACCEPTED, uid=uid, address="hana@council.example")
    world.turn()

    assert [one.response for one in listed(world, "SC-9").values()] == ["accepted", "accepted"]
