"""Which cases stand in the lists that go out on a rhythm: none of which their reader may not know, or that is held."""

from dataclasses import replace
from datetime import time

import pytest

from daemon.decide.people.recipients import People
from daemon.decide.trying.simulate import Simulation
from daemon.domain.parts import Digest, Shows
from daemon.testing.world import at, person

ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
BOOKED = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-18T10:00"}
MANAGER = person("mo", "safeguarding_service_manager")
OTHER = person("ola", "safeguarding_service_manager")
DIARY = Digest(
    "diary", "stoke-on-trent", "Diary", (), 0, time(9), ("safeguarding_service_manager",), ("email",),
    Shows.CONFERENCES, 20, "everything", "diary",
)  # fmt: skip


@pytest.fixture
def listed(deciding, read):
    """Return who is sent which list of which cases, of some children and staff, from 5 to 16 March."""
    book = deciding.rulebook
    pack = replace(book.packs["stoke-on-trent"], digests=(DIARY,))
    packs = {**book.packs, "stoke-on-trent": pack}
    ours = replace(deciding, rulebook=replace(book, packs=packs))

    def walk(*bodies, people=(MANAGER,)):
        records = [
            read(**{"pathway": "stoke-on-trent", "facts": ENQUIRY, "meetings": [BOOKED], **body})
            for body in bodies
        ]
        lines = Simulation(ours, People(people)).run(
            records, at("2026-03-05T00:00"), at("2026-03-17T00:00")
        )
        return {
            (one["to"], one["message"], *one["refs"]) for one in lines if one["kind"] == "digest"
        }

    return walk


def test_everybody_who_may_know_of_a_case_has_it_in_their_lists(listed):
    assert listed({"ref": "SC-1"}) == {("mo", "diary", "SC-1"), ("mo", "weekly-summary", "SC-1")}


def test_a_reader_has_no_case_from_which_they_are_excluded(listed):
    kept_from_her = {"ref": "SC-1", "excluded": ["mo@council.example"]}

    found = listed(kept_from_her, {"ref": "SC-2"}, people=(MANAGER, OTHER))

    assert found == {
        ("mo", "diary", "SC-2"),
        ("mo", "weekly-summary", "SC-2"),
        ("ola", "diary", "SC-1", "SC-2"),
        ("ola", "weekly-summary", "SC-1", "SC-2"),
    }


def test_a_reader_of_an_empty_list_gets_none(listed):
    assert listed({"ref": "SC-1", "excluded": ["mo"]}) == set()


def test_a_list_that_nobody_reads_is_shown_by_its_role(listed):
    assert listed({"ref": "SC-1"}, people=()) == {
        (None, "diary", "SC-1"),
        (None, "weekly-summary", "SC-1"),
    }


def test_a_family_that_is_held_stands_in_no_list(listed):
    died = {"ref": "SC-1", "family": "F-1", "facts": {**ENQUIRY, "child_died": "2026-03-04"}}
    sibling = {"ref": "SC-2", "family": "F-1"}

    assert listed(died, sibling, {"ref": "SC-3", "family": "F-3"}) == {
        ("mo", "diary", "SC-3"),
        ("mo", "weekly-summary", "SC-3"),
    }
