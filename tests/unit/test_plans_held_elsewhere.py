"""Whose plan it is: no word in that field takes a child off our clocks unseen (READINGS section 2, 7)."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from daemon.decide.record.elsewhere import folded
from daemon.decide.record.reading import read_record
from daemon.domain.errors import Severity
from daemon.rulebook import shipped, sound

FACTS = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
AT = datetime(2026, 3, 10, tzinfo=UTC)
OUR_NAMES = ("potterby", "Potterby City Council")


@cache
def deciding():
    return sound(shipped(), ["stoke-on-trent"]).deciding(None, None, OUR_NAMES)


def stand(held_by):
    """Return how many duties a case has, and what is said of whose plan it is."""
    body = {"ref": "SC-1", "pathway": "stoke-on-trent", "facts": FACTS, "plan_held_by": held_by}
    reading = read_record(body, deciding().words)
    answer = deciding().decide(reading.record, AT)
    said = [one for one in (*reading.problems, *answer.problems) if "plan_held_by" in one.where]
    return len(answer.obligations), said


@pytest.mark.parametrize(
    "word",
    ["", "None", "none", "N/A", "n/a", "no", "-", "0", 0, False, "nil", " ", "Not applicable"],
)
def test_a_word_for_nobody_leaves_the_plan_ours(word):
    assert stand(word) == stand(None)
    assert stand(word)[0] > 0


@pytest.mark.parametrize(
    "name",
    ["Potterby", "POTTERBY", " potter by ", "Potterby Council", "The Potterby City Council"],
)
def test_our_own_name_however_written_is_no_other_authority(name):
    assert stand(name) == stand(None)


@pytest.mark.parametrize("word", ["yes", "Unknown", "tbc", "?", 7, "12", True, ["Othershire"]])
def test_what_can_be_no_name_is_reported_and_the_plan_stays_ours(word):
    duties, said = stand(word)

    assert duties == stand(None)[0]
    assert [one.severity for one in said] == [Severity.ERROR]


@pytest.mark.parametrize("name", ["Othershire", "Potterbyshire", "OTHER", "Otherton Council"])
def test_another_authoritys_name_takes_the_child_off_our_clocks_and_that_is_shown(name):
    duties, said = stand(name)

    assert duties == 0
    (one,) = said
    assert one.severity is Severity.WARNING
    assert "held by another authority" in one.what
    assert name not in str(one).removeprefix(one.where)


def test_nothing_is_said_of_a_plan_that_is_ours():
    assert stand(None)[1] == []


def test_two_authorities_are_not_taken_for_one():
    names = ["Derby City Council", "Derbyshire County Council", "Leicester", "Leicestershire"]

    assert len({folded(one) for one in names}) == len(names)


def test_a_name_of_nothing_but_the_kind_of_council_is_still_a_name():
    words = replace(deciding().words, ours=frozenset({folded("The Borough Council")}))
    body = {"ref": "SC-1", "facts": {}, "plan_held_by": "County"}

    assert read_record(body, words).record.plan_held_by == "County"
