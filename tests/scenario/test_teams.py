"""Cards through the whole line into a stand-in of Teams: people, channels, and what fails."""

from dataclasses import replace
from itertools import pairwise

import pytest

from daemon.domain.authority import Authority
from daemon.domain.errors import Refusal
from daemon.domain.person import Person, Post
from daemon.engine.rules.editions import Editions
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.engine.telling.alone import alone
from daemon.testing.fakes import FakeChannel
from daemon.testing.teams.faults import Fault
from daemon.testing.teams.server import TeamsServer
from daemon.testing.world import at
from integrations.teams.channel import Teams
from integrations.teams.config import Config
from tests.integrations.teams.conftest import options
from tests.scenario.test_channels import INVITE_LIST, TEAMS_ONLY
from tests.small import SMALL

SUE = "29:1aK9mYhSZ3egG5Ve2UaOoEjrOppWz"


@pytest.fixture
def teams():
    with TeamsServer() as teams:
        yield teams


@pytest.fixture
def town(story, teams, tmp_path):
    """Give a world in which sue is reached by the bot, and the coordinators of the north by their channel."""
    world = story()
    given = options(tmp_path, teams, "north", timeout_s=5)
    config = Config.model_validate(given, context={"base": tmp_path})
    channel = Teams(config, world.clock)
    world.house.channels = {"email": world.email, "teams": channel}
    mine = {"sue": {"email": "sue@council.example", "teams": SUE}}
    world.directory.everybody = [
        replace(one, addresses=mine.get(one.id, {"email": one.addresses["email"]}))
        for one in world.directory.everybody
    ]
    world.directory.everybody.append(
        Person(
            "north-channel",
            {"email": "north-team@council.example", "teams": "workflow:north"},
            posts=(Post("team_coordinator", "north"),),
        )
    )
    yield world
    channel.close()


def cards(teams, place) -> list[str]:
    """Return the heading of each card that came to a place."""
    return [one.card["fallbackText"] for one in teams.posts if one.place == place]


def test_a_person_gets_a_card_of_the_bot_and_a_team_one_in_its_channel(town, teams):
    town.opens()

    town.until("2026-03-06 17:00")

    assert "SC-1: the invite list has not been received" in cards(teams, SUE)
    assert [one for one in cards(teams, "north") if one.startswith("SC-1")]
    assert teams.refused == []
    assert "sue" in {one.to for one in town.email.sent}


def test_a_channel_whose_workflow_was_deleted_is_told_of_and_the_mail_goes(town, teams):
    teams.gone.add("north")
    town.opens()

    town.until("2026-03-05 09:00")

    assert "north-channel" in {one.to for one in town.email.sent}
    assert any("workflow-not-found" in text for text in town.operator())
    assert any(to == "duty" and "could not be delivered" in text for to, text in town.texts())


def test_a_channel_of_which_nobody_says_whose_it_is_gets_a_code_and_a_link(town, teams):
    town.restaff("north-channel", addresses={"teams": "workflow:north"})
    town.opens()

    town.until("2026-03-05 09:00")

    (heading,) = cards(teams, "north")
    assert heading.startswith("You have an item: ")
    assert "SC-1" not in str([one.card for one in teams.posts if one.place == "north"])


def test_a_card_that_teams_put_off_comes_once(town, teams):
    teams.faults.extend([Fault.LIMITED_FOR, Fault.DOWN, Fault.UNAUTHORISED, Fault.LIMITED])
    town.opens()

    town.until("2026-03-06 17:30")

    keys = [one.key for one in teams.posts]
    assert len(keys) == len(set(keys))
    assert len(cards(teams, SUE)) == 1


def test_many_cards_into_one_channel_keep_its_pace_and_nobody_hears_of_that(town, teams):
    for number in range(12):
        town.opens(f"SC-{number}")

    town.until("2026-03-05 10:00")

    assert len(cards(teams, "north")) == 12
    assert town.operator() == []
    assert {one.to for one in town.email.sent} >= {"cora", "north-channel"}
    sent = town.deliveries("north-channel", channel="teams")
    moments = sorted(one.accepted_at for one in sent)
    gaps = [(b - a).total_seconds() for a, b in pairwise(moments)]
    assert min(gaps) >= 1


def test_each_monday_a_card_shows_that_the_channel_is_connected(town, teams):
    town.until("2026-03-16 12:00")

    assert cards(teams, "north") == ["This channel is connected"] * 2
    assert cards(teams, SUE) == []
    assert len(town.journal("notice.fired")) == 2


def test_a_channel_that_died_is_found_out_by_its_weekly_card(town, teams):
    teams.gone.add("north")

    town.until("2026-03-09 12:00")

    assert [text for text in town.operator() if "workflow-not-found" in text]
    assert "duty" not in {one.to for one in town.email.sent}


def test_a_step_that_a_document_demands_never_goes_by_a_workflow_alone(town, tmp_path):
    town.rule({INVITE_LIST: TEAMS_ONLY})
    (problem,) = alone(town.deciding.rulebook.packs.values(), town.house.channels)

    assert problem.where == "channels.teams"
    assert "invite-list-missed" in problem.what
    assert not [*alone(town.deciding.rulebook.packs.values(), {"teams": FakeChannel("teams", town.clock)})]  # fmt: skip


def test_a_run_whose_only_channel_is_a_workflow_does_not_start(town):
    town.house.channels = {"teams": town.house.channels["teams"]}
    rules = RulesFolder(SMALL)
    editions = Editions(town.store, town.house, rules, Authority("stoke-on-trent"))

    with pytest.raises(Refusal) as refused:
        editions.begin(at("2026-03-02 09:00"))

    assert "would go by teams alone" in str(refused.value)
