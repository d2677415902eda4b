"""Two authorities in one database: nothing that one shows, sends, counts, logs or opens is of the other."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from daemon.engine.standing.overview import standing
from daemon.jobs.on_redis import RedisWire
from daemon.jobs.reach import Reach
from daemon.metrics import Metrics
from daemon.testing.world import World
from daemon.web import create, serve
from tests.small import SMALL

# a reference that both have, and one that is the north's alone
SHARED, CANARY = (
    "SC-1",
    "NORTHERN-7",
)
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
}
NORTH = re.compile(r"north", re.IGNORECASE)


@dataclass(slots=True)
class Pair:
    """Two authorities, each with its own people, key and door; `logs` is what each has logged."""

    north: World
    south: World
    logs: dict[str, list[Any]]


def authority(tmp_path, url: str, name: str) -> World:
    (tmp_path / name).mkdir()
    made = World(
        tmp_path / name, "2026-03-02 16:00", url=url, policies=SMALL, authority=name, title=name.title(),
        operator=f"operator@{name}.example", link_key=name.encode().ljust(32), address=f"http://{name}.example",
        internal=frozenset({f"{name}.example"}),
    )  # fmt: skip
    team = f"{name}-team"
    made.directory.everybody = [
        replace(
            one,
            addresses={"email": f"{one.id}@{name}.example"},
            posts=tuple(replace(post, team=team if post.team else None) for post in one.posts),
        )
        for one in made.directory.everybody
    ]
    return made


@pytest.fixture
def pair(tmp_path, make_url) -> Iterator[Pair]:
    url = make_url()
    north, south = authority(tmp_path, url, "northshire"), authority(tmp_path, url, "southshire")
    logs: dict[str, list[Any]] = {}
    for world, refs in ((north, (SHARED, CANARY)), (south, (SHARED,))):
        for ref in refs:
            with world.case(ref, team=f"{world.store.authority}-team", family=f"F-{ref}") as body:
                body["facts"].update(ENQUIRY)
    for _ in range(2):  # each has its turn after the other's, and again
        for world, until in ((north, "2026-03-06 17:30"), (south, "2026-03-06 17:30")):
            with capture_logs() as lines:
                world.until(until)
            logs.setdefault(world.store.authority, []).extend(lines)
    yield Pair(north, south, logs)
    north.close()
    south.close()


def said(world: World) -> str:
    """Return every message that went out, whole, and to whom."""
    return "\n".join(f"{one.to} {one.message}" for one in world.email.sent)


def stands(world: World) -> dict[str, Any]:
    return standing(world.store, world.clock(), {}, None, [])


@contextmanager
def door(world: World) -> Iterator[httpx.Client]:
    """Yield a browser at the pages of an authority."""
    app = create(
        world.line, world.store, world.clock, Metrics(), list, title=world.house.terms.title
    )
    with serve(app, "127.0.0.1", 0) as served, httpx.Client(base_url=served.address) as browser:
        yield browser


def test_each_is_told_of_its_own_cases_at_its_own_addresses(pair):
    assert CANARY in said(pair.north)
    assert SHARED in said(pair.south)
    assert not NORTH.search(said(pair.south))
    assert "southshire" not in said(pair.north)


def test_what_one_has_recorded_silences_nobody_at_the_other(pair):
    pair.north.fact(SHARED, invite_list_received="2026-03-06T17:40")
    for world in (pair.north, pair.south):
        world.until("2026-03-09 14:00")

    late = {
        world.store.authority: [
            one
            for one in world.fired()
            if one[2] == "invite-list-still-missing" and one[1] == "wes"
        ]
        for world in (pair.north, pair.south)
    }
    with pair.south.store.read() as tx:
        states = [
            str(one.state)
            for one in tx.obligations.of([SHARED])[SHARED]
            if one.rule == "icpc-invite-list"
        ]

    assert states == ["open"]
    assert len(late["southshire"]) == 1
    assert len(late["northshire"]) == 1  # of the canary alone


def test_the_status_journal_and_log_of_one_know_nothing_of_the_other(pair):
    south = pair.south
    with south.store.read() as tx:
        entries = [f"{one.kind} {one.about} {one.because} {one.data}" for one in tx.journal.of("")]
    with pair.north.store.read() as tx:
        theirs = [one.about for one in tx.journal.of("")]

    shown = "\n".join(
        [json.dumps(stands(south), default=str), *entries, *map(str, pair.logs["southshire"])]
    )

    assert any(CANARY in about for about in theirs)
    assert entries
    assert stands(pair.north)["cases"] == 2
    assert stands(south)["cases"] == 1
    assert not NORTH.search(shown)


def test_a_link_of_one_opens_nothing_at_the_others_door(pair):
    links = {
        world.store.authority: re.findall(r"/item/[\w-]+", said(world))
        for world in (pair.north, pair.south)
    }
    before = stands(pair.south)
    with door(pair.south) as browser:
        own = [browser.get(one).status_code for one in links["southshire"]]
        answers = [browser.get(one) for one in links["northshire"]]
        answers += [browser.post(one, data={"nonce": "0" * 32}) for one in links["northshire"]]

    assert links["northshire"]
    assert set(own) == {200}
    assert {one.status_code for one in answers} <= {403, 404, 410}
    assert not any(NORTH.search(one.text) for one in answers)
    assert stands(pair.south) == before


def test_the_metrics_of_one_count_its_own(pair):
    texts = {}
    for world in (pair.north, pair.south):
        with door(world) as browser:
            texts[world.store.authority] = browser.get("/metrics").text

    assert not NORTH.search(texts["southshire"])
    assert texts["northshire"] != texts["southshire"]


def test_a_wake_up_of_one_wakes_nobody_of_the_other():
    spaces = {
        RedisWire("redis://127.0.0.1:1/0", name, Reach()).namespace
        for name in ("northshire", "southshire")
    }

    assert len(spaces) == 2
