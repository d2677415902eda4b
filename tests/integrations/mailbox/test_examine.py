"""What an administrator is told of a mailbox before anybody relies on it."""

from datetime import UTC, datetime

import pytest

from integrations.mailbox.config import Config
from integrations.mailbox.inbox import Mailbox
from tests.dovecot import LOGIN, PASSWORD, TLS, Dovecot

OURS = ("daykeeper@council.example",)
SECURE = {"host": "localhost", "security": "starttls", "ca_file": TLS / "authority.pem"}


@pytest.fixture(scope="module")
def server():
    with Dovecot() as running:
        yield running


@pytest.fixture
def told(tmp_path):
    def examine(word: str = PASSWORD, **options) -> list[str]:
        secret = tmp_path / "imap.password"
        secret.write_text(f"{word}\n")
        secret.chmod(0o600)
        login = {"username": LOGIN, "password_file": secret, "timeout_s": 20}
        given = {"ours": OURS, **(login if "host" in options else {}), **options}
        box = Mailbox(Config.model_validate(given), lambda: datetime.now(UTC))
        return [f"{one.grade}: {one.what}" for one in box.examine()]

    return examine


def test_a_folder_that_can_be_opened_is_fine(server, told):
    lines = told(port=server.port, **SECURE)

    assert [line.partition(" is good for ")[0] for line in lines] == [
        "ok: the certificate of localhost",
        "ok: the mail server takes our login",
        "ok: the folder INBOX can be read",
    ]


@pytest.mark.parametrize(
    ("options", "line"),
    [
        pytest.param(
            {"word": "another"}, "fail: the mail server refuses the login", id="a wrong password"
        ),
        pytest.param(
            {"folder": "Nowhere"},
            "fail: the mail server has no such folder, or this login may not read it",
            id="no such folder",
        ),
        pytest.param(
            {"ca_file": None},
            "fail: the mail server shows a certificate that is not its own",
            id="a certificate of nobody's",
        ),
        pytest.param(
            {"moved_to": "Read"},
            "warn: Read is no such folder: what was read stays where it is",
            id="no folder to move to",
        ),
        pytest.param(
            {"port": 1}, "fail: the mail server cannot be reached, or is too slow", id="no server"
        ),
    ],
)
def test_what_keeps_us_out_is_said(server, told, options, line):
    lines = told(**{"port": server.port, **SECURE, **options})

    assert lines[-1] == line


def test_a_maildir_needs_both_its_folders(told, tmp_path):
    (tmp_path / "box" / "new").mkdir(parents=True)

    lines = told(maildir=tmp_path / "box")

    assert lines == [
        "ok: the Maildir's new can be read and written",
        "fail: the Maildir's cur cannot be used",
    ]
