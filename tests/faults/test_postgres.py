"""PostgreSQL killed, locked, and with its sessions ended; and two runs on it: nothing lost, nothing twice."""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest

from daemon.store import Store, StoreUnavailable
from tests.faults.authority import DUE_AT, Authority
from tests.faults.checker import judge, read_mails
from tests.faults.runner import Daemon, offset_to, until
from tests.faults.storm import MAILS_A_FAMILY, unfinished
from tests.postgres import Server

pytestmark = pytest.mark.slow
FAMILIES, CHILDREN = 50, 2
BEFORE_DUE = timedelta(seconds=12)  # the escalations fall due while it recovers
AWAY_S = 3.0
KILLED_S = 6.0  # longer than the lease of what is on the wire
RECOVERED_S = 15.0  # RELIABILITY 5.3, F12 and F14: from when the server is up, or the lock is gone
DRAIN_S = 90.0
SLOWLY = {"slow_reply_s": 0.05}


@pytest.fixture
def frail() -> Iterator[Server]:
    """Return a server of its own, which keeps what it has said it has."""
    with Server(is_durable=True) as started:
        yield started


@pytest.fixture
def authority(frail: Server, tmp_path) -> Authority:
    return Authority(tmp_path, FAMILIES, CHILDREN, address=frail.local_url(frail.make()))


def be_killed(server: Server) -> None:
    server.stop(signal.SIGKILL)
    Event().wait(KILLED_S)
    server.start()


def lose_its_sessions(server: Server) -> None:
    for _ in range(6):
        with server.connect() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'daykeeper'"
            )
        Event().wait(AWAY_S / 6)


def be_locked(server: Server) -> None:
    with server.connect("t1") as connection, connection.transaction():
        connection.execute("LOCK TABLE messages")
        Event().wait(AWAY_S)


@pytest.mark.parametrize(
    "fail",
    [
        pytest.param(be_killed, id="the server is killed and comes back"),
        pytest.param(lose_its_sessions, id="its sessions are ended, again and again"),
        pytest.param(be_locked, id="somebody locks a table"),
    ],
)
def test_the_line_goes_on_by_itself_and_nothing_is_lost_or_doubled(
    frail: Server, authority: Authority, mail, fail: Callable[[Server], None]
) -> None:
    mail.switch(**SLOWLY)
    authority.write(mail.port)
    offset = offset_to(DUE_AT - BEFORE_DUE)

    with Daemon(authority.config, offset) as daemon:
        until(lambda: mail.count() >= 20, 30, "the first have come")
        failed_at = datetime.now(UTC)
        fail(frail)
        before, up_at = mail.count(), monotonic()
        until(lambda: mail.count() > before + 8, RECOVERED_S, "the line turns again")
        recovered_s = monotonic() - up_at
        until(lambda: mail.count() >= FAMILIES * MAILS_A_FAMILY, DRAIN_S, "every message has come")
        until(lambda: not unfinished(authority, offset), DRAIN_S, "nothing is under way")
        code = daemon.stop()

    mails = read_mails(mail.folder, mail.received(), mail.unanswered())
    verdict = judge(mails, authority.expected(), [failed_at], offset, authority.connections)
    print(f"{fail.__name__}: at work again after {recovered_s:.1f} s\n{verdict.table()}")
    assert verdict.faults() == {}
    assert verdict.crash_copies == 0  # no process died: each answer was recorded in the end
    assert code == 0


def test_what_was_acknowledged_before_the_server_was_killed_is_there(
    frail: Server, authority: Authority, mail
) -> None:
    authority.write(mail.port)
    store = Store.open(authority.url, "testshire")
    enough = Event()

    def write(worker: int) -> list[str]:
        acknowledged: list[str] = []
        while not enough.is_set():
            ref = f"SC-{worker}-{len(acknowledged)}"
            with suppress(StoreUnavailable):
                with store.write() as tx:
                    tx.cases.touch([ref], DUE_AT)
                    tx.journal.write(DUE_AT, "case.missing", ref, "an entry for each")
                acknowledged.append(ref)
        return acknowledged

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, worker) for worker in range(4)]
        for _ in range(4):
            Event().wait(0.5)
            frail.stop(signal.SIGKILL)
            frail.start()
        Event().wait(0.5)
        enough.set()
        acknowledged = {ref for one in writing for ref in one.result()}
    with store.read() as tx:
        kept = set(tx.cases.refs())
        entries = {entry.about for entry in tx.journal.of("SC-")}
    store.close()

    print(f"{len(acknowledged)} acknowledged over 4 kills")
    assert len(acknowledged) > 100
    assert acknowledged - kept == set()
    assert entries == kept


def test_of_two_runs_one_leads_and_the_other_takes_over_when_it_is_killed(
    authority: Authority, mail
) -> None:
    mail.switch(**SLOWLY)
    authority.write(mail.port)
    offset = offset_to(DUE_AT - BEFORE_DUE)

    with Daemon(authority.config, offset) as leader, Daemon(authority.config, offset) as other:
        until(lambda: mail.count() >= 40, 30, "the first have come")
        led = len(leader.said("delivery.recorded"))
        followed = len(other.said("delivery.recorded"))
        killed_at = datetime.now(UTC)
        leader.kill()
        until(lambda: mail.count() >= FAMILIES * MAILS_A_FAMILY, DRAIN_S, "every message has come")
        until(lambda: not unfinished(authority, offset), DRAIN_S, "nothing is under way")
        code = other.stop()

    mails = read_mails(mail.folder, mail.received(), mail.unanswered())
    verdict = judge(mails, authority.expected(), [killed_at], offset, authority.connections)
    print(verdict.table())
    assert verdict.faults() == {}
    assert led > 0
    assert followed == 0
    assert other.said("delivery.recorded")
    assert code == 0
