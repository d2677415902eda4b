"""Mail goes in private or not at all: TLS, the login, and the options that are refused at the start."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from daemon.testing.mail_server import MailServer
from integrations.smtp.config import Config
from tests.integrations.outcome import outcome
from tests.integrations.smtp.conftest import TLS, Connect


def certificate(name: str) -> tuple[str, ...]:
    return "--certificate", str(TLS / f"{name}.pem"), "--key", str(TLS / "key-for-tests.pem")


SECURE = {"security": "starttls", "ca_file": TLS / "authority.pem"}


@pytest.mark.parametrize(
    ("options", "config", "expected"),
    [
        pytest.param(certificate("localhost"), SECURE, ("accepted", ""), id="STARTTLS"),
        pytest.param(
            (*certificate("localhost"), "--tls"),
            SECURE | {"security": "tls"},
            ("accepted", ""),
            id="TLS from the start",
        ),
        pytest.param((), SECURE, ("Temporary", "no-starttls"), id="STARTTLS is not offered"),
        pytest.param(
            certificate("elsewhere"),
            SECURE,
            ("Temporary", "tls-unverified"),
            id="the certificate is another server's",
        ),
        pytest.param(
            certificate("localhost"),
            {"security": "starttls"},
            ("Temporary", "tls-unverified"),
            id="nobody we trust signed the certificate",
        ),
        pytest.param((), SECURE | {"security": "tls"}, ("Temporary", "tls-failed"), id="no TLS"),
    ],
)
def test_mail_is_only_handed_over_in_private(
    tmp_path: Path,
    connect: Connect,
    options: tuple[str, ...],
    config: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    with MailServer(tmp_path / "mail", *options) as server:
        result = outcome(connect(server.port, timeout_s=3, **config))

        assert (result, len(server.received())) == (expected, int(expected[0] == "accepted"))


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("right\n", ("accepted", ""), id="the right password"),
        pytest.param(
            "wrong\n", ("Temporary", "login-refused"), id="a wrong password is ours to mend"
        ),
        pytest.param("näh\n", ("Temporary", "password-unreadable"), id="one that cannot be sent"),
    ],
)
def test_the_login(
    tmp_path: Path, connect: Connect, password: str, expected: tuple[str, str]
) -> None:
    secret = tmp_path / "password"
    secret.write_text(password, "utf-8")
    secret.chmod(0o600)
    options = (*certificate("localhost"), "--login", "daykeeper:right")

    with MailServer(tmp_path / "mail", *options) as server:
        login = {"username": "daykeeper", "password_file": secret}

        assert outcome(connect(server.port, **SECURE, **login)) == expected
        assert outcome(connect(server.port, **SECURE)) == ("Temporary", "login-refused")


GIVEN = {"host": "smtp.council.example", "sender": "daykeeper@council.example"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"security": "none"}, "is for a server on this machine", id="in clear"),
        pytest.param({"sender": "Daykeeper"}, "not a plain e-mail address", id="no sender"),
        pytest.param({"domain": "x>\r\nBcc: a"}, "not a plain", id="a domain that is none"),
        pytest.param({"username": "u"}, "give both or neither", id="half a login"),
        pytest.param({"ca_file": "none.pem"}, "there is no such file", id="no such file"),
        pytest.param({"username": "u", "password_file": "open"}, "chmod 600", id="open password"),
        pytest.param({"port": 0}, "greater than or equal to 1", id="no port"),
        pytest.param({"retries": 3}, "Extra inputs", id="an option that we do not have"),
    ],
)
def test_wrong_options_are_refused_at_the_start(
    tmp_path: Path, options: dict[str, Any], complaint: str
) -> None:
    (tmp_path / "open").touch(mode=0o644)

    with pytest.raises(ValidationError, match=complaint):
        Config.model_validate(GIVEN | options, context={"base": tmp_path})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_may_do_without_tls(host: str) -> None:
    config = Config.model_validate(GIVEN | {"host": host, "security": "none"})

    assert config.id_domain == "council.example"
