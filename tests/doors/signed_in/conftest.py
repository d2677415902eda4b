"""An authority under the whole of Stoke-on-Trent's rules, on the morning of a conference that fails."""

from collections.abc import Iterator

import pytest

from daemon.testing.world import World
from tests.doors.entrance import Entrance, entrance
from tests.doors.provider import WickedProvider
from tests.doors.signed_in.stage import authority, meeting
from tests.testshire import ENQUIRY


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two children, at whose conference the chair has found the presence insufficient."""
    made = authority(tmp_path_factory.mktemp("room"), "2026-03-20 10:20")
    failed = {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}
    for ref in ("SC-1", "SC-2"):
        with made.case(ref, family="F-1", roles={"cp_chair": ["chris"]}) as body:
            body["facts"] = {**ENQUIRY, "s47_concluded": {"at": "2026-03-05", "value": "at_risk"}}
            body["meetings"] = [meeting(presence_failed=failed)]
    made.turn()
    yield made
    made.close()


@pytest.fixture
def place(world: World, provider: WickedProvider) -> Iterator[Entrance]:
    with entrance(world, provider.issuer) as one:
        yield one
