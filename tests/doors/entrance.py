"""The pages of a small authority whose people sign in by a provider on loopback."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from daemon.metrics import Metrics
from daemon.settings.web import SignIn, Web
from daemon.testing.world import World
from daemon.web import create, serve
from tests.doors.provider import CLIENT, SECRET
from tests.ports import free_port

ROLES = {
    "DK-Managers": "safeguarding_service_manager",
    "DK-Chairs": "cp_chair",
    "DK-Staff": "social_worker",
}


@dataclass(slots=True)
class Entrance:
    """Where one authority's pages are, and who is in."""

    world: World
    address: str
    app: Starlette

    @contextmanager
    def browser(self, *, follows: bool = True) -> Iterator[httpx.Client]:
        """Yield a browser without scripts that nobody has used yet."""
        with httpx.Client(
            base_url=self.address, follow_redirects=follows, timeout=30, verify=False
        ) as one:
            yield one

    def sessions(self) -> list[tuple[str, int, int]]:
        """Return (person, begun, ends) of every session that was ever begun."""
        with sqlite3.connect(self.world.store.path) as connection:
            rows = connection.execute("SELECT person, signed_in_at, ends_at FROM sessions")
            found = list(rows)
        connection.close()
        return found


def nonce_in(page: httpx.Response) -> str:
    """Return what a page's forms carry."""
    found = re.findall(r'name="nonce" value="(\w+)"', page.text)
    assert found, page.text
    return str(found[0])


@contextmanager
def entrance(
    world: World,
    issuer: str,
    *,
    address: str = "",
    metrics: Metrics | None = None,
    rehearsals: Path = Path("state/rehearsals"),
    **terms: Any,
) -> Iterator[Entrance]:
    """Yield the entrance of an authority until this ends; `address` is the public one, if another."""
    secret = world.store.path.with_name("sign-in.secret")
    secret.write_text(SECRET)
    secret.chmod(0o600)
    port = free_port()
    web = Web(
        address=address or f"http://127.0.0.1:{port}",
        rehearsals=rehearsals,
        sign_in=SignIn(
            **{"issuer": issuer, "client_id": CLIENT, "client_secret_file": secret, "roles": ROLES, **terms}
        ),
    )  # fmt: skip
    app = create(world.line, world.store, world.clock, metrics, list, title="Testshire", web=web)
    with serve(app, "127.0.0.1", port) as served:
        yield Entrance(world, served.address, app)


def journal(world: World) -> list[tuple[str, str]]:
    """Return (what, who) of every coming and going of Sue, in order."""
    with world.store.read() as tx:
        found = tx.journal.of("sue")
    return [(one.kind, one.about) for one in found if one.kind.startswith("person.signed")]
