"""SIGTERM, and a second service on one database."""

from datetime import timedelta
from time import monotonic

import pytest

from tests.faults.authority import DUE_AT, Authority
from tests.faults.looking import looking_into
from tests.faults.runner import Daemon, offset_to, until

pytestmark = pytest.mark.slow
EARLIER = DUE_AT - timedelta(minutes=5)


def test_a_service_that_is_told_to_stop_finishes_what_is_in_flight_and_no_more(tmp_path, mail):
    authority = Authority(tmp_path, families=40, children=1)
    authority.write(mail.port)
    mail.switch(slow_reply_s=0.5)

    with Daemon(authority.config, offset_to(EARLIER)) as daemon:
        until(mail.received, 60, "the first message has come")
        begun = monotonic()
        code = daemon.stop()
        took_s = monotonic() - begun

    with looking_into(authority) as store, store.read() as tx:
        counts, waiting = tx.messages.counts()["email"], tx.notices.counts()["waiting"]
        unsealed = tx.journal.unsealed()
    assert code == 0
    assert took_s < authority.deadline_s + 2
    assert counts["sending"] == counts["unknown"] == counts["will-retry"] == 0
    assert counts["accepted"] == len(mail.received()) < 120
    assert waiting > 0
    assert unsealed == 0


def test_a_second_service_on_one_database_is_refused_in_a_sentence(tmp_path, mail):
    authority = Authority(tmp_path, families=1, children=1)
    authority.write(mail.port)

    with Daemon(authority.config, offset_to(EARLIER)) as first:
        second = Daemon(authority.config, offset_to(EARLIER))
        code = second.wait(15)

        (line,) = second.log
        what = f"another run (process {first.process.pid}) keeps this database"
        assert code == 1
        assert line["event"] == f"{authority.database}: {what}; stop that one first"
        assert first.stop() == 0
