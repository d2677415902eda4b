"""A real database in a folder of its own, and values to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.obligation import State
from daemon.domain.track import Track
from daemon.store import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def store_url(make_url: Callable[[], str]) -> str:
    """Return where a database of ours is."""
    return make_url()


@pytest.fixture
def path(store_url: str) -> Path:
    """Return the file of a database in SQLite."""
    return Path(store_url.removeprefix("sqlite:///"))


@pytest.fixture
def store(store_url: str, backend: str) -> Iterator[Store]:
    opened = Store.open(store_url, "stoke", busy_s=0.2 if backend == "sqlite" else 2.0)
    yield opened
    opened.close()


@pytest.fixture
def track() -> Callable[..., Track]:
    def make(
        ref: str = "SC-1", rule: str = "invite-list", subject: str = "icpc-1", **more: object
    ) -> Track:
        first = {
            "family": "F-1",
            "pack": "stoke-on-trent",
            "pack_digest": "d" * 64,
            "state": State.OPEN,
            "opened_at": NOW,
        }
        return Track(
            id=f"{ref}/{rule}/{subject}", ref=ref, rule=rule, subject=subject, **first | more
        )  # type: ignore[arg-type]

    return make


@pytest.fixture
def notice() -> Callable[..., Notice]:
    def make(obligation: str = "SC-1/invite-list/icpc-1", **more: object) -> Notice:
        key = {"rung": "reminder", "occurrence": 0, "person": "ann", "channel": "email"}
        key |= {name: more.pop(name) for name in list(more) if name in key}
        first = {
            "kind": Kind.TELL,
            "message": "invite-list-reminder",
            "at": NOW,
            "made_at": NOW,
            "lane": Lane.ROUTINE,
            "role": "social_worker",
            "refs": ("SC-1",),
            "family": "F-1",
            "because": "day 4 has come",
        }
        return Notice(key=Key(obligation, **key), **first | more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def outgoing() -> Callable[..., Outgoing]:
    def make(id: str = "m-1", **more: object) -> Outgoing:
        first = {
            "person": "ann",
            "channel": "email",
            "family": "F-1",
            "lane": Lane.ROUTINE,
            "state": DeliveryState.SENDING,
            "created_at": NOW,
            "look_at": NOW + timedelta(seconds=30),
        }
        return Outgoing(id=id, **first | more)  # type: ignore[arg-type]

    return make
