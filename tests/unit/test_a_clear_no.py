"""A fact that says "no" has not happened: it is reported and left out, and ends nobody's duties."""

import pytest

from daemon.decide.record.reading import read_record
from daemon.rulebook import shipped, sound

WORDS = sound(shipped(), ["statutory-england"]).book.vocabulary


def read(name, value):
    fact = {"at": "2026-03-10", "value": value}
    return read_record({"ref": "SC-1", "facts": {name: fact}}, WORDS)


@pytest.mark.parametrize("value", ["no", "No ", "N", "false", "not_held", "0", 0, False])
@pytest.mark.parametrize("name", ["child_died", "icpc_held", "pregnancy_ended"])
def test_a_fact_whose_value_says_no_has_not_happened(name, value):
    found = read(name, value)

    assert found.record.facts == ()
    (one,) = found.problems
    assert one.where == f"SC-1: facts.{name}.value"
    assert "has not happened" in one.what


@pytest.mark.parametrize("value", ["yes", "held", "north", None, True])
def test_any_other_value_leaves_the_fact_as_it_is(value):
    assert [fact.name for fact in read("icpc_held", value).record.facts] == ["icpc_held"]


def test_a_fact_that_has_values_keeps_its_no():
    (fact,) = read("unborn_child_flag", "no").record.facts

    assert fact.value == "no"
