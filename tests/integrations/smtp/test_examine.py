"""What an administrator is told of a mail server before anybody relies on it."""

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.mail_server import MailServer
from integrations.smtp.channel import Smtp
from integrations.smtp.config import Config
from tests.integrations.smtp.conftest import TLS, Connect

SENDER = "daykeeper@council.example"
SHOWN = ("--certificate", str(TLS / "localhost.pem"), "--key", str(TLS / "key-for-tests.pem"))
LOGIN = ("--login", "daykeeper:right")


def told(channel: Smtp) -> list[str]:
    """Return a line for each finding."""
    return [f"{one.grade}: {one}" for one in channel.examine()]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """Give a password's file that holds the right one."""
    path = tmp_path / "smtp.password"
    path.write_text("right\n")
    path.chmod(0o600)
    return path


def test_a_server_that_takes_everything_is_fine_and_gets_no_message(
    tmp_path: Path, connect: Connect, secret: Path
) -> None:
    with MailServer(tmp_path / "tls", *SHOWN, *LOGIN) as server:
        channel = connect(
            server.port, security="starttls", ca_file=TLS / "authority.pem", username="daykeeper",
            password_file=secret,
        )  # fmt: skip

        lines = told(channel)

        assert [line.partition(" is good for ")[0] for line in lines] == [
            "ok: the certificate of localhost",
            "ok: this machine's clock cannot be compared here: the server says no time",
            "ok: it takes our login",
            f"ok: {SENDER} may send by it",
        ]
        assert server.received() == []


@pytest.mark.parametrize(
    ("options", "given", "line"),
    [
        pytest.param((), {"security": "starttls"}, "fail: it offers no STARTTLS", id="no STARTTLS"),
        pytest.param((), {"security": "tls"}, "fail: there is no TLS at this port", id="no TLS"),
        pytest.param(
            SHOWN,
            {"security": "starttls", "ca_file": None},
            "fail: localhost shows a certificate that is not trusted",
            id="a certificate of nobody's",
        ),
        pytest.param(
            (*SHOWN, *LOGIN),
            {"security": "starttls", "username": "other"},
            "fail: it refuses the login",
            id="another's login",
        ),
    ],
)
def test_what_keeps_us_out_is_said_with_what_to_do(
    tmp_path: Path,
    connect: Connect,
    secret: Path,
    options: tuple[str, ...],
    given: dict[str, Any],
    line: str,
) -> None:
    login = {"password_file": secret} if "username" in given else {}
    with MailServer(tmp_path / "mail", *options) as server:
        channel = connect(server.port, **{"ca_file": TLS / "authority.pem", **login, **given})

        lines = told(channel)

    assert len(lines) == 1
    assert lines[0].startswith(f"{line}")
    assert "; " in lines[0]


def test_a_sender_that_the_server_refuses_is_named(server: MailServer, channel: Smtp) -> None:
    server.switch(refuse_sender=True)

    assert told(channel)[-1].startswith(f"fail: it does not let {SENDER} send (it answers 550)")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        pytest.param(
            "554 5.7.1 Relay access denied", f"fail: it does not let {SENDER} send", id="no relay"
        ),
        pytest.param("451 4.7.1 greylisted", f"warn: whether {SENDER} may send is not", id="later"),
        pytest.param(
            "550 5.1.1 no such mailbox", f"warn: it takes no mail to {SENDER}", id="no mailbox"
        ),
    ],
)
def test_what_a_server_says_only_at_the_recipient_is_heard_and_nothing_is_sent(
    server: MailServer, channel: Smtp, answer: str, line: str
) -> None:
    server.switch(refuse_late=answer)

    assert told(channel)[-1].startswith(line)
    assert server.received() == []


def test_a_server_that_is_not_there_cannot_be_reached(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert told(connect(port))[0].startswith("fail: localhost cannot be reached")


@pytest.mark.parametrize(
    ("zone", "off_s", "line"),
    [
        pytest.param("+0000", 2, "ok: this machine's clock is 2 seconds", id="ours is right"),
        pytest.param("GMT", 40, "warn: this machine's clock is 40 seconds", id="it is odd"),
        pytest.param("+0100", 3600, "ok: this machine's clock is 0 seconds", id="another zone"),
        pytest.param("+0000", 360, "fail: this machine's clock is 360 seconds", id="it is wrong"),
        pytest.param("EST5EDT", 0, "ok: this machine's clock cannot be compared", id="no zone"),
    ],
)
def test_the_clock_is_held_beside_one_that_greets_with_its_time(
    tmp_path: Path, zone: str, off_s: int, line: str
) -> None:
    now = datetime(2026, 3, 6, 17, tzinfo=UTC)
    said = f"{now + timedelta(seconds=off_s):%a, %-d %b %Y %H:%M:%S} {zone}"
    with MailServer(
        tmp_path / "mail", "--ident", f"Microsoft ESMTP Service ready at {said}"
    ) as one:
        given = {"host": "localhost", "port": one.port, "security": "none", "sender": SENDER}
        channel = Smtp(Config.model_validate(given), lambda: now)

        lines = told(channel)
        channel.close()

    assert lines[1].startswith(line)


def test_a_certificate_that_has_ended_by_our_clock_fails(tmp_path: Path) -> None:
    with MailServer(tmp_path / "mail", *SHOWN) as server:
        given = {"host": "localhost", "port": server.port, "security": "starttls", "sender": SENDER}
        config = Config.model_validate({**given, "ca_file": TLS / "authority.pem"})
        channel = Smtp(config, lambda: datetime(2199, 1, 1, tzinfo=UTC))

        lines = told(channel)
        channel.close()

    assert lines[0].startswith("fail: the certificate of localhost ended on ")
