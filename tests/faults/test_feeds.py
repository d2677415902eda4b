"""A feed that disappears: nobody is accused on data that nobody sends."""

from datetime import timedelta

import pytest

from tests.faults.authority import DUE_AT, OPERATOR, Authority
from tests.faults.looking import looking_into
from tests.faults.runner import Daemon, offset_to, until

pytestmark = pytest.mark.slow
CHIEF = "safeguarding_service_manager-north@council.example"


def test_a_rung_waits_while_the_folder_that_it_relies_on_is_gone(tmp_path, mail):
    authority = Authority(
        tmp_path, families=1, children=1, read_every="1 second", fresh_within="5 seconds"
    )
    authority.write(mail.port)
    gone = tmp_path / "elsewhere"
    offset = offset_to(DUE_AT - timedelta(seconds=12))

    with Daemon(authority.config, offset) as daemon:
        until(lambda: len(mail.received()) == 3, 60, "the reminders have come")
        authority.diary.rename(gone)
        daemon.wait_for("feed.failed", source="diary")
        assert daemon.outlives(max(0.0, -offset_to(DUE_AT - offset).total_seconds()) + 15)
        failures = len(daemon.said("feed.failed", source="diary"))
        assert daemon.stop() == 0

    assert failures > 3
    assert mail.addresses()[OPERATOR] == 1
    assert CHIEF not in mail.addresses()
    with looking_into(authority) as store, store.read() as tx:
        assert tx.obligations.counts(DUE_AT + timedelta(seconds=1))["held"] == 1
        assert tx.cases.count() == 1

    gone.rename(authority.diary)
    with Daemon(authority.config, offset + timedelta(minutes=2)) as daemon:
        until(lambda: mail.addresses()[CHIEF], 60, "what was held has gone out")
        until(lambda: mail.addresses()[OPERATOR] == 2, 60, "the operator hears that it is back")
        assert daemon.stop() == 0
    assert mail.addresses()[OPERATOR] == 2
