"""What a system that posts records says and shows, and what is kept of it."""

import hmac
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx

from daemon.testing.world import World
from tests.doors.conftest import Door

SECRET = "a-secret-that-two-systems-share-alone"
AUDIENCE, SENDER, ROLE = "api://daykeeper", "the-case-system", "DK.PostRecords"
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
Post = Callable[..., httpx.Response]


def signature(
    world: World, body: bytes, key: str = "", secret: str = SECRET, late_s: int = 0
) -> str:
    """Return what shows who posts this."""
    seconds = int(world.clock().timestamp()) - late_s
    said = f"{seconds}.{key}.".encode() + body
    return f"t={seconds},v1={hmac.new(secret.encode(), said, sha256).hexdigest()}"


def posted(browser: httpx.Client, content: bytes, key: str = "", **headers: str) -> httpx.Response:
    """Return the answer to one post."""
    named = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
    return browser.post("/api/records", content=content, headers=named | headers)


def said(*records: Any, **more: Any) -> bytes:
    """Return the body of a post."""
    return json.dumps({"records": records, **more}).encode()


RECORD = said({"ref": "SC-9", "facts": ENQUIRY})


def verdicts(answer: httpx.Response) -> list[str]:
    """Return what became of each record."""
    assert answer.status_code == 200, answer.text
    return [one["verdict"] for one in answer.json()["records"]]


def kept(world: World, ref: str) -> Any:
    """Return what the feed knows of a case."""
    with world.store.read() as tx:
        found = tx.fragments.of([ref]).get(ref, [])
    return next((one.body for one in found if one.feed == "posted"), None)


def states(world: World, ref: str) -> set[str]:
    """Return the states of a case's duties."""
    with world.store.read() as tx:
        return {str(one.state) for one in tx.obligations.of([ref]).get(ref, [])}


def sent(door: Door, token: str, key: str = "", body: bytes | None = None) -> httpx.Response:
    """Return the answer to a post that shows itself by a token."""
    return posted(
        door.browser, RECORD if body is None else body, key, Authorization=f"Bearer {token}"
    )
