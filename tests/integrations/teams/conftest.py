"""A stand-in of Teams on this machine, and channels that talk to it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.fakes import HandClock
from daemon.testing.teams.server import APP, SECRET, TENANT, TeamsServer
from integrations.teams.channel import Teams
from integrations.teams.config import Config

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
Connect = Callable[..., Teams]


@pytest.fixture
def server() -> Iterator[TeamsServer]:
    """Give the other side, that behaves until it is told otherwise."""
    with TeamsServer() as server:
        yield server


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands."""
    return HandClock(NOW)


def options(folder: Path, server: TeamsServer, *names: str, **more: Any) -> dict[str, Any]:
    """Return the options of a channel with these workflows and a bot, its secrets in a folder."""
    workflows, secret = folder / "workflows.toml", folder / "bot.secret"
    workflows.write_text("".join(f'{name} = "{server.workflow(name)}"\n' for name in names))
    secret.write_text(f"{SECRET}\n")
    for file in (workflows, secret):
        file.chmod(0o600)
    bot = {
        "tenant": TENANT, "app": APP, "secret_file": "bot.secret",
        "service": f"{server.url}/teams", "login": server.url,
    }  # fmt: skip
    return {"workflows_file": "workflows.toml", "bot": bot, **more}


@pytest.fixture
def connect(tmp_path: Path, server: TeamsServer, clock: HandClock) -> Iterator[Connect]:
    """Make channels, and close them in the end."""
    made: list[Teams] = []

    def make(*names: str, on: TeamsServer = server, **more: Any) -> Teams:
        given = options(tmp_path, on, *(names or ("north",)), **{"timeout_s": 5, **more})
        config = Config.model_validate(given, context={"base": tmp_path})
        made.append(Teams(config, clock))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture
def channel(connect: Connect) -> Teams:
    """Give a channel with the workflow north and a bot, that need wait for nobody."""
    return connect(post_every_s=0)


@pytest.fixture
def arrived(server: TeamsServer) -> Callable[[], Sequence[tuple[str, dict[str, Any]]]]:
    """Give a call that returns what came, oldest first."""
    return lambda: [(one.key, one.card) for one in server.posts]
