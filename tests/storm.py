"""A town in which a storm of mails is due at one moment, and the line that sends them while the other side fails."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.person import Person, Post
from daemon.testing.world import World, at
from tests.scenario.conftest import ENQUIRY
from tests.sizes import MANY
from tests.small import SMALL

CASES, TEAMS, ROUNDS = MANY // 2, 10, 2000
FAR = timedelta(days=1)
STEP = timedelta(seconds=5)


def town(folder: Path, retry_most: timedelta = timedelta(seconds=20), cases: int = CASES) -> World:
    """Return a world with a social worker and a coordinator for each of its teams."""
    world = World(
        folder, "2026-03-02 16:00", policies=SMALL, retry_first=timedelta(seconds=1),
        retry_most=retry_most,
    )  # fmt: skip
    theirs = {"social_worker", "team_coordinator"}
    world.directory.everybody = [one for one in world.directory.everybody if not theirs & one.roles]
    for number in range(TEAMS):
        team = f"team-{number}"
        world.directory.everybody += [
            Person(name, {"email": name}, posts=(Post(role, team),))
            for role in sorted(theirs)
            for name in [f"{role}-{number}@council.example"]
        ]
    for number in range(cases):
        with world.case(f"SC-{number:04}", team=f"team-{number % TEAMS}") as body:
            body["facts"].update(ENQUIRY)
    return world


def blow(world: World, step: timedelta = STEP) -> list[Outgoing]:
    """Send until nothing waits, every so often; return every message that was to go."""
    world.turn()
    world.clock.now = at("2026-03-05 09:00")
    world.line.decide()
    for _ in range(ROUNDS):
        world.line.send()
        if not waits(world):
            break
        world.clock.now += step
    assert not waits(world)
    return world.deliveries(*(person.id for person in world.directory.everybody))


def waits(world: World) -> bool:
    """Return whether anything is still to be sent."""
    with world.store.read() as tx:
        far = world.clock.now + FAR
        return any(
            tx.messages.due(lane, far, 1) or tx.notices.waiting(lane, world.clock.now, 1)
            for lane in Lane
        )


def judge(sent: list[Outgoing], copies: Counter[str], faults: object) -> None:
    """Print how it went; fail where one was lost, or arrived more often than was counted as possible."""
    counted = {one.id: one.ambiguous for one in sent}  # attempts after which it may have arrived
    lost = [one.id for one in sent if not copies[one.id]]
    twice = {one.id: copies[one.id] - 1 for one in sent if copies[one.id] > 1}
    outside = [key for key, many in twice.items() if many > counted[key]]
    print(
        f"\n{len(sent)} notices, lost {len(lost)}; counted as ambiguous {sum(counted.values())}, "
        f"copies {sum(twice.values())}, outside what was counted {len(outside)}; {faults}"
    )
    assert len(sent) >= MANY
    assert {one.state for one in sent} == {DeliveryState.ACCEPTED}
    assert lost == []
    assert outside == []
