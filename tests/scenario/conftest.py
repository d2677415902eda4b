"""Worlds for stories: the shipped rulebook, or one in which a few words have been changed."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.domain.person import Person, Post
from daemon.domain.times import OfficeHours
from daemon.engine.house import Feed
from daemon.rulebook import load_texts, shipped, sources
from daemon.store import Outside
from daemon.testing.fakes import FakeSource
from daemon.testing.world import PACK, World, person
from tests.small import SMALL

MEMORY = Path("/dev/shm")
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
    "s47_concluded": {"at": "2026-03-05", "value": "at_risk"},
}
Changes = Mapping[str, tuple[tuple[str, str], ...]]


class Story(World):
    """A world in which tests say what happens in a line each."""

    def opens(self, ref: str = "SC-1", **more: Any) -> None:
        """Show a case whose enquiry began on Monday 2 March 2026: its list is due on Friday at 17:00."""
        with self.case(ref, **more) as body:
            body["facts"].update(ENQUIRY)

    def restaff(self, name: str, *roles: str, team: str | None = None, **changes: Any) -> None:
        """Change one person in the directory; they hold these roles now, where any are given."""
        people = self.directory.everybody
        at = next(index for index, one in enumerate(people) if one.id == name)
        posts = {"posts": tuple(Post(role, team) for role in roles)} if roles else {}
        people[at] = replace(people[at], **posts, **changes)

    def rule(self, changes: Changes, closures: frozenset[date] = frozenset()) -> None:
        """Put a rulebook in force in which words of some files are replaced."""
        texts = dict(sources(SMALL))
        for file, pairs in changes.items():
            for old, new in pairs:
                assert old in texts[file]
                texts[file] = texts[file].replace(old, new)
        book, problems = load_texts(texts)
        assert book is not None, problems
        days = self.deciding.calendar.days
        calendar = Calendar(days, OfficeHours(closures=closures))
        self.house.deciding = self.deciding = Deciding(book, calendar, PACK)

    def journal(self, word: str) -> list[str]:
        """Return why each entry of that word was made, in order."""
        with self.store.read() as tx:
            return [one.because for one in tx.journal.of("") if one.kind == word]

    def count(self, word: str) -> int:
        """Return how many obligations stand in a state: "open", "met", "overdue", "held"."""
        with self.store.read() as tx:
            return int(tx.summary(self.clock()).obligations[word])

    def only(self, *rungs: str) -> list[tuple[str, str, str]]:
        """Return what was sent of some rungs."""
        return [one for one in self.fired() if one[2] in rungs]

    def operator(self) -> list[str]:
        """Return what the operator was told, in order."""
        return [text for to, text in self.texts() if to == "operator@council.example"]

    def texts(self) -> list[tuple[str, str]]:
        """Return each message sent: to whom, and its words."""
        return [(one.to, one.message.text) for one in self.email.sent]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a folder in memory where there is one: stories write through to the disk at every step."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture
def story(
    folder: Path, backend: str, make_url: Callable[[], str]
) -> Iterator[Callable[..., Story]]:
    """Return a maker of worlds that start at a London time."""
    made: list[Story] = []

    def made_url() -> str | None:
        return make_url() if backend == "postgres" else None

    def make(
        start: str = "2026-03-02 16:00",
        *,
        url: str | None = None,
        policies: Path = SMALL,
        **terms: Any,
    ) -> Story:
        own = folder / str(len(made))
        own.mkdir()
        made.append(Story(own, start, url=url or made_url(), policies=policies, **terms))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def copied(backend: str, folder, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Return what copies a database as it is at this moment, and says where the copy is."""

    def copy(url: str) -> str:
        if backend == "postgres":
            server = request.getfixturevalue("server")
            name = url.partition("@/")[2].partition("?")[0]
            copy_name = server.make(name)
            request.addfinalizer(lambda: server.drop(copy_name))
            return str(server.local_url(copy_name))
        place = folder / f"backup-{len(list(folder.iterdir()))}.sqlite"
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(place)) as target,
        ):
            source.backup(target)
        place.chmod(0o600)
        return f"sqlite:///{place}"

    return copy


@pytest.fixture
def outside(folder) -> Outside:
    return Outside(folder / "testshire.state")


@pytest.fixture
def stoke(story: Callable[..., Story]) -> Story:
    """Return an authority under the whole of Stoke-on-Trent's rules, on the morning of Friday 20 March 2026."""
    made = story("2026-03-20 09:50", policies=shipped())
    made.directory.everybody += [person("chris", "cp_chair"), person("petra", "police_officer")]
    cases = Feed("cases", "case_system", FakeSource(made.clock), timedelta(0), timedelta(0))
    made.house.feeds = {**made.house.feeds, "cases": cases}
    return made


@pytest.fixture
def diary(story: Callable[..., Story]) -> Story:
    """Return an authority under Stoke's own rules, on the Friday before its weekly list goes out."""
    made = story("2026-03-06 16:00", policies=shipped())
    cases = Feed("cases", "case_system", FakeSource(made.clock), timedelta(0), timedelta(0))
    made.house.feeds = {**made.house.feeds, "cases": cases}
    lead = Post("safeguarding_lead_agency", agency="police", area="stoke")
    pam = Person("pam", {"email": "pam@police.example"}, posts=(lead,))
    made.directory.everybody += [person("tess", "team_manager", "south"), pam]
    return made


@pytest.fixture
def world(story: Callable[..., Story]) -> Story:
    """Return an authority on the morning of Monday 2 March 2026."""
    return story("2026-03-02 09:00")
