"""Whoever gets a message reads why, in words that are true of them: for every role that there is."""

import re

import pytest

from daemon.decide.telling.wording import say_reasons
from daemon.engine.wording.specimen import specimen
from daemon.rulebook import shipped
from daemon.testing.world import loaded

BOOK = loaded(shipped())
WORDS = BOOK.vocabulary
# One person's post, which goes well with "your role is". A new role is one of these, or has a reason of its own.
POSTS = frozenset({
    "social_worker", "lead_social_worker", "lead_practitioner", "key_worker", "team_manager",
    "practice_manager", "team_coordinator", "social_work_service_manager",
    "safeguarding_service_manager", "childrens_services_auditor", "director_childrens_services",
    "conference_coordinator", "conference_administrator", "minute_taker", "duty_cp_chair",
    "cp_chair", "independent_chair", "conference_chair", "crm", "reviewing_officer",
    "police_officer", "dsl",
})  # fmt: skip
CLAUSE = re.compile(
    r"(you (are|work|come|look|raised|supervise|interpret)|it is|an action of the plan is|the meeting is) [^.]*[^. ]"
)


def test_every_role_is_one_persons_post_or_has_a_reason_of_its_own():
    assert set(WORDS.roles) - POSTS == set(WORDS.told_because)
    assert set(WORDS.roles) > POSTS


@pytest.mark.parametrize("role", WORDS.told_because)
def test_a_reason_ends_the_sentence(role):
    assert CLAUSE.fullmatch(WORDS.because(role))


@pytest.mark.parametrize("role", sorted(POSTS))
def test_a_post_is_said_to_whoever_holds_it(role):
    assert WORDS.because(role) == f"your role is {WORDS.roles[role]}"


def test_several_reasons_are_one_sentence():
    roles = ("team_manager", "action_owner", "minute_taker", "team_manager")

    said = say_reasons([WORDS.because(role) for role in roles])

    assert said == "your role is team manager and minute taker and an action of the plan is yours"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("conference-soon", "you are invited to a meeting", id="somebody invited"),
        pytest.param(
            "plan-action-coming", "an action of the plan is yours", id="an action's owner"
        ),
        pytest.param("mash-enquiry-to-make", "you raised a concern", id="who raised a concern"),
        pytest.param("operator-rulebook", "you look after Daykeeper", id="a list for the operator"),
    ],
)
def test_a_message_says_it_in_each_of_its_forms(name, said):
    sent = specimen(BOOK, name)

    for form in (sent.text, sent.html, sent.card):
        assert f"You get this message because {said}." in form
