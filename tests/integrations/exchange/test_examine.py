"""What an administrator is told of an Exchange Server before anybody relies on it."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.exchange.server import ExchangeServer
from integrations.exchange.calendar import ExchangeCalendar
from integrations.exchange.channel import Exchange
from integrations.exchange.config import Config, InboxConfig
from integrations.exchange.inbox import ExchangeInbox
from tests.integrations.exchange.conftest import MAILBOX, Given

TLS = Path(__file__).parents[1] / "smtp" / "tls"
KINDS = [
    pytest.param(Exchange, Config, "sent", id="mail"),
    pytest.param(ExchangeCalendar, Config, "calendar", id="calendar"),
    pytest.param(ExchangeInbox, InboxConfig, "inbox", id="inbox"),
]


def now() -> datetime:
    """Return this machine's moment: certificates are real ones."""
    return datetime.now(UTC)


def told(adapter: Any) -> list[str]:
    """Return a line for each finding, and close the adapter."""
    try:
        return [f"{one.grade}: {one}" for one in adapter.examine()]
    finally:
        adapter.close()


@pytest.mark.parametrize(("kind", "options", "folder"), KINDS)
def test_a_server_that_lets_us_in_is_fine_and_nothing_is_made(
    server: ExchangeServer, given: Given, kind: Any, options: Any, folder: str
) -> None:
    lines = told(kind(options(**given(server)), now))

    assert lines == [
        "ok: it takes our login",
        f"ok: {MAILBOX} can be opened, and its {folder} be read",
        "ok: it is build 15.2.2562",
    ]
    assert set(server.asked) == {"FindItem"}


@pytest.mark.parametrize(
    ("faults", "line"),
    [
        pytest.param(("401 once",) * 3, "fail: it refuses the login", id="a wrong password"),
        pytest.param(("404",), "fail: there is no EWS at this address", id="another address"),
        pytest.param(("redirect",), "fail: it sends us elsewhere", id="a redirect"),
        pytest.param(("garbage",), "fail: it does not answer as it should", id="a page to sign in"),
        pytest.param(("cut",), "fail: it does not answer as it should", id="it hangs up"),
    ],
)
def test_what_keeps_us_out_is_said_with_what_to_do(
    server: ExchangeServer, connect: Callable[..., Exchange], faults: tuple[str, ...], line: str
) -> None:
    server.misbehave(*faults)

    lines = told(connect(server))

    assert len(lines) == 1
    assert lines[0].startswith(line)


def test_a_mailbox_that_the_account_may_not_open_is_said_to_be(
    server: ExchangeServer, connect: Callable[..., Exchange]
) -> None:
    lines = told(connect(server, mailbox="other@council.example", access="impersonation"))

    assert [line.partition(";")[0] for line in lines] == [
        "fail: the account may not open the mailbox"
    ]


@pytest.mark.parametrize(
    ("authority", "line"),
    [
        pytest.param(TLS / "authority.pem", "ok: the certificate of localhost is good", id="ours"),
        pytest.param(
            None, "fail: localhost shows a certificate that is not trusted", id="nobody's"
        ),
    ],
)
def test_its_certificate_is_looked_at(given: Given, authority: Path | None, line: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem", TLS / "key-for-tests.pem")
    with ExchangeServer(MAILBOX, context=context) as server:
        lines = told(Exchange(Config(**given(server, ca_file=authority)), now))

    assert lines[0].startswith(line)


@pytest.mark.parametrize(
    ("off_s", "line"),
    [
        pytest.param(0, "ok: this machine's clock is ", id="ours is right"),
        pytest.param(-60, "warn: this machine's clock is ", id="it is odd"),
        pytest.param(400, "fail: this machine's clock is ", id="it is wrong"),
    ],
)
def test_the_clock_is_held_beside_its_own(given: Given, off_s: int, line: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem", TLS / "key-for-tests.pem")
    with ExchangeServer(MAILBOX, context=context) as server:
        config = Config(**given(server, ca_file=TLS / "authority.pem"))
        lines = told(Exchange(config, lambda: now() + timedelta(seconds=off_s)))

    assert lines[1].startswith(line)
    assert lines[1].partition(";")[0].endswith(" seconds from the server's")


def test_a_server_that_microsoft_supports_no_more_is_warned_of(
    server: ExchangeServer, connect: Callable[..., Exchange]
) -> None:
    server.build = (15, 1, 2507)

    assert told(connect(server))[-1].startswith(
        "warn: it is build 15.1.2507, which Microsoft supports no more"
    )
