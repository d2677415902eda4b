"""A conference without the agencies that it needs, and those who decide about it."""

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.asked import put
from daemon.testing.world import at

SUE = Who("sue", frozenset({"safeguarding_service_manager"}))
CHRIS = Who("chris", frozenset({"cp_chair"}))
WES = Who("wes", frozenset({"social_work_service_manager"}))
ROOM = "2026-03-20 10:20"
INVITEES = [
    {"id": "I-1", "agency": "police", "role": "police_officer", "person": "petra", "key": True,
     "invited_at": "2026-03-06", "delivered": True, "attendance": "absent"},
    {"id": "I-2", "agency": "health", "person": "hv@health.example", "key": True,
     "invited_at": "2026-03-06", "delivered": True, "attendance": "present"},
]  # fmt: skip


def meeting(**more):
    """Return the conference as the diary shows it."""
    return {
        "id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00",
        "facts": {}, "invitees": INVITEES, **more,
    }  # fmt: skip


@pytest.fixture
def room(stoke):
    """Two children of one family, at whose conference nobody is there from the police."""
    for ref in ("SC-1", "SC-2"):
        stoke.opens(ref, family="F-1", roles={"cp_chair": ["chris"]}, meetings=[meeting()])
    stoke.turn()
    stoke.clock.now = at(ROOM)
    stoke.turn()
    return stoke


@pytest.fixture
def failed(room):
    """The chair has found the presence insufficient."""
    stoke = room
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    for ref in ("SC-1", "SC-2"):
        with stoke.case(ref) as body:
            body["meetings"] = [meeting(facts=found)]
    stoke.turn()
    return stoke


def asked(world, who):
    """Return the questions that wait for somebody."""
    return world.line.decisions.waiting_for(who, world.clock())


def question(world, who, rule):
    """Return what they are asked under a rule."""
    return next(one for one in asked(world, who) if one.rule.name == rule)


def state(world, name, ref="SC-1"):
    """Return the states in which a rule's obligations stand in a case."""
    with world.store.read() as tx:
        return {track.state.value for track in tx.obligations.of([ref])[ref] if track.rule == name}


def answer(
    world, who, one, choice="yes", reason="key_agency_absent", refs=None, draft=None, anew_at=None
):
    """Return what an answer comes to."""
    return world.line.decisions.decide(
        who, one.id, choice, world.clock(), reason=reason, refs=refs or one.refs, draft=draft,
        anew_at=anew_at,
    )  # fmt: skip


def meetings(world, ref="SC-1"):
    """Return the meetings of a case as they are merged, by their ids."""
    with world.store.read() as tx:
        return {one.id: one for one in world.house.record(tx, ref).meetings}


def due_at(world, rule, ref="SC-1"):
    """Return when what a rule asks is due in a case."""
    with world.store.read() as tx:
        return {track.due_at for track in tx.obligations.of([ref])[ref] if track.rule == rule}


def put_to_anybody(world, rule):
    """Return the lines about a rule in the list of questions."""
    with world.store.read() as tx:
        every = put(tx, world.house, world.clock())
    return [one for one in every if one.question.rule.name == rule]
