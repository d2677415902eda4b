"""What the Stoke-on-Trent pack must say beyond its own scenarios."""

import pytest

from daemon.domain.rules import Pack, Rule, Rulebook
from daemon.rulebook import shipped
from daemon.testing.world import loaded


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return loaded(shipped())


@pytest.fixture
def stoke(book: Rulebook) -> Pack:
    return book.packs["stoke-on-trent"]


def rule(pack: Pack, name: str) -> Rule:
    found = pack.rule(name)
    assert found, name
    return found


def test_the_duty_chair_answers_with_a_fact_and_its_value(stoke: Pack) -> None:
    approval = rule(stoke, "duty-chair-triage").approval

    assert approval
    assert approval.of == "duty_cp_chair"
    assert approval.answers == {
        "yes": "icpc_threshold_decision_recorded is met",
        "no": "icpc_threshold_decision_recorded is not_met",
    }


def test_nothing_excuses_an_agency_from_an_initial_conference_and_a_report_does_from_a_review(
    stoke: Pack,
) -> None:
    assert stoke.attendance["icpc"].excused_by == ()
    assert stoke.attendance["rcpc"].excused_by == ("report_in_lieu_received",)


@pytest.mark.parametrize("words", ["camera stays on throughout", "nobody else can hear"])
def test_the_invitation_of_a_professional_carries_the_joining_rules(
    book: Rulebook, words: str
) -> None:
    """STK-060, STK-061: sources.yaml names this message for them."""
    assert words in book.messages["invitation-professional"].lead


@pytest.mark.parametrize("name", ["immediate-safety-plan", "presence-judged"])
def test_what_cannot_wait_for_the_office_to_open_does_not(stoke: Pack, name: str) -> None:
    first, *_ = rule(stoke, name).ladder

    assert first.urgent


def test_no_promise_rests_the_immediate_safety_plan(stoke: Pack) -> None:
    assert rule(stoke, "immediate-safety-plan").never_rests


def test_nobody_is_told_above_a_service_manager(stoke: Pack) -> None:
    told = {role for one in stoke.rules for rung in one.ladder for role in rung.to}

    assert "director_childrens_services" not in told
