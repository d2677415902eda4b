"""The weekly list of what is overdue reaches whoever holds the role: for everybody, or for a team."""

import pytest

from daemon.testing.world import person

ROLE = "safeguarding_service_manager"


@pytest.fixture
def overdue(story):
    """Return a world in which a case of each of two teams is overdue; nobody is a manager for everybody."""
    world = story()
    world.directory.everybody = [one for one in world.directory.everybody if one.id != "sue"]
    world.opens("SC-1", team="north", family="F-1")
    world.opens("SC-2", team="south", family="F-2")
    return world


def listed(world):
    """Return who was sent the list, with the cases that stand in it."""
    world.until("2026-03-09 12:00")
    return {
        one.to: sorted({ref for ref in ("SC-1", "SC-2") if ref in one.message.text})
        for one in world.email.sent
        if one.message.subject.startswith("Overdue this week")
    }


def test_each_teams_manager_reads_of_their_own_team(overdue):
    overdue.directory.everybody += [
        person("nora", ROLE, team="north"),
        person("sid", ROLE, team="south"),
    ]

    assert listed(overdue) == {"nora": ["SC-1"], "sid": ["SC-2"]}


def test_a_manager_for_everybody_reads_of_all_and_a_teams_of_their_own(overdue):
    overdue.directory.everybody += [person("sue", ROLE), person("nora", ROLE, team="north")]

    assert listed(overdue) == {"nora": ["SC-1"], "sue": ["SC-1", "SC-2"]}


def test_the_duty_mailbox_reads_of_the_teams_that_have_no_manager(overdue):
    overdue.directory.everybody.append(person("nora", ROLE, team="north"))

    assert listed(overdue) == {"nora": ["SC-1"], "duty": ["SC-2"]}


def test_whom_a_record_alone_names_leaves_its_case_to_the_duty_mailbox(overdue):
    """They hold no post by which a list could find them, and no case is in nobody's list."""
    overdue.directory.everybody += [person("nora", ROLE, team="north"), person("zed", "other_post")]
    with overdue.case("SC-2") as body:
        body["roles"] = {**body.get("roles", {}), ROLE: ["zed"]}

    assert listed(overdue) == {"nora": ["SC-1"], "duty": ["SC-2"]}
