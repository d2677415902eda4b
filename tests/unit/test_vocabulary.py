"""Facts in words: what is booked for a day did not happen on it."""

import pytest

from daemon.rulebook import shipped
from daemon.testing.world import loaded

DAY = "Thursday 12 March 2026"


@pytest.fixture(scope="module")
def words():
    return loaded(shipped()).vocabulary


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param("icpc_scheduled", f"the initial conference booked for {DAY}", id="a booking"),
        pytest.param("icpc_held", f"the initial conference held on {DAY}", id="what took place"),
        pytest.param("plan_action_due", f"the date of a plan action, {DAY}", id="a date to come"),
        pytest.param("birth_expected", f"the expected birth, {DAY}", id="a day that is expected"),
    ],
)
def test_a_fact_is_said_with_its_day(words, fact, expected):
    assert words.dated(fact, DAY) == expected


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        pytest.param(
            "icpc_scheduled", "the initial conference booked for this day", id="a booking"
        ),
        pytest.param("icpc_held", "the initial conference held", id="what took place"),
    ],
)
def test_a_fact_is_named_where_its_day_stands_beside_it(words, fact, expected):
    assert words.on_its_day(fact) == expected


def test_every_booking_is_known_by_how_its_fact_ends(words):
    booked = {name for name, word in words.facts.items() if word.label.endswith(" booked")}

    assert {name for name in booked if not name.endswith("_scheduled")} <= {"interpreter_booked"}
    assert all(words.facts[name].label.endswith(" booked")
               for name in words.facts if name.endswith("_scheduled"))  # fmt: skip


def test_no_role_is_said_with_an_article_of_its_own(words):
    """Sentences bring it: "the person invited is told"."""
    articles = ("the ", "a ", "an ")

    assert [one for one in words.roles.values() if one.casefold().startswith(articles)] == []
    assert words.role("invited_person") == "person invited"
