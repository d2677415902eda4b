"""What a yes to "is it done?" records, for rules of safety that no feed can show as done."""

import pytest

from daemon.decide.duties.by_hand import DONE
from daemon.decide.duties.watched import told_by_hand, watchable
from daemon.domain.answer import FEED as ANSWERS
from daemon.rulebook import shipped
from daemon.testing.world import loaded

SIGNED_IN = frozenset({ANSWERS})
SHOWN = frozenset({"strategy_discussion_held", "s47_decision_recorded", "birth_expected"})


@pytest.fixture(scope="module")
def book():
    """Return the shipped rulebook."""
    return loaded(shipped())


@pytest.mark.parametrize(
    ("pack", "rule", "recorded"),
    [
        pytest.param(
            "stoke-on-trent",
            "immediate-safety-plan",
            "immediate_safety_action_plan_recorded",
            id="a plan",
        ),
        pytest.param(
            "stoke-on-trent", "interim-safety-plan", "safety_plan_recorded", id="the next"
        ),
        pytest.param(
            "stoke-on-trent", "birth-expected", DONE, id="a birth, whose day nobody gives"
        ),
        pytest.param("stoke-on-trent", "looked-after-on-a-plan", DONE, id="a decision has a value"),
        pytest.param("gloucestershire", "urgent-call", "mash_enquiry_received", id="a call"),
    ],
)
def test_a_yes_records_the_fact_or_that_the_duty_is_over(book, pack, rule, recorded):
    watched = watchable(book, SIGNED_IN).packs[pack]

    asks = watched.rule(rule)

    assert asks is not None
    assert asks.approval is not None
    assert asks.approval.answers == {"yes": recorded}
    assert all(rung.is_decided_by_its_reader for rung in asks.ladder)


@pytest.mark.parametrize("pack", ["stoke-on-trent", "devon", "worcestershire", "gloucestershire"])
@pytest.mark.parametrize("carried", [frozenset(), SIGNED_IN, SHOWN])
def test_no_rule_of_safety_is_ever_left_out(book, pack, carried):
    watched = watchable(book, carried).packs[pack]

    assert [
        rule.name
        for rule in watched.rules
        if (rule.safety or rule.never_rests) and watched.rule(rule.name) is None
    ] == []


def test_once_a_feed_carries_it_the_rule_stands_as_it_is_written(book):
    asked = watchable(book, SIGNED_IN)

    again = watchable(asked, None)

    assert again.packs["stoke-on-trent"].rules == book.packs["stoke-on-trent"].rules
    assert told_by_hand(again, ["stoke-on-trent"], None) == ()


def test_what_it_counts_from_may_be_said_in_the_room(book):
    without, signed_in = (
        {one.rule: one for one in told_by_hand(watchable(book, to), ["stoke-on-trent"], to)}
        for to in (SHOWN, SHOWN | SIGNED_IN)
    )

    assert without["immediate-safety-plan"].begins
    assert not without["interim-safety-plan"].begins
    assert signed_in["interim-safety-plan"].begins
    assert signed_in["interim-safety-plan"].can_end
