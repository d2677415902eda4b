"""What a system that posts records says and shows, and what is kept of it."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx
from requests import PreparedRequest
from requests.auth import AuthBase

from daemon.ports import Clock
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
    """Return what shows who posts this, by the world's clock."""
    return signed_at(world.clock(), body, key, secret, late_s)


def signed_at(
    at: datetime, body: bytes, key: str = "", secret: str = SECRET, late_s: int = 0
) -> str:
    """Return what shows who posts this at a moment."""
    seconds = int(at.timestamp()) - late_s
    said = f"{seconds}.{key}.".encode() + body
    return f"t={seconds},v1={hmac.new(secret.encode(), said, sha256).hexdigest()}"


class Signer(AuthBase):
    """Signs a request as it leaves, unless it is one that goes without a signature."""

    def __init__(self, clock: Clock) -> None:
        """`clock`: the door's."""
        self.clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with its signature."""
        if "Daykeeper-Signature" not in request.headers:
            return request
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        key = request.headers.get("Idempotency-Key", "")
        key = key.decode("latin-1") if isinstance(key, bytes) else key
        request.headers["Daykeeper-Signature"] = signed_at(self.clock(), content, key)
        return request


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
