"""Real processes of one installation that were started with different settings."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.app import utc_now
from daemon.engine.standing.overview import standing
from tests.faults.authority import DUE_AT, Authority
from tests.faults.looking import looking_into
from tests.faults.receiver import Receiver
from tests.faults.runner import START_S, Daemon, offset_to, until
from tests.postgres import Server

pytestmark = pytest.mark.slow
EARLIER = DUE_AT - timedelta(minutes=5)
TITLE, OTHER_TITLE = 'title = "Testshire"', 'title = "Elsewhere"'
INSIDE, OTHER_INSIDE = 'internal = ["', 'internal = ["elsewhere.example", "'


@pytest.fixture
def shared(tmp_path: Path, mail: Receiver, server: Server, template: str) -> Iterator[Authority]:
    """Return an authority with its database on a server: there may be several runs."""
    name = server.make(template)
    made = Authority(tmp_path, families=0, children=1, address=server.url(name))
    made.write(mail.port, with_database=False)
    yield made
    server.drop(name)


def rewrite(config: Path, before: str, now: str, to: Path | None = None) -> Path:
    to = to or config
    to.write_text(config.read_text("utf-8").replace(before, now), "utf-8")
    return to


def status(authority: Authority, offset: timedelta) -> dict[str, Any]:
    with looking_into(authority) as store:
        return standing(store, utc_now() + offset, {}, None, [])


def of_settings(authority: Authority, offset: timedelta) -> list[str]:
    return [one for one in status(authority, offset)["attention"] if "otherwise" in one]


def test_a_worker_left_alone_while_the_run_got_other_settings_stops_and_says_so(
    tmp_path: Path, mail: Receiver
) -> None:
    authority = Authority(tmp_path, families=0, children=1)
    authority.write(mail.port)
    offset = offset_to(EARLIER)
    with Daemon(authority.config, offset) as run:
        worker = Daemon(authority.config, offset, kind="worker")
        worker.wait_for("worker.started")
        run.stop()
    rewrite(authority.config, INSIDE, OTHER_INSIDE)
    rewrite(authority.config, TITLE, OTHER_TITLE)

    with worker, Daemon(authority.config, offset) as run:
        told = worker.wait_for("settings.differ")
        (line,) = of_settings(authority, offset)
        worker.stop()
        with Daemon(authority.config, offset, kind="worker") as anew:
            until(lambda: status(authority, offset)["workers"], 60, "it is there")
            after = of_settings(authority, offset)
            assert anew.stop() == 0
        assert run.stop() == 0

    assert told["which"] == ["domains", "title"]
    assert "sends nothing" in line
    assert after == []


def test_of_two_runs_the_second_is_refused_with_other_settings_and_welcome_with_the_same(
    shared: Authority, tmp_path: Path
) -> None:
    offset = offset_to(EARLIER)
    other = rewrite(shared.config, TITLE, OTHER_TITLE, tmp_path / "other.toml")
    other_key = rewrite(
        shared.config, 'secret_file = "link.key"', 'secret_file = "new.key"', tmp_path / "key.toml"
    )

    with Daemon(shared.config, offset) as first, Daemon(shared.config, offset) as second:
        refused = [Daemon(one, offset) for one in (other, other_key)]
        codes = [one.wait(START_S) for one in refused]
        said = status(shared, offset)["processes"]
        assert (first.stop(), second.stop()) == (0, 0)
    with Daemon(other, offset) as later:
        assert later.stop() == 0

    lines = [line["event"] for one in refused for line in one.log]
    assert codes == [1, 1]
    assert ["these differ: title; " in one for one in lines] == [True, False]
    assert ["these differ: link key; " in one for one in lines] == [False, True]
    assert sorted(one["leads"] for one in said) == [False, True]
