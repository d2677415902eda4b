"""Teams by two adapters at once: notices to people by the activity feed, cards to channels by a workflow."""

from dataclasses import replace

import pytest

from daemon.app import channels_of
from daemon.domain.person import Person, Post
from daemon.settings.whole import load
from daemon.testing.microsoft365.server import Microsoft365
from daemon.testing.microsoft365.tenant import Tenant
from daemon.testing.teams.server import TeamsServer

SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty"

[channels.email]
adapter = "folder"
options = {{ folder = "mail", sender = "daykeeper@council.example" }}

[channels.teams]
adapter = "microsoft365"

[channels.teams.options]
tenant = "11111111-1111-1111-1111-111111111111"
client_id = "22222222-2222-2222-2222-222222222222"
secret_file = "secret"
login = "{office.address}"
graph = "{office.address}"
ca_file = "{office.certificate}"
app_id = "33333333-3333-3333-3333-333333333333"

[channels.teams.beside]
adapter = "teams"
options = {{ workflows_file = "workflows.toml", timeout_s = 5, post_every_s = 0 }}
"""


@pytest.fixture
def teams():
    with TeamsServer() as teams:
        yield teams


@pytest.fixture
def office(tmp_path, story):
    with Microsoft365(tmp_path / "tls", Tenant(lambda: story.world.clock.now)) as office:
        yield office


@pytest.fixture
def story(story):
    """Give the maker of stories a place for the one that is made."""
    story.world = story()
    return story


@pytest.fixture
def town(story, teams, office, tmp_path):
    """Give a world with the coordinators of the north as a channel, and everybody else by their sign-in name."""
    world = story.world
    for name, words in (
        ("secret", office.tenant.secret),
        ("workflows.toml", f'north = "{teams.workflow("north")}"\n'),
        ("daykeeper.toml", SETTINGS.format(office=office)),
    ):
        (tmp_path / name).write_text(words)
        (tmp_path / name).chmod(0o600)
    channels = channels_of(load(tmp_path / "daykeeper.toml"), world.clock)
    world.house.channels = {"email": world.email, "teams": channels["teams"]}
    world.house.failover = {"teams": ("email",)}
    world.directory.everybody.append(
        Person(
            "north-channel",
            {"email": "north-team@council.example", "teams": "workflow:north"},
            posts=(Post("team_coordinator", "north"),),
        )
    )
    yield world
    world.line.deliverer.close()


def readers(office):
    """Return who has a notice in their feed."""
    return {one.to.partition("@")[0] for one in office.tenant.notices}


def test_people_are_told_in_their_feed_and_a_team_by_a_card_in_its_channel(town, teams, office):
    town.opens()

    town.until("2026-03-06 17:00")

    assert {"cora", "tom", "sue"} <= readers(office)
    assert [one.place for one in teams.posts if one.card["fallbackText"].startswith("SC-1")]
    assert {one.place for one in teams.posts} == {"north"}
    assert "north-channel" not in readers(office)


def test_a_step_that_a_document_demands_goes_by_neither_alone(town):
    assert town.house.channels["teams"].is_proof is False


def test_partners_who_are_not_in_teams_are_told_by_mail_and_nobody_is_flooded(town, office):
    office.tenant.missing = frozenset(
        f"{one.id}@council.example" for one in town.directory.everybody
    )
    for number in range(1, 11):
        town.opens(f"SC-{number}")

    town.until("2026-03-06 17:00")

    assert readers(office) == set()
    assert "duty" not in {one.to for one in town.email.sent}
    assert {"cora", "tom", "sue"} <= {one.to for one in town.email.sent}
    assert len([text for text in town.operator() if "goes by the next way" in text]) <= 3


def test_who_has_no_app_is_not_tried_again_that_day(town, office):
    office.tenant.without_app = frozenset({"cora@council.example"})
    town.opens()

    town.until("2026-03-05 17:00")
    first = town.deliveries("cora", channel="teams")
    town.opens("SC-2")
    town.until("2026-03-06 08:00")
    second = town.deliveries("cora", channel="teams")

    assert [str(one.state) for one in first] == ["refused"]
    assert len(second) == len(first)


@pytest.mark.parametrize("name", ["sam", "cora"])
def test_who_has_no_address_in_teams_at_all_is_told_by_mail(town, office, name):
    town.directory.everybody = [
        replace(one, addresses={"email": one.addresses["email"]}) if one.id == name else one
        for one in town.directory.everybody
    ]
    town.opens()

    town.until("2026-03-05 17:00")

    assert name not in readers(office)
    assert town.operator() == []
