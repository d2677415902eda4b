"""While something is decided or sent the door takes few, one after another; who asks after its health never waits."""

import asyncio

from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.engine.at_work import AtWork
from daemon.testing.fakes import FakeChannel
from daemon.testing.world import World
from daemon.web.giving_way import GivesWay
from tests.small import SMALL
from tests.testshire import ENQUIRY

HEALTH = "/health/live"


class Pages:
    """Pages that note who came, and when nobody may."""

    def __init__(self) -> None:
        self.came: list[str] = []

    async def __call__(self, scope, receive, send) -> None:
        self.came.append(scope["path"])


def door(at_work: AtWork, pages: Pages):
    made = GivesWay(pages, at_work, never={HEALTH})
    return lambda path: asyncio.ensure_future(made({"type": "http", "path": path}, None, None))


def test_a_page_waits_while_somebody_is_at_work_and_health_does_not():
    async def knock() -> tuple[list[str], list[str], list[str]]:
        at_work, pages = AtWork(), Pages()
        ask = door(at_work, pages)
        with at_work:
            waiting = [ask("/one"), ask("/two")]
            await asyncio.sleep(0)
            first = list(pages.came)
            await ask(HEALTH)
            second = list(pages.came)
        await asyncio.gather(*waiting)
        return first, second, pages.came

    assert asyncio.run(knock()) == ([], [HEALTH], [HEALTH, "/one", "/two"])


def test_nobody_waits_for_ever():
    async def knock() -> list[str]:
        at_work, pages = AtWork(), Pages()
        with at_work:
            await asyncio.gather(*map(door(at_work, pages), ("/one", "/two", "/three")))
        return pages.came

    assert asyncio.run(knock()) == ["/one", "/two", "/three"]


def test_where_nobody_is_at_work_a_page_comes_at_once():
    async def knock() -> list[str]:
        pages = Pages()
        door(AtWork(), pages)("/one")
        await asyncio.sleep(0)
        return pages.came

    assert asyncio.run(knock()) == ["/one"]


class Looking(FakeChannel):
    """A channel that notes whether somebody says that he is at work."""

    at_work: AtWork
    seen: list[bool]

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        self.seen.append(bool(self.at_work))
        return super().send(message, to, key)


def test_the_line_is_at_work_while_it_decides_and_while_it_sends(tmp_path):
    world = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    looking = Looking("email", world.clock)
    looking.at_work, looking.seen = world.line.at_work, []
    world.house.channels = {"email": looking}
    world.fact("SC-1", **ENQUIRY)
    deciding = [bool(world.line.at_work) for _ in world.line.steps()]
    rested = not world.line.at_work
    world.until("2026-03-06 17:30")
    world.close()

    assert deciding
    assert all(deciding)
    assert rested
    assert looking.seen
    assert all(looking.seen)
    assert not world.line.at_work
