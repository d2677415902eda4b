"""A stand-in of a case system on this machine, and feeds that read it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.fakes import HandClock
from daemon.testing.rest.server import RestServer
from integrations.rest_api.config import Config
from integrations.rest_api.source import RestApi

NOW = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
Connect = Callable[..., RestApi]
CHILDREN: dict[str, Any] = {
    "path": "children",
    "rows": "$.children",
    "ref": "$.id",
    "purge": "$.deleted",
    "fields": {"team": "$.team.code", "excluded": "$.conflicts", "born_on": "$.born"},
    "roles": {"social_worker": "$.staff[?@.role=='SW' && !@.until].id"},
    "facts": {
        "strategy_discussion_held": "$.strategy.on",
        "s47_decision_recorded": {"at": "$.strategy.on", "value": "$.strategy.decision"},
    },
}
MEETINGS: dict[str, Any] = {
    "within": "children",
    "rows": "$.conferences",
    "meeting": "icpc",
    "id": "$.id",
    "fields": {"scheduled_at": "$.booked", "held_on": "$.held"},
    "facts": {"invite_list_received": "$.list_in"},
}
INVITEES: dict[str, Any] = {
    "within": "meetings",
    "rows": "$.invited",
    "part": "invitee",
    "id": "$.id",
    "fields": {"agency": "$.agency", "excluded_by_chair": "$.out", "apart_from": "$.apart"},
}
QUERIES = {"children": CHILDREN, "meetings": MEETINGS, "invitees": INVITEES}
PAGING = {
    "next_link": {"kind": "next_link", "at": "$.next"},
    "link_header": {"kind": "link_header"},
    "page_number": {"kind": "page_number", "parameter": "page"},
    "cursor": {"kind": "cursor", "at": "$.cursor", "parameter": "from"},
}


@pytest.fixture
def server() -> Iterator[RestServer]:
    """Give the other side, that behaves until it is told otherwise."""
    with RestServer() as server:
        yield server


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands."""
    return HandClock(NOW)


@pytest.fixture
def connect(tmp_path: Path, server: RestServer, clock: HandClock) -> Connect:
    """Make feeds over the stand-in."""

    def make(on: RestServer = server, **more: Any) -> RestApi:
        given = {"url": f"{on.url}/api", "queries": QUERIES, "answer_within_s": 5, **more}
        given = {key: option for key, option in given.items() if option is not None}
        return RestApi(Config.model_validate(given, context={"base": tmp_path}), clock)

    return make


def private(folder: Path, name: str, text: str) -> str:
    """Write a private file; return its name."""
    file = folder / name
    file.write_text(f"{text}\n", encoding="utf-8")
    file.chmod(0o600)
    return name


def child(ref: str, **more: Any) -> dict[str, Any]:
    """Return a child as the case system tells of it."""
    strategy = {"on": "2026-03-02", "decision": "section_47"}
    return {"id": ref, "strategy": strategy, "updated_at": "2026-03-01T00:00:00Z", **more}
