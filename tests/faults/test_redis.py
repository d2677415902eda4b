"""Redis flushed, killed, cut off, lossy and mute, and workers killed: seconds are lost, never messages."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.faults.authority import DUE_AT, OPERATOR, Authority
from tests.faults.redis_plans import (
    CONNECTIONS,
    PLANS,
    Fault,
    be_flushed,
    be_gone,
    be_killed,
    lose_replies,
    lose_workers_and_answers,
    play,
)  # fmt: skip
from tests.faults.runner import Daemon, offset_to, until
from tests.redis import RedisServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SHORT_S = 6.0
HEALED_S = 30.0  # RELIABILITY 5.3: F9 and F10 within 30 s of the end, F11 within 60 s
SIZE = {"families": 50, "children": 2}
# beside a run that has the file to itself; the long form has the others, too
ON_SQLITE = (be_gone,)
URGENT_S = 10.0


@pytest.mark.parametrize(
    ("backend", "fault", "seconds"),
    [
        pytest.param(backend, fault, seconds, id=f"{name}, {backend}")
        for name, fault, seconds in PLANS
        for backend in ("postgres", *(["sqlite"] if fault in ON_SQLITE else []))
    ],
    indirect=["backend"],
)
def test_what_befalls_redis_costs_seconds_and_no_restart(
    tmp_path, make_url: Callable[[], str], fault: Fault, seconds: float
) -> None:
    result = play(tmp_path, 1, make_url, fault, seconds=min(seconds, SHORT_S), **SIZE)

    print(f"{fault.__name__}\n{result.table()}")
    assert result.faults() == {}
    assert result.verdict.told == 600
    assert result.verdict.mails == 200
    assert result.late_s <= HEALED_S
    assert result.said["delivery.recorded by the workers"] > 0
    lost, emptied = (result.said[f"redis.{what} by the run"] for what in ("lost", "emptied"))
    # it may meet others only
    assert fault is lose_replies or bool(lost) == (fault is not be_flushed)
    assert bool(emptied) == (fault in (be_flushed, be_killed))  # each has its line


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_workers_are_killed_and_a_mail_server_fails_and_nothing_is_lost(
    tmp_path, make_url: Callable[[], str]
) -> None:
    result = lose_workers_and_answers(tmp_path, 1, make_url, kills=8, families=100, children=2)

    print(result.table())
    assert result.faults() == {}
    assert result.verdict.told == 1200
    assert result.verdict.crash_copies <= result.verdict.kills * CONNECTIONS
    assert result.verdict.lost_reply_copies <= result.verdict.replies_lost
    assert result.late_s <= 60


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_an_urgent_message_passes_two_thousand_routine_ones(
    tmp_path, mail, make_url: Callable[[], str]
) -> None:
    with RedisServer() as redis:
        authority = Authority(
            tmp_path, 667, 1, read_every="1 second", address=make_url(), broker=redis.url
        )
        authority.write(mail.port, with_database=False)
        mail.switch(slow_reply_s=0.1)
        offset = offset_to(DUE_AT - timedelta(minutes=5))
        with (
            Daemon(authority.config, offset) as run,
            Daemon(authority.config, offset, kind="worker") as worker,
        ):
            until(lambda: mail.count() >= 20, 60, "routine messages go out")
            spoilt_at = datetime.now().astimezone()
            sheet = authority.diary / "conference.csv"
            sheet.write_text(sheet.read_text("utf-8") + "M-9,ICPC,SC-9,2026-02-31,,booked\n")
            until(lambda: mail.addresses()[OPERATOR], 60, "the operator has heard")
            before = mail.count()
            codes = [worker.stop(), run.stop()]
        (heard_at,) = [
            datetime.fromisoformat(line["at"])
            for line in mail.received()
            if line["rcpt"] == [OPERATOR]
        ]

    took_s = (heard_at - spoilt_at).total_seconds()
    print(f"urgent after {took_s:.1f} s, with {2001 - before} routine ones waiting")
    assert took_s <= URGENT_S
    assert before < 1000
    assert codes == [0, 0]
