"""An authority under the whole of Stoke-on-Trent's rules, on the morning of a conference that fails."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from daemon.engine.house import Feed
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeSource
from daemon.testing.world import World, person
from tests.doors.entrance import Entrance, entrance
from tests.doors.provider import WickedProvider, provided
from tests.doors.signed_in.stage import meeting


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two children, at whose conference the chair has found the presence insufficient."""
    made = World(tmp_path_factory.mktemp("room"), "2026-03-20 10:20", policies=shipped())
    made.house.signs_in = True
    made.directory.everybody.append(person("chris", "cp_chair"))
    cases = Feed("cases", "case_system", FakeSource(made.clock), timedelta(0), timedelta(0))
    made.house.feeds = {**made.house.feeds, "cases": cases}
    failed = {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}
    for ref in ("SC-1", "SC-2"):
        with made.case(ref, family="F-1", roles={"cp_chair": ["chris"]}) as body:
            body["facts"] = {
                "strategy_discussion_held": "2026-03-02",
                "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
                "s47_concluded": {"at": "2026-03-05", "value": "at_risk"},
            }
            body["meetings"] = [meeting(presence_failed=failed)]
    made.turn()
    yield made
    made.close()


@pytest.fixture
def provider() -> Iterator[WickedProvider]:
    with provided() as one:
        yield one


@pytest.fixture
def place(world: World, provider: WickedProvider) -> Iterator[Entrance]:
    with entrance(world, provider.issuer) as one:
        yield one
