"""A mailbox at an IMAP server that listens on some port of this machine."""

from datetime import timedelta
from itertools import count

import pytest

from daemon.testing.contracts import hand_moved_clock
from daemon.testing.inbox_contract import AT, OURS
from integrations.mailbox.config import Config
from integrations.mailbox.inbox import Mailbox
from tests.dovecot import PASSWORD

CLOCK, _ = hand_moved_clock(AT + timedelta(hours=1))
LOGINS = (f"answers-{number}@council.example" for number in count(1))


@pytest.fixture
def login():
    return next(LOGINS)


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "imap.password"
    path.write_text(f"{PASSWORD}\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def connect(secret, login):
    def make(port: int, **options) -> Mailbox:
        given = {"host": "127.0.0.1", "security": "none", "username": login, "ours": (OURS,)}
        config = {**given, "password_file": secret, "port": port, "timeout_s": 20, **options}
        return Mailbox(Config.model_validate(config), CLOCK)

    return make
