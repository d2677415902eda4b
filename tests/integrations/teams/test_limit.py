"""Many cards at once to workflows that take four a second each: at our pace, and at one that is too fast."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.testing.teams.faults import Fault
from daemon.testing.teams.server import TeamsServer
from integrations.teams.channel import Teams
from integrations.teams.config import Config
from tests.integrations.teams.conftest import options
from tests.limited import ASKS_S, Limit, growing
from tests.sizes import LIMITED
from tests.storm import blow, town

STEP = timedelta(seconds=0.1)
WORKFLOWS = ("north", "south")


class Limited(TeamsServer):
    """Workflows that take so many cards a second."""

    def __init__(self, limit: Limit) -> None:
        super().__init__()
        self.limit, self.retry_after = limit, str(ASKS_S)

    def _take(self, place, headers, content, said, made):
        if not self.limit.lets(place):
            return self._misbehave(Fault.LIMITED_FOR)
        return super()._take(place, headers, content, said, made)


def in_teams(world):
    """Have everybody of a team be reached by one of the workflows."""
    world.directory.everybody = [
        replace(
            one,
            addresses={
                **one.addresses,
                "teams": f"workflow:{WORKFLOWS[int(one.posts[0].team[-1]) % 2]}",
            },
        )
        if any((post.team or "").startswith("team-") for post in one.posts)
        else one
        for one in world.directory.everybody
    ]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("more", [{}, {"post_every_s": 0.2}], ids=["our pace", "too fast a pace"])
def test_a_workflow_that_takes_four_a_second_is_hardly_asked_in_vain(tmp_path, more):
    world = town(tmp_path / "world", cases=LIMITED // 2)
    in_teams(world)
    limit = Limit(world.clock, says_how_long=True)
    with Limited(limit) as server, growing() as growth:
        given = options(tmp_path, server, *WORKFLOWS, **more)
        channel = Teams(Config.model_validate(given, context={"base": tmp_path}), world.clock)
        world.house.channels = {"email": world.email, "teams": channel}
        sent = [one for one in blow(world, STEP) if one.channel == "teams"]
        channel.close()

    limit.judge(sent, Counter(post.key for post in server.posts), growth.mb)
    assert bool(limit.refused) == bool(more)
