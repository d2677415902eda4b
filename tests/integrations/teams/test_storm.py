"""Cards through the whole line while Teams fails in every way: none is lost, copies are counted."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from daemon.domain.delivery import DeliveryState
from daemon.domain.person import Person, Post
from daemon.testing.teams.faults import TAKES, Fault
from daemon.testing.world import World, at
from integrations.teams.channel import Teams
from integrations.teams.config import Config
from tests.integrations.teams.conftest import options
from tests.scenario.conftest import ENQUIRY
from tests.sizes import MANY
from tests.small import SMALL
from tests.storm import waits

CASES, TEAMS = MANY // 2, 10
STORM = {  # of a hundred cards
    Fault.LIMITED: 4, Fault.LIMITED_FOR: 2, Fault.BROKEN: 3, Fault.DOWN: 3, Fault.LATE: 2, Fault.LATE_AFTER: 3,
    Fault.CUT: 2, Fault.CUT_AFTER: 3, Fault.HANG: 0.5, Fault.HANG_AFTER: 0.5, Fault.UNAUTHORISED: 2,
}  # fmt: skip


class Storm:
    """Which card meets which fault; and how often one was taken without our being told."""

    def __init__(self, server, seed: int) -> None:
        self.server, self.chance, self.asked = server, Random(seed), 0
        self.faults: Counter[Fault] = Counter()
        self.windows: Counter[str] = Counter()

    def __call__(self, key: str) -> Fault:
        self.asked += 1
        if self.asked % 150 == 0:
            self.server.expire_tokens()
        weights = [*STORM.values(), 100 - sum(STORM.values())]
        (fault,) = self.chance.choices([*STORM, Fault.NONE], weights)
        self.faults[fault] += 1
        self.windows[key] += fault in TAKES and fault is not Fault.NONE
        return fault


def town(folder) -> World:
    """Return a world in which every case's team has a social worker, and a channel in the coordinator's place."""
    world = World(
        folder, "2026-03-02 16:00", policies=SMALL, retry_first=timedelta(seconds=1), retry_most=timedelta(seconds=20),
    )  # fmt: skip
    world.directory.everybody = [
        replace(one, addresses={"email": one.addresses["email"]})
        for one in world.directory.everybody
        if not {"social_worker", "team_coordinator"} & one.roles
    ]
    for number in range(TEAMS):
        mine, team = f"@t{number}.council.example", f"team-{number}"
        internal = {"email": f"team-{number}@council.example"}
        world.directory.everybody += [
            Person(f"sw{mine}", {**internal, "teams": f"29:sw-{number}"}, posts=(Post("social_worker", team),)),
            Person(f"tc{mine}", {**internal, "teams": f"workflow:{team}"}, posts=(Post("team_coordinator", team),)),
        ]  # fmt: skip
    for number in range(CASES):
        with world.case(f"SC-{number:04}", team=f"team-{number % TEAMS}") as body:
            body["facts"].update(ENQUIRY)
    return world


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [6])
def test_cards_in_a_storm(server, tmp_path, seed):
    world = town(tmp_path)
    names = [f"team-{number}" for number in range(TEAMS)]
    config = Config.model_validate(
        options(tmp_path, server, *names, timeout_s=3), context={"base": tmp_path}
    )
    channel = Teams(config, world.clock)
    world.house.channels = {"email": world.email, "teams": channel}
    server.retry_after, server.fault = "3", (storm := Storm(server, seed))
    world.turn()
    world.clock.now = at("2026-03-05 09:00")
    world.line.decide()

    for _ in range(2000):
        world.line.send()
        if not waits(world):
            break
        world.clock.now += timedelta(seconds=1)
    channel.close()

    copies = Counter(post.key for post in server.posts)
    everybody = (person.id for person in world.directory.everybody)
    sent = world.deliveries(*everybody, channel="teams")
    lost = [one.id for one in sent if not copies[one.id]]
    twice = {one.id: copies[one.id] - 1 for one in sent if copies[one.id] > 1}
    counted = {one.id: one.ambiguous for one in sent}  # attempts after which it may have arrived
    outside = [key for key, many in twice.items() if many > counted[key]]
    uncounted = [key for key, many in storm.windows.items() if many > counted.get(key, 0)]
    print(
        f"\n{len(sent)} cards, {storm.asked} attempts that arrived, lost {len(lost)}; taken without an answer "
        f"{storm.windows.total()}, counted as ambiguous {sum(counted.values())}, copies {sum(twice.values())}, "
        f"outside what was counted {len(outside)}; "
        f"{ {str(fault): many for fault, many in storm.faults.items() if fault} }"
    )
    assert len(sent) >= MANY
    assert not waits(world)
    assert {one.state for one in sent} == {DeliveryState.ACCEPTED}
    assert lost == []
    assert outside == []
    assert uncounted == []
    assert server.refused == []
