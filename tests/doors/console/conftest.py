"""An authority with several families, one case that somebody must not know of, and one that is restricted."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from daemon.metrics import Metrics
from daemon.rehearsal.kept import COUNTS, to_keep
from daemon.testing.notify.server import NotifyServer
from daemon.testing.world import World, at, person
from integrations.govuk_notify.config import PostConfig
from integrations.govuk_notify.post import NotifyPost
from tests.doors.entrance import ROLES as KNOWN
from tests.doors.entrance import Entrance, entrance, nonce_in
from tests.doors.provider import WickedProvider
from tests.doors.signed_in.stage import authority, hold_much, with_a_letter
from tests.integrations.govuk_notify.conftest import options
from tests.testshire import ENQUIRY

FACTS = {
    **ENQUIRY,
    "s47_concluded": {"at": "2026-03-05", "value": "at_risk"},
    "police_investigation_open": {"at": "2026-03-05", "value": "open"},
}
ROLES = {
    "DK-Leads": "team_manager", "DK-Operators": "operator",
    "DK-Leads-Outside": "safeguarding_lead_agency",
}  # fmt: skip
LINK = re.compile(r"^Not required, because.*/item/([\w-]+)$", re.MULTILINE)
Come = Callable[..., AbstractContextManager[httpx.Client]]


def claims(name: str, *roles: str) -> dict[str, Any]:
    """Return what the provider says of somebody."""
    return {"preferred_username": f"{name}@council.example", "roles": list(roles)}


SUE, TOM = claims("sue", "DK-Managers"), claims("tom", "DK-Leads")
SAM, OLA = claims("sam", "DK-Staff"), claims("ola", "DK-Operators")


def conference(id: str, scheduled_at: str, **more: Any) -> dict[str, Any]:
    """Return a conference as a record shows it."""
    invitees = [
        {"id": "I-1", "agency": "police", "role": "police_officer", "person": "petra@police.example", "key": True,
         "report_expected": True, "invited_at": "2026-03-06", "delivered": True, "response": "accepted",
         "attendance": more.pop("attendance", None)},
        {"id": "I-2", "agency": "health", "role": "health_visitor", "person": "hal@health.example",
         "invited_at": "2026-03-06", "delivered": False},
        {"id": "I-3", "role": "parents_carers", "is_family": True, "contact": "none"},
    ]  # fmt: skip
    return {
        "id": id, "kind": "icpc", "status": "booked", "scheduled_at": scheduled_at, "venue": "Civic Centre",
        "mode": "hybrid", "facts": {}, "invitees": invitees, **more,
    }  # fmt: skip


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two siblings whose conference is today, others, one case without Sue, one for Sue alone."""
    others = person("ola", "operator"), person("tess", "team_manager", "south")
    made = authority(tmp_path_factory.mktemp("console"), "2026-03-18 10:20", *others)
    for ref, more in (
        ("SC-1", {"family": "F-1"}),
        ("SC-2", {"family": "F-1"}),
        ("SC-3", {"team": "south"}),
        ("SC-HIDDEN", {"excluded": ["sue@council.example"]}),
        ("SC-SECRET", {"restricted": True, "holders": ["sue"]}),
        ("SC-NOBODY", {"restricted": True}),
    ):
        with made.case(ref, **{"roles": {"cp_chair": ["chris"]}, **more}) as body:
            body["facts"] = dict(FACTS)
            body["meetings"] = [conference(f"M-{body['family']}", "2026-03-20T10:00")]
    made.turn()
    made.clock.now = at("2026-03-19 09:30")
    made.turn()
    yield made
    made.close()


@pytest.fixture
def place(world: World, provider: WickedProvider) -> Iterator[Entrance]:
    with entrance(
        world,
        provider.issuer,
        metrics=Metrics(),
        rehearsals=world.store.path.parent,
        roles={**KNOWN, **ROLES},
    ) as one:
        yield one


@pytest.fixture
def come(place: Entrance, provider: WickedProvider) -> Come:
    """Return how somebody comes in: yields their browser, signed in."""

    @contextmanager
    def signed_in(who: dict[str, Any]) -> Iterator[httpx.Client]:
        provider.claims = who
        with place.browser() as browser:
            browser.get("/")
            yield browser

    return signed_in


@pytest.fixture
def much_held(world: World) -> World:
    hold_much(world)
    return world


@pytest.fixture
def rehearsed(world: World) -> World:
    """Return the world with a rehearsal that was kept, one that `rehearse --json` printed, and a file that is none."""
    counts = dict(zip(COUNTS, (1200, 1300, 1100, 50, 50, 100, 0), strict=True))
    report = {
        "from": "2026-03-02T00:00:00+00:00", "to": "2026-06-01T00:00:00+00:00", "cases": 10_000, "notices": counts,
        "messages": {"present": 800, "draft": 850},
        "by_rule": [{"rule": "invite-list", "title": "Conference invite list", **counts,
                     "examples": {"new": ["SC-1: sam would be told"]}}],
        "by_role": [{"role": "social_worker", "title": "social worker", **counts}],
        "by_week": [{"from": "2026-03-02", "to": "2026-03-08", "present": 90, "draft": 95}],
        "by_person": [{"person": "sam", **counts}],
        "busiest_day": {"present": {"on": "2026-03-06", "notices": 40}, "draft": None},
        "busiest_person": {"present": {"person": "sam", "on": "2026-03-06", "notices": 9}, "draft": None},
    }  # fmt: skip
    kept = to_keep(report, Path("north-draft"), "A. Name", at("2026-03-18 09:00"))
    for name, said in (("june", report), ("2026-03-18-090000-north-draft", kept)):
        world.store.path.with_name(f"{name}.json").write_text(json.dumps(said), "utf-8")
    world.store.path.with_name("broken.json").write_text("{}", "utf-8")
    return world


@pytest.fixture
def raised(world: World) -> World:
    """Return the world a day later: nobody of the police has come, and the chair is asked about an issue with them."""
    world.clock.now = at("2026-03-20 10:20")
    failed = {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            meeting = conference("M-F-1", "2026-03-20T10:00", attendance="absent")
            body["meetings"] = [{**meeting, "facts": {"presence_failed": failed}}]
    world.turn()
    return world


@pytest.fixture
def item(
    place: Entrance, raised: World, rehearsed: World, tmp_path: Path, come: Come
) -> Iterator[str]:
    """Yield the token of a link in a message, in a world in which every page has something to show."""
    world, letter = raised, {"at": "2026-03-20T10:18", "about": "police"}
    failed = {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}
    facts = {"presence_failed": failed, "issue_resolution_informal_sent": letter}
    with world.case("SC-3") as body:
        one = conference("M-F-SC-3", "2026-03-20T10:00", attendance="absent", facts=facts)
        body["meetings"] = [one, conference("M-FAR", "2060-04-14T10:00")]
    with NotifyServer() as notify:
        config = PostConfig.model_validate(options(tmp_path, notify), context={"base": tmp_path})
        world.house.post = post = NotifyPost(config, world.clock)
        with_a_letter(world)
        hold_much(world)
        with come(SUE) as browser:
            browser.post("/report", data={"nonce": nonce_in(browser.get("/report"))})
        texts = [one.message.text for one in world.email.sent]
        yield next(found[1] for one in texts if (found := re.search(LINK, one)))
        post.close()
