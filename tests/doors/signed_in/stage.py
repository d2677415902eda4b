"""A conference at which nobody is there from the police, and who signs in about it."""

from daemon.engine.carried import carried_by, watching
from daemon.testing.fakes import FakeSource
from daemon.testing.world import World

CHRIS = {"preferred_username": "chris@council.example", "roles": ["DK-Chairs"]}
SAM = {"preferred_username": "sam@council.example", "roles": ["DK-Staff"]}
BOTH = {"case-0": "on", "case-1": "on"}


def meeting(**facts: object) -> dict[str, object]:
    invitee = {
        "id": "I-1", "agency": "police", "role": "police_officer", "person": "petra@police.example", "key": True,
        "invited_at": "2026-03-06", "delivered": True, "attendance": "absent",
    }  # fmt: skip
    return {
        "id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00",
        "facts": facts, "invitees": [invitee],
    }  # fmt: skip


def lose(world: World, fact: str) -> None:
    """Have the feeds carry every fact but one; people can sign in."""
    feed = FakeSource(world.clock, carries=frozenset(world.deciding.words.facts) - {fact})
    world.house.carried = carried_by([feed], signs_in=True)
    world.house.deciding = watching(world.deciding, world.house.carried)


def state(world: World, rule: str) -> set[str]:
    with world.store.read() as tx:
        tracks = tx.obligations.of(["SC-1", "SC-2"]).values()
    return {str(one.state) for each in tracks for one in each if one.rule == rule}
