"""An authority whose invite list is overdue, with its pages behind a real server."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from daemon.metrics import Metrics
from daemon.testing.world import World
from daemon.web import create, serve
from tests.doors.provider import WickedProvider, provided
from tests.small import SMALL
from tests.testshire import ENQUIRY

REF = "SC-1"


@dataclass(slots=True)
class Door:
    """A browser without scripts at the pages of an authority."""

    world: World
    browser: httpx.Client

    def links(self) -> list[str]:
        """Return every link in every message that was sent."""
        found = [re.findall(r"/item/[\w-]+", one.message.text) for one in self.world.email.sent]
        return [link for links in found for link in links]

    def press(self, link: str, **fields: str) -> httpx.Response:
        """Open a page, fill its form in and press its button."""
        return self.browser.post(link, data={"nonce": self.nonce(link)} | fields)

    def nonce(self, link: str) -> str:
        """Return what a page's form carries, so that nobody else can press its button."""
        page = self.browser.get(link)
        return "".join(re.findall(r'name="nonce" value="(\w+)"', page.text))

    def days(self, link: str) -> list[str]:
        """Return the days that a page offers."""
        return re.findall(r'value="(\d{4}-\d\d-\d\d)"', self.browser.get(link).text)

    def state(self) -> list[str]:
        """Return everything in the database."""
        with sqlite3.connect(self.world.store.path) as connection:
            rows = list(connection.iterdump())
        connection.close()
        return rows


Opened = Callable[..., AbstractContextManager[Door]]


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    """Return the option that names the settings of the authority in this folder."""
    return ["--config", str(tmp_path / "daykeeper.toml")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    made.fact(REF, **ENQUIRY)
    made.until("2026-03-06 17:30")
    yield made
    made.close()


@pytest.fixture
def opened(world: World) -> Opened:
    @contextmanager
    def open_door(ready: Callable[[], list[str]] = list) -> Iterator[Door]:
        app = create(world.line, world.store, world.clock, Metrics(), ready, title="Testshire")
        with serve(app, "127.0.0.1", 0) as served, httpx.Client(base_url=served.address) as browser:
            yield Door(world, browser)

    return open_door


@pytest.fixture
def door(opened: Opened) -> Iterator[Door]:
    with opened() as one:
        yield one


@pytest.fixture
def promise(world: World) -> str:
    """Return the link with which the service manager may promise."""
    return f"/item/{world.link('sue', 'promise')}"


@pytest.fixture
def wrong_person(world: World) -> str:
    return f"/item/{world.link('sam', 'wrong-person')}"


@pytest.fixture
def provider() -> Iterator[WickedProvider]:
    """Return a provider of sign-in, which may be as wicked as a test asks."""
    with provided() as one:
        yield one
