"""`check` and `status` say of which cases nobody may be told, and in which nobody could answer, and how to mend it."""

import sqlite3

import pytest

from daemon.cli.main import main
from daemon.testing.world import World

SERVICE = "safeguarding_service_manager"
SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty@council.example"
pathway_default = "stoke-on-trent"
database = "sqlite:///{folder}/daykeeper.sqlite"

[people]
adapter = "people_csv"
options = {{ file = "people.csv" }}
"""
PEOPLE = """staff_id,email,role,team,manager_id
sam,sam@council.example,social_worker,north,tom
tom,tom@council.example,team_manager,north,wes
sue,sue@council.example,safeguarding_service_manager,,
wes,wes@council.example,social_work_service_manager,,sue
"""
STARTED = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
}


@pytest.fixture
def place(tmp_path):
    (tmp_path / "daykeeper.toml").write_text(SETTINGS.format(folder=tmp_path), "utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    return tmp_path


@pytest.fixture
def cases(place):
    """Return what has a service of this place decide some cases."""
    worlds = []

    def decide(**shown):
        world = World(place, "2026-03-02 16:00")
        worlds.append(world)
        for ref, more in shown.items():
            with world.case(f"SC-{ref}", **more) as body:
                body["facts"].update(STARTED)
        world.turn()

    yield decide
    for world in worlds:
        world.close()


def said(place, capsys, *verb):
    main([*verb, "--config", str(place / "daykeeper.toml")])
    return capsys.readouterr().out.splitlines()


def check(place, capsys):
    return said(place, capsys, "check", "--quick")


def test_check_warns_of_the_case_from_which_the_one_who_must_answer_is_excluded(
    place, cases, capsys
):
    cases(A={"excluded": ["sue"], "family": "F-1"}, B={"excluded": ["sue"]}, C={})

    (line,) = [one for one in check(place, capsys) if SERVICE in one and "SC-" in one]

    assert line == (
        f"warning: people: nobody can answer as {SERVICE} in SC-A and SC-B: whoever holds the role is excluded; "
        "name a manager of that post who may (manager_id)"
    )


def test_status_says_the_same_and_leaves_with_a_1(place, cases, capsys):
    cases(A={"excluded": ["sue"]})

    lines = said(place, capsys, "status")

    assert (
        f"LOOK: nobody can answer as {SERVICE} in SC-A: whoever holds the role is excluded"
        in str(lines)
    )
    assert not lines[0].startswith("the service is well")


def test_a_restricted_case_that_names_nobody_is_counted_and_not_named(place, cases, capsys):
    cases(A={"restricted": True}, B={"restricted": True, "holders": ["gone"]})
    both = "2 restricted cases name nobody who may be told: nothing goes out about it"

    lines = [*check(place, capsys), *said(place, capsys, "status")]

    assert len([one for one in lines if both in one]) == 2
    assert not any("SC-A" in one or "SC-B" in one for one in lines)


def test_where_all_can_answer_nothing_is_said(place, cases, capsys):
    cases(A={"excluded": ["tom"]}, B={"restricted": True, "holders": ["sue", "sam", "tom"]})

    lines = [*check(place, capsys), *said(place, capsys, "status")]

    assert not [one for one in lines if SERVICE in one and "SC-" in one]
    assert not [one for one in lines if "who may be told" in one]
    lacking = "nobody can answer as duty_cp_chair in 1 restricted case; add whoever holds the role"
    assert len([one for one in lines if lacking in one]) == 2


def test_before_there_is_a_database_check_says_who_lacks_and_makes_none(place, capsys):
    lines = check(place, capsys)

    (lacking,) = [one for one in lines if "nobody holds the role cp_chair, and" in one]
    assert "the duty mailbox can answer nothing" in lacking
    assert (
        f"note: people: one person alone answers as {SERVICE}: in a case that excludes them"
        in str(lines)
    )
    assert not list(place.glob("*.sqlite"))


def test_a_database_that_is_not_in_order_is_not_checks_to_judge(place, cases, capsys):
    cases(A={"excluded": ["sue"]})
    with sqlite3.connect(place / "daykeeper.sqlite") as connection:
        connection.execute("DROP TABLE cases")
    connection.close()

    assert not [one for one in check(place, capsys) if "SC-A" in one]
