"""Kill -9: nothing due is lost, and nothing comes twice outside the two declared windows."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.authority import DUE_AT, Authority
from tests.faults.runner import Daemon, offset_to, until
from tests.faults.storm import CONNECTIONS, KILLS, states, storm

pytestmark = pytest.mark.slow


@pytest.mark.timeout(400)
def test_a_thousand_obligations_outlive_twenty_kills_and_a_failing_mail_server(tmp_path):
    result = storm(tmp_path, seed=1)

    print(result.verdict.table())
    assert result.verdict.faults() == {}
    assert result.verdict.told == 6000
    assert result.verdict.mails >= 1000
    assert result.verdict.crash_copies <= KILLS * CONNECTIONS
    assert result.verdict.lost_reply_copies <= result.verdict.replies_lost
    assert (result.unfinished, result.exit_code) == ({}, 0)


def test_a_message_claimed_before_a_kill_goes_out_once_its_lease_is_over(tmp_path, mail):
    authority = Authority(tmp_path, families=1, children=1)
    authority.write(mail.port)
    offset = offset_to(DUE_AT - timedelta(minutes=2))
    mail.switch(hang_s=60)
    with Daemon(authority.config, offset) as daemon:
        until(lambda: states(authority).get("sending") == 3, 10, "three messages are on the wire")
        daemon.kill()
    killed_at = datetime.now(UTC)

    mail.switch()
    with Daemon(authority.config, offset) as daemon:
        until(lambda: len(mail.received()) == 3, 20, "they have come")
        daemon.stop()

    first_at = datetime.fromisoformat(mail.received()[0]["at"])
    assert first_at >= killed_at + timedelta(seconds=authority.lease_s - authority.deadline_s)
    assert len(mail.received()) == 3
    assert states(authority) == {"accepted": 3, "ambiguous": 3}
