"""Conditions: what they answer for what a record holds, and what it may leave unknown."""

from datetime import UTC, datetime

import pytest

from daemon.domain.facts import Fact
from daemon.domain.vocabulary import FactWord, Vocabulary
from daemon.rulebook.language.conditions import condition
from daemon.rulebook.language.phrases import Misread

AT = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = Vocabulary(
    facts={
        "enquiry": FactWord("the enquiry", ("at_risk", "not_at_risk")),
        "threshold": FactWord("the threshold", ("met", "not_met", "discrepancy")),
        "liaison": FactWord("the liaison"),
    },
    roles={},
    agencies={},
    meetings={},
    channels={},
    feed_roles={},
)
UNKNOWN = "?"


class View:
    """A record in miniature: fact names with their values, oldest first; "?" is not known."""

    def __init__(self, **facts):
        self.facts = facts

    def of(self, name):
        values = self.facts.get(name, ())
        values = values if isinstance(values, tuple) else (values,)
        return tuple(
            Fact(
                name,
                AT,
                whole_day=True,
                value=None if value == UNKNOWN else value,
                known=value != UNKNOWN,
            )
            for value in values
        )


def answer(text, **facts):
    return condition(text, WORDS).test(View(**facts))


@pytest.mark.parametrize(
    ("text", "missing", "at_risk", "not_at_risk"),
    [
        pytest.param("enquiry is at_risk", False, True, False, id="is"),
        pytest.param("enquiry is not at_risk", True, False, True, id="is not"),
        pytest.param("enquiry is at_risk or missing", True, True, False, id="is or missing"),
        pytest.param("enquiry is missing", True, False, False, id="is missing"),
        pytest.param("enquiry is recorded", False, True, True, id="is recorded"),
        pytest.param("not enquiry is at_risk", True, False, True, id="not"),
        pytest.param("not (enquiry is recorded)", True, False, False, id="not in parentheses"),
    ],
)
def test_a_test_answers_for_each_state_of_its_fact(text, missing, at_risk, not_at_risk):
    assert answer(text) is missing
    assert answer(text, enquiry="at_risk") is at_risk
    assert answer(text, enquiry="not_at_risk") is not_at_risk
    assert answer(text, enquiry=UNKNOWN) is None


def test_the_last_fact_of_a_name_counts():
    assert answer("enquiry is at_risk", enquiry=("not_at_risk", "at_risk")) is True
    assert answer("enquiry is at_risk", enquiry=("at_risk", "not_at_risk")) is False
    assert answer("enquiry is at_risk", enquiry=(UNKNOWN, "at_risk")) is True


@pytest.mark.parametrize(
    ("enquiry", "threshold", "both", "either"),
    [
        pytest.param("at_risk", "met", True, True, id="both hold"),
        pytest.param("at_risk", "not_met", False, True, id="one holds"),
        pytest.param("not_at_risk", "not_met", False, False, id="neither holds"),
        pytest.param("at_risk", UNKNOWN, None, True, id="one holds and one is unknown"),
        pytest.param("not_at_risk", UNKNOWN, False, None, id="one fails and one is unknown"),
        pytest.param(UNKNOWN, UNKNOWN, None, None, id="both are unknown"),
    ],
)
def test_the_unknown_goes_through_and_or_and_not(enquiry, threshold, both, either):
    facts = {"enquiry": enquiry, "threshold": threshold}

    assert answer("enquiry is at_risk and threshold is met", **facts) is both
    assert answer("threshold is met, and enquiry is at_risk", **facts) is both
    assert answer("enquiry is at_risk, or threshold is met", **facts) is either
    assert answer("not (enquiry is at_risk and threshold is met)", **facts) is (
        None if both is None else not both
    )


def test_the_invite_lists_condition_reads_as_the_procedure_does():
    text = "threshold is not not_met, and liaison is missing, and (enquiry is at_risk or missing)"

    assert answer(text) is True
    assert answer(text, enquiry="at_risk", threshold="met") is True
    assert answer(text, threshold="not_met") is False
    assert answer(text, enquiry="not_at_risk") is False
    assert answer(text, liaison=None) is False


def test_a_condition_names_its_facts():
    assert condition("enquiry is at_risk or missing, and liaison is recorded", WORDS).facts == {
        "enquiry",
        "liaison",
    }


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        pytest.param(
            "enquirry is at_risk",
            'no fact is called "enquirry"',
            'did you mean "enquiry"?',
            id="a misspelt fact",
        ),
        pytest.param(
            "enquiry is at_rsk",
            '"at_rsk" is no value of enquiry',
            'did you mean "at_risk"?',
            id="a misspelt value",
        ),
        pytest.param(
            "liaison is done",
            "liaison carries no value",
            'write "liaison is recorded"',
            id="a value where the fact has none",
        ),
        pytest.param(
            "enquiry is not missing",
            '"is not missing" is not read',
            'write "is recorded" or "is missing"',
            id="two negatives",
        ),
        pytest.param(
            "enquiry is at_risk and liaison is recorded or threshold is met",
            '"and" and "or" stand side by side',
            "put parentheses around what belongs together",
            id="and beside or",
        ),
    ],
)
def test_a_condition_that_cannot_be_meant_says_how_to_mend_it(text, what, mend):
    with pytest.raises(Misread) as caught:
        condition(text, WORDS)

    assert (caught.value.what, caught.value.mend) == (what, mend)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("enquiry", id="no verb"),
        pytest.param("enquiry == 'at_risk'", id="a language that is not ours"),
        pytest.param("(enquiry is at_risk", id="an open parenthesis"),
        pytest.param("enquiry is at_risk or met", id="a second value without its fact"),
        pytest.param("__import__('os') is recorded", id="code"),
    ],
)
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(Misread):
        condition(text, WORDS)
