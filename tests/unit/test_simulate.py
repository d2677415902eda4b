"""What would be sent: the same as the line sends, for the same records."""

from datetime import datetime

import pytest

from daemon.decide.people.recipients import People
from daemon.decide.trying.simulate import Simulation
from daemon.decide.trying.walk import group_of
from daemon.domain.facts import moment
from daemon.domain.person import Person, Post
from daemon.domain.record import Record
from daemon.domain.times import LONDON
from daemon.testing.world import World, person
from tests.small import SMALL

ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}


def at(text):
    return moment(datetime.fromisoformat(text))[0]


@pytest.fixture
def simulate(deciding, read):
    def run(*bodies, people=(), start="2026-03-01T00:00", end="2026-03-17T00:00"):
        records = [
            read(**{"pathway": "stoke-on-trent", "facts": ENQUIRY, **body}) for body in bodies
        ]
        return list(Simulation(deciding, People(people)).run(records, at(start), at(end)))

    return run


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({}, id="nothing comes"),
        pytest.param({"invite_list_received": "2026-03-10T10:00"}, id="the list comes late"),
        pytest.param(
            {"invite_list_received": "2026-03-05T10:00"}, id="the list comes after the reminder"
        ),
        pytest.param(
            {"icpc_not_required": {"at": "2026-03-09T14:00", "value": "other"}}, id="none is needed"
        ),
        pytest.param(
            {
                "icpc_held": "2026-03-13T12:00",
                "conference_decision_recorded": {"at": "2026-03-13T12:00", "value": "plan"},
            },
            id="the conference is early",
        ),
    ],
)
def test_what_is_simulated_is_what_the_line_sends(simulate, tmp_path, facts):
    world = World(tmp_path, "2026-03-02 00:00", policies=SMALL)
    world.fact("SC-1", **ENQUIRY, **facts)
    staff = list(world.directory.everybody)
    for step in (
        "2026-03-05 10:00",
        "2026-03-09 14:00",
        "2026-03-10 10:00",
        "2026-03-13 12:00",
        "2026-04-02 00:00",
    ):
        world.until(step)  # a fact dated ahead is looked at again when its moment comes
    sent = sorted(world.fired())
    world.close()

    said = simulate(
        {"team": "north", "family": "F-SC-1", "facts": {**ENQUIRY, **facts}},
        people=staff,
        end="2026-04-02T00:00",
    )

    planned = sorted(
        (at_london(one["at"]), one["to"], one["rung"]) for one in said if one["via"] == "email"
    )
    assert planned == sent


def test_a_case_that_passes_to_another_social_worker_is_simulated_as_the_line_sends_it(
    simulate, tmp_path
):
    world = World(tmp_path, "2026-03-02 00:00", policies=SMALL)
    world.directory.everybody.append(person("sal", "social_worker", "north"))
    versions = [
        ("2026-03-02T00:00", "sam"),
        ("2026-03-04T21:00", "sal"),  # a night: the list waits for the morning
        ("2026-03-09T12:00", "sam"),  # overdue by then: it climbs from the next day's end
    ]
    for since, worker in versions:
        world.until(since.replace("T", " "))
        with world.case("SC-1", facts=ENQUIRY, roles={"social_worker": worker}):
            pass
    world.until("2026-03-17 00:00")
    sent = sorted(world.fired())
    staff = list(world.directory.everybody)
    world.close()

    said = simulate(
        *(
            {"team": "north", "family": "F-SC-1", "as_known_at": since, "roles": {"social_worker": worker}}
            for since, worker in versions
        ),
        people=staff,
    )  # fmt: skip

    planned = [one for one in said if one["via"] == "email"]
    assert sorted((at_london(one["at"]), one["to"], one["rung"]) for one in planned) == sent
    assert {one[:2] for one in sent if one[2] == "handed-over"} == {
        ("2026-03-05 09:00", "sal"),
        ("2026-03-09 12:00", "sam"),
    }


def at_london(text):
    return f"{datetime.fromisoformat(text).astimezone(LONDON):%Y-%m-%d %H:%M}"


def test_nobody_in_the_role_is_told_as_null_and_the_role_stands_there(simulate):
    said = simulate({}, end="2026-03-05T12:00")

    assert {(one["role"], one["to"]) for one in said} == {
        ("social_worker", None),
        ("team_coordinator", None),
    }


def test_a_restricted_case_with_no_holders_would_send_nothing(simulate):
    assert simulate({"restricted": True}, people=[person("sam", "social_worker")]) == []


def test_only_what_falls_into_the_span_is_printed_and_what_went_before_has_happened(simulate):
    whole = simulate({})
    part = simulate({}, start="2026-03-09T00:00")

    assert part == [one for one in whole if one["at"] >= "2026-03-09"]
    assert len(part) < len(whole)


def test_one_person_in_two_roles_is_told_once(simulate):
    both = Person(
        "both",
        {"email": "both@council.example"},
        posts=(Post("social_worker"), Post("team_coordinator")),
    )

    said = simulate({}, people=[both], end="2026-03-05T12:00")

    assert [(one["to"], one["via"]) for one in said] == [("both", "teams"), ("both", "email")]


@pytest.mark.parametrize(
    ("record", "group"),
    [
        pytest.param(Record("SC-1", family="F-1"), "F-1", id="by family"),
        pytest.param(Record("SC-1"), "SC-1", id="without one, alone"),
        pytest.param(Record("SC-1", family="F-1", restricted=True), "SC-1", id="restricted, alone"),
    ],
)
def test_what_a_message_gathers_by(record, group):
    assert group_of(record) == group
