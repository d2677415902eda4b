"""An authority whose people sign in by a provider of ours, which may be as wicked as a test asks."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from daemon.testing.world import World
from tests.doors.entrance import Entrance, entrance
from tests.doors.provider import WickedProvider
from tests.small import SMALL


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Return an authority that knows its people, and no case."""
    made = World(tmp_path_factory.mktemp("authority"), "2026-03-02 16:00", policies=SMALL)
    made.turn()
    yield made
    made.close()


@pytest.fixture
def world(authority: World) -> Iterator[World]:
    """Return the authority as it was before anybody came."""
    began = authority.clock.now
    with authority.store.read() as tx:
        everybody = tx.people.all()
    with authority.store.write() as tx:
        tx.sessions.forget(datetime.max.replace(tzinfo=UTC))
    yield authority
    authority.clock.now = began
    with authority.store.write() as tx:
        tx.people.replace(everybody, began)
    authority.house.forget_people()


@pytest.fixture
def place(world: World, provider: WickedProvider) -> Iterator[Entrance]:
    with entrance(world, provider.issuer) as one:
        yield one


@pytest.fixture
def browser(place: Entrance) -> Iterator[httpx.Client]:
    """Return a browser in which Sue has signed in."""
    with place.browser() as one:
        assert one.get("/").status_code == 200
        yield one
