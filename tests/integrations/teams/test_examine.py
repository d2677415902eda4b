"""What an administrator is told of workflows and a bot before anybody relies on them."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.teams.faults import Fault
from daemon.testing.teams.server import TeamsServer
from integrations.teams.channel import Teams
from integrations.teams.config import Config
from tests.integrations.teams.conftest import Connect, options

TLS = Path(__file__).parents[1] / "smtp" / "tls"


def told(channel: Teams) -> list[str]:
    """Return what each finding says."""
    return [f"{one.grade}: {one.what}" for one in channel.examine()]


def test_workflows_and_a_bot_that_is_let_in_are_fine_and_nothing_is_posted(
    server: TeamsServer, connect: Connect
) -> None:
    lines = told(connect("north", "south"))

    assert lines == [
        "ok: the address of workflow:north is whole, and signed",
        "ok: the address of workflow:south is whole, and signed",
        "warn: whether a workflow runs, and who owns it, only a card in its channel shows",
        "ok: the bot signs in",
        "warn: when its secret ends, nobody tells us",
    ]
    assert server.posts == []
    assert server.conversations_made == 0


@pytest.mark.parametrize(
    ("fault", "secret", "line"),
    [
        pytest.param(
            Fault.NONE,
            "another",
            "fail: the sign-in service refuses the bot",
            id="its secret has ended",
        ),
        pytest.param(
            Fault.DOWN, None, "fail: the bot does not sign in (login-failed)", id="no service"
        ),
        pytest.param(Fault.CUT, None, "fail: localhost cannot be reached", id="it hangs up"),
        pytest.param(
            Fault.NONE, "", "fail: the sign-in service refuses the bot", id="an empty file"
        ),
    ],
)
def test_a_bot_that_is_not_let_in_fails(
    server: TeamsServer,
    connect: Connect,
    tmp_path: Path,
    fault: Fault,
    secret: str | None,
    line: str,
) -> None:
    channel = connect()
    server.login_fault = fault
    if secret is not None:
        (tmp_path / "bot.secret").write_text(secret)

    assert told(channel)[-1] == line


@pytest.mark.parametrize(
    ("more", "line"),
    [
        pytest.param(
            {"ca_file": TLS / "authority.pem"},
            "ok: the certificate of localhost is good for",
            id="by our authority",
        ),
        pytest.param(
            {}, "fail: localhost shows a certificate that is not trusted", id="by nobody's"
        ),
        pytest.param(
            {"proxy": "http://127.0.0.1:9"},
            "warn: behind a proxy no certificate can be looked at",
            id="behind a proxy",
        ),
    ],
)
def test_the_certificate_of_each_host_is_looked_at(
    tmp_path: Path, more: dict[str, Any], line: str
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem", TLS / "key-for-tests.pem")
    with TeamsServer(context=context) as server:
        given = options(tmp_path, server, "north", timeout_s=5, **more)
        config = Config.model_validate(given, context={"base": tmp_path})
        channel = Teams(config, lambda: datetime.now(UTC))

        lines = told(channel)
        channel.close()

    assert lines[0].startswith(line)


@pytest.mark.parametrize(
    ("off_s", "line"),
    [
        pytest.param(0, "ok: this machine's clock is ", id="ours is right"),
        pytest.param(-60, "warn: this machine's clock is ", id="it is odd"),
        pytest.param(400, "fail: this machine's clock is ", id="it is wrong"),
    ],
)
def test_the_clock_is_held_beside_that_of_each_host(tmp_path: Path, off_s: int, line: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem", TLS / "key-for-tests.pem")
    with TeamsServer(context=context) as server:
        given = options(tmp_path, server, "north", timeout_s=5, ca_file=TLS / "authority.pem")
        config = Config.model_validate(given, context={"base": tmp_path})
        channel = Teams(config, lambda: datetime.now(UTC) + timedelta(seconds=off_s))

        lines = told(channel)
        channel.close()

    assert lines[1].startswith(line)
    assert server.posts == server.refused == []
