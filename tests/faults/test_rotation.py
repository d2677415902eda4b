"""A secret that is changed while messages go out: the service is not started again, and nothing is lost (T11)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.testing.mail_server import MailServer
from tests.faults.authority import DUE_AT, Authority
from tests.faults.checker import judge, read_mails
from tests.faults.runner import Daemon, offset_to, until

pytestmark = pytest.mark.slow
TLS = Path(__file__).parents[1] / "integrations" / "smtp" / "tls"
FAMILIES, EACH, BEGUN = 60, 3, 30
EARLIER = DUE_AT - timedelta(minutes=5)
LOGIN = f"""security = "starttls"
username = "daykeeper"
password_file = "smtp.password"
ca_file = "{TLS / "authority.pem"}\""""


def relay(folder: Path, password: str, port: int = 0) -> MailServer:
    """Return a relay that lets nobody in without this password."""
    options = ("--certificate", str(TLS / "localhost.pem"), "--key", str(TLS / "key-for-tests.pem"))
    return MailServer(folder, *options, "--login", f"daykeeper:{password}", "--port", str(port))


def change(file: Path, password: str) -> None:
    """Put a new password into its file, as `daykeeper secrets` does: whole, and by its owner alone."""
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(f"{password}\n")
    part.replace(file)


def test_a_password_that_is_changed_under_load_loses_nothing(tmp_path):
    secret = tmp_path / "smtp.password"
    change(secret, "first")
    authority = Authority(tmp_path, FAMILIES, 1, deadline_s=10, lease_s=15)
    with relay(tmp_path / "mail", "first") as before:
        port = before.port
        authority.write(port)
        text = authority.config.read_text("utf-8").replace(
            'host = "127.0.0.1"', 'host = "localhost"'
        )
        authority.config.write_text(text.replace('security = "none"', LOGIN), "utf-8")
        before.switch(slow_reply_s=0.05)
        offset = offset_to(EARLIER)
        daemon = Daemon(authority.config, offset)
        until(lambda: len(before.received()) >= BEGUN, 60, "messages go out")
        ended_at = datetime.now(UTC)
    with daemon, relay(tmp_path / "mail", "second", port) as after:
        daemon.wait_for("delivery.recorded", outcome="will-retry", reason="login-refused")
        assert len(after.received()) < FAMILIES * EACH

        change(secret, "second")
        until(lambda: len(after.received()) >= FAMILIES * EACH, 90, "each message has come")
        assert daemon.stop() == 0
        mails = read_mails(after.folder, after.received(), set())

    # What the relay had kept when it ended, and had not answered for, comes again: the window that is declared.
    expected = {telling: at for telling, at in authority.expected().items() if at < EARLIER}
    mails = [mail for mail in mails if not mail.address.startswith("operator")]
    verdict = judge(mails, expected, [ended_at], offset, authority.connections)
    assert verdict.faults() == {}
    assert FAMILIES * EACH <= verdict.mails <= FAMILIES * EACH + authority.connections
    assert len(daemon.said("service.started")) == 1
