"""A child has died: one neutral notice, and nothing about brothers and sisters until somebody releases it."""

from dataclasses import replace

import pytest

from daemon.decide.duties.family import is_closed
from daemon.decide.people.recipients import People
from daemon.decide.trying.simulate import Simulation
from daemon.rulebook import shipped
from daemon.testing.world import at, loaded

ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}


@pytest.fixture
def told(deciding, read):
    """Return what the shipped base tells of two children of one family between two moments."""
    book = loaded(shipped())
    simulation = Simulation(replace(deciding, rulebook=book), People([]), "statutory-england")

    def walk(start, end, **died):
        one = read(ref="SC-1", family="F-1", facts={**ENQUIRY, **died})
        other = read(ref="SC-2", family="F-1", facts=ENQUIRY)
        lines = simulation.run([one, other], at(start), at(end))
        told = (line for line in lines if line["kind"] != "digest")
        return sorted({(line["ref"], line["rung"], line["at"]) for line in told})

    return walk


@pytest.mark.parametrize(
    ("facts", "closed"),
    [
        pytest.param({}, False, id="nothing of the kind"),
        pytest.param({"child_died": "2026-03-05"}, True, id="died"),
        pytest.param({"pregnancy_ended": "2026-03-05"}, True, id="a pregnancy"),
        pytest.param({"child_died": "2026-03-12"}, False, id="a date that lies ahead"),
        pytest.param(
            {"child_died": "2026-03-05", "siblings_released": "2026-03-06"}, False, id="released"
        ),
        pytest.param(
            {"child_died": "2026-03-05", "siblings_released": "2026-03-04"}, True,
            id="released before",
        ),
    ],
)  # fmt: skip
def test_a_case_is_closed_until_somebody_releases_the_family(read, facts, closed):
    assert is_closed(read(facts=facts), at("2026-03-09T12:00")) is closed


def test_nothing_goes_out_about_a_brother_or_sister(told):
    found = told("2026-03-05T00:00", "2026-03-25T00:00", child_died="2026-03-10")

    assert {ref for ref, _, _ in found} == {"SC-1"}
    assert {rung for _, rung, _ in found} == {"case-closed", "release-awaited"}


def test_a_death_is_told_once_and_what_is_asked_again_is_its_release(told):
    found = told("2026-03-05T00:00", "2026-03-25T00:00", child_died="2026-03-10")

    assert [(rung, moment[:10]) for _, rung, moment in found] == [
        ("case-closed", "2026-03-10"),
        ("release-awaited", "2026-03-17"),
        ("release-awaited", "2026-03-24"),
    ]


def test_a_release_ends_the_question(told):
    found = told(
        "2026-03-05T00:00", "2026-03-25T00:00",
        child_died="2026-03-10", siblings_released="2026-03-18T10:00",
    )  # fmt: skip

    asked = [moment[:10] for ref, rung, moment in found if rung == "release-awaited"]
    assert asked == ["2026-03-17"]


def test_once_released_what_was_held_goes_out_at_once(told):
    found = told(
        "2026-03-20T00:00", "2026-03-24T12:00",
        child_died="2026-03-10", siblings_released="2026-03-24T10:00",
    )  # fmt: skip

    later = [(ref, rung, moment) for ref, rung, moment in found if ref == "SC-2"]
    assert later == [("SC-2", "icpc-limit-missed", "2026-03-24T10:00:00+00:00")]
