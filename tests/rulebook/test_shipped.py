"""The packs that ship: sound, shown by their scenarios, and never half loaded."""

from dataclasses import replace

import pytest

from daemon.decide.trying.sample import sample_fields, sample_item
from daemon.domain.errors import Severity
from daemon.domain.message import Level
from daemon.rulebook import load, shipped
from daemon.rulebook.wording.templates import render
from tests.rulebook.crew import spread
from tests.rulebook.mutations import BASE, try_slips
from tests.rulebook.trial import rulebook, try_pack

SLIPS, AT_A_TIME = 1_000, 50
FIRST = 20260309


def test_the_shipped_packs_are_sound():
    book, problems = load(shipped())

    assert [str(one) for one in problems if one.severity is Severity.ERROR] == []
    assert book is not None
    assert {*book.packs} > {BASE}


def test_the_base_keeps_its_scenarios_and_each_of_its_duties_has_one_that_fails_without_it():
    assert try_pack(BASE) == []


@pytest.mark.parametrize(
    "name",
    ["no-holder", "undeliverable", "wrong-person", "not-required", "data-is-old", "reopened"],
)
def test_what_is_said_of_any_duty_says_no_day_where_it_has_none(name):
    book = rulebook()
    item = sample_item(after_due=False, vocabulary=book.vocabulary, source="Pathway")

    with_a_day = render(book.messages[name], sample_fields(item, Level.L2))
    undated = replace(item, due="", due_at=None)
    without = render(book.messages[name], sample_fields(undated, Level.L2))

    assert f"due by {item.due}" in with_a_day.lead
    assert "due by" not in without.lead
    assert "  " not in without.lead


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_pack_keeps_its_scenarios_and_each_of_its_duties_has_one_that_fails_without_it():
    packs = sorted(rulebook().packs, key=lambda called: -len(rulebook().packs[called].rules))

    assert spread(try_pack, packs) == []


@pytest.mark.timeout(120)
def test_a_few_slips_of_the_pen_are_never_more_than_a_list_of_problems():
    slips = try_slips(range(FIRST, FIRST + AT_A_TIME))

    assert [slip for slip in slips if slip.wrong] == []
    assert sum(slip.is_refused for slip in slips) > AT_A_TIME / 5  # they do bite


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_thousand_slips_of_the_pen_never_crash_and_never_load_half():
    starts = range(FIRST, FIRST + SLIPS, AT_A_TIME)

    slips = spread(try_slips, [range(start, start + AT_A_TIME) for start in starts])

    assert len(slips) == SLIPS
    assert [slip for slip in slips if slip.wrong] == []
    assert sum(slip.is_refused for slip in slips) > SLIPS / 4
