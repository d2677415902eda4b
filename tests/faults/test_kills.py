"""Kill -9 between claim and send."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.authority import DUE_AT, Authority
from tests.faults.looking import on_the_wire, states
from tests.faults.runner import Daemon, offset_to, until

pytestmark = pytest.mark.slow


def test_a_message_claimed_before_a_kill_goes_out_once_its_lease_is_over(tmp_path, mail):
    authority = Authority(tmp_path, families=1, children=1)
    authority.write(mail.port)
    offset = offset_to(DUE_AT - timedelta(minutes=2))
    mail.switch(hang_s=60)
    with Daemon(authority.config, offset) as daemon:
        until(lambda: on_the_wire(authority) == 3, 60, "three messages are on the wire")
        daemon.kill()
    killed_at = datetime.now(UTC)

    mail.switch()
    with Daemon(authority.config, offset) as daemon:
        until(lambda: len(mail.received()) == 3, 60, "they have come")
        daemon.stop()

    first_at = datetime.fromisoformat(mail.received()[0]["at"])
    assert first_at >= killed_at + timedelta(seconds=authority.lease_s - authority.deadline_s)
    assert len(mail.received()) == 3
    assert states(authority) == {"accepted": 3, "ambiguous": 3}
