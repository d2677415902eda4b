"""The script that tells of a failed unit: by a real mail server, without anything of Daykeeper."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.testing.mail_server import MailServer
from tests.deploy.tools import DEPLOY
from tests.ports import free_port

UNIT = "daykeeper.service"
TLS = Path(__file__).parents[1] / "integrations" / "smtp" / "tls"
WHO = "duty.engineer@potterby.example"


@pytest.fixture
def mail(tmp_path):
    with MailServer(tmp_path / "mail") as server:
        yield server


def tell(
    folder: Path, port: int, unit: str = UNIT, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Return how the script ended that systemd starts: with these variables and no others."""
    variables = {
        "PATH": os.environ["PATH"], "STATE_DIRECTORY": str(folder), "FAILED_TO": WHO, "FAILED_HOST": "127.0.0.1",
        "FAILED_PORT": str(port), "MONITOR_SERVICE_RESULT": "exit-code", "MONITOR_EXIT_STATUS": "1",
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-I", "-S", str(DEPLOY / "tell-failed.py"), unit], check=False,
        env=variables | settings, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_a_person_is_told_which_unit_failed_where_and_how_and_nothing_that_it_logged(
    mail, tmp_path
):
    ended = tell(tmp_path, mail.port)

    (came,), (line,) = mail.mails(), mail.received()
    text = came.get_content()
    assert (ended.returncode, ended.stdout) == (0, f"{UNIT}: told\n")
    assert line["rcpt"] == [WHO]
    assert came["Subject"].startswith(f"{UNIT} has failed on ")
    assert came["Auto-Submitted"] == "auto-generated"
    assert "(exit-code 1)" in text
    assert f"journalctl --unit {UNIT}" in text


def test_a_unit_that_fails_again_within_the_hour_is_told_of_once_and_another_by_itself(
    mail, tmp_path
):
    codes = [tell(tmp_path, mail.port).returncode for _ in range(3)]
    other = tell(tmp_path, mail.port, "daykeeper-worker.service")

    assert codes == [0, 0, 0]
    assert other.stdout == "daykeeper-worker.service: told\n"
    assert len(mail.received()) == 2


def test_a_folder_that_keeps_no_stamp_is_said_and_somebody_is_told_all_the_same(mail, tmp_path):
    gone = tmp_path / "gone"

    ended = tell(gone, mail.port)

    assert ended.returncode == 1
    assert ended.stdout == f"{UNIT}: told\n"
    assert ended.stderr.endswith(f"{UNIT}.told cannot be written: No such file or directory\n")
    assert len(mail.received()) == 1


def test_after_an_hour_somebody_is_told_again(mail, tmp_path):
    tell(tmp_path, mail.port)
    (stamp,) = tmp_path.glob("*.told")
    long_ago = stamp.stat().st_mtime - 3601
    os.utime(stamp, (long_ago, long_ago))

    tell(tmp_path, mail.port)

    assert len(mail.received()) == 2


def test_where_no_mail_server_answers_it_says_so_and_the_next_failure_is_told(mail, tmp_path):
    nowhere = tell(tmp_path, free_port())
    afterwards = tell(tmp_path, mail.port)

    assert nowhere.returncode == 1
    assert nowhere.stderr.startswith(f"{UNIT}: nobody was told: ConnectionRefusedError")
    assert afterwards.returncode == 0
    assert len(mail.received()) == 1


def test_a_relay_that_asks_for_tls_and_a_login_is_given_both(tmp_path):
    (tmp_path / "password").write_text("letters1\n")
    options = ("--certificate", str(TLS / "localhost.pem"), "--key", str(TLS / "key-for-tests.pem"))
    trusted = {
        "SSL_CERT_FILE": str(TLS / "authority.pem"),
        "FAILED_HOST": "localhost",
        "FAILED_USER": "duty",
    }
    with MailServer(tmp_path / "mail", *options, "--login", "duty:letters1") as server:
        stranger = tell(tmp_path, server.port, FAILED_HOST="localhost")
        ended = tell(tmp_path, server.port, CREDENTIALS_DIRECTORY=str(tmp_path), **trusted)

        came = server.received()

    assert stranger.returncode == 1  # a certificate that nobody vouches for
    assert ended.returncode == 0, ended.stderr
    assert len(came) == 1


def test_without_anybody_to_tell_it_says_so(tmp_path):
    ended = tell(tmp_path, free_port(), FAILED_TO="")

    assert ended.returncode == 1
    assert "nobody was told" in ended.stderr


@pytest.mark.parametrize("slip", [{"FAILED_SECURITY": "ssl"}, {"FAILED_PORT": "smtp"}])
def test_a_slip_of_the_pen_is_said_in_a_line_and_nothing_goes_in_clear(mail, tmp_path, slip):
    ended = tell(tmp_path, mail.port, **slip)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{UNIT}: nobody was told: ValueError(")
    assert len(ended.stderr.splitlines()) == 1
    assert mail.received() == []


def test_capitals_mean_the_same(mail, tmp_path):
    ended = tell(tmp_path, mail.port, FAILED_SECURITY="STARTTLS")  # this one offers none

    assert ended.returncode == 1
    assert "STARTTLS" in ended.stderr
    assert mail.received() == []
