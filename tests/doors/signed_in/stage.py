"""A conference at which nobody is there from the police, and who signs in about it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from daemon.domain.person import Person
from daemon.domain.who import Who
from daemon.engine.house import Feed
from daemon.engine.records.carried import carried_by, watching
from daemon.engine.sending.pause import begin
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeSource
from daemon.testing.world import World, at, person

CHRIS = {"preferred_username": "chris@council.example", "roles": ["DK-Chairs"]}
SAM = {"preferred_username": "sam@council.example", "roles": ["DK-Staff"]}
CONOR = {"preferred_username": "conor@council.example", "roles": ["DK-Staff"]}
BOTH = {"case-0": "on", "case-1": "on"}


def authority(folder: Path, start: str, *more: Person) -> World:
    """Return an authority under all of Stoke-on-Trent's rules, whose people sign in, with a chair and `more`."""
    made = World(folder, start, policies=shipped())
    made.house.signs_in = True
    made.directory.everybody += [person("chris", "cp_chair"), *more]
    cases = Feed("cases", "case_system", FakeSource(made.clock), timedelta(0), timedelta(0))
    made.house.feeds = {**made.house.feeds, "cases": cases}
    return made


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


def with_lead(world: World, domain: str = "council.example") -> None:
    """Let the police have a safeguarding lead in both cases."""
    lead = replace(
        person("lena", "safeguarding_lead_agency"), addresses={"email": f"lena@{domain}"}
    )
    world.directory.everybody.append(lead)
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["roles"] = {**body["roles"], "safeguarding_lead_agency/police": ["lena"]}
    world.turn()


def hold_much(world: World) -> None:
    """Silence one of the children, and pause all sending until Monday."""
    sue = Who("sue", frozenset({"safeguarding_service_manager"}))
    assert world.line.silencing.silence(sue, "SC-2", "record_is_wrong", world.clock())
    begin(world.store, at("2026-03-23 09:00"), "the operator", "the mail moves", world.clock())


def with_a_letter(world: World) -> None:
    """Record a conference to come, to which a member of the family is to be invited."""
    invitee = {"id": "I-9", "role": "parents_carers", "is_family": True}
    coming = {
        "id": "M-9", "kind": "icpc", "status": "booked", "scheduled_at": "2026-04-01T10:00",
        "venue": "The Civic Centre", "facts": {}, "invitees": [invitee],
    }  # fmt: skip
    roles = {"conference_coordinator": ["conor"], "cp_chair": ["chris"]}
    with world.case("SC-9", family="F-9", roles=roles) as body:
        body["facts"] = {
            "strategy_discussion_held": "2026-03-12",
            "s47_decision_recorded": {"at": "2026-03-12T15:10", "value": "section_47"},
            "s47_concluded": {"at": "2026-03-19", "value": "at_risk"},
            "invite_list_received": "2026-03-19",
        }
        body["meetings"] = [coming]
    world.turn()
