"""What happens to a PostgreSQL server: killed (F12), frozen (F12), its answers lost (F13), a table locked (F14)."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from random import Random
from threading import Event

from daemon.store import Store, StoreUnavailable
from tests.faults.authority import DUE_AT
from tests.faults.moments import unsent_s
from tests.faults.plans import LONG_ONLY, POSTGRES, Figure, Plan, Result
from tests.faults.runner import Daemon, daykeeper, until
from tests.faults.stage import Stage

KILLS, KILLS_SHORT = 5, 1
ENDINGS, ENDINGS_SHORT = 20, 4
AWAY_S = 6.0  # longer than the lease of what is on the wire
RECOVERED_S = 15.0  # RELIABILITY 5.3, F12 and F14: from when the server is up, or the lock is gone
VISIBLE_S = 60.0
DROP_RATE = 0.05
LOCKED_S, LOCKED_SHORT_S = 60.0, 4.0
WAITED_S = 10.0  # so long a statement waits for a lock before it says so
FROZEN_S, FROZEN_SHORT_S = 90.0, 8.0
SILENT_SHORT_S = 3.0  # so long a silent server is waited for in the short form; 30 s otherwise
THAWED_S = 15.0
DECIDED_S = 30.0  # what is not fired when the office closes waits for the morning
SLOWLY_S = 0.1
WRITERS = 4
WORDS, NO_SERVER = ("status", "--config"), "no PostgreSQL server answers there"


def killed(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Kill the server as a power cut would, and start it again."""
    chance, recovered = Random(seed), []
    families = 40 if is_short else 250
    with Stage(folder, seed, backend, families=families, is_durable=True) as stage:
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        assert stage.server is not None
        with stage.daemon() as daemon:
            for _ in range(KILLS_SHORT if is_short else KILLS):
                stage.sends(9)
                Event().wait(chance.uniform(0, 1))
                stage.note("server killed", down_s=AWAY_S)
                stage.server.stop(signal.SIGKILL)
                Event().wait(AWAY_S)
                stage.server.start()
                recovered.append(stage.note("server up"))
            stage.mail.switch()
            stage.finish(daemon)
        mails = stage.mails()
        recovery_s = max(unsent_s(mails, at) for at in recovered)
        return stage.result(Figure("recovery, s", recovery_s, RECOVERED_S), verdict=stage.judge())


def frozen(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Stop the server where it stands: it neither answers nor ends a connection, and then goes on."""
    for_s = FROZEN_SHORT_S if is_short else FROZEN_S
    options = f"tcp_user_timeout={SILENT_SHORT_S * 1000:.0f}" if is_short else ""
    families = 40 if is_short else 250
    before_s = 5.0 if is_short else DECIDED_S
    with Stage(
        folder, seed, backend, families=families, before_s=before_s, address_options=options
    ) as stage:
        assert stage.server is not None
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        with stage.daemon("--door") as daemon:
            stage.sends(9)
            until(lambda: "due" not in stage.unfinished(), DECIDED_S, "all reminders are fired")
            with stage.server.frozen():
                frozen_at = stage.note("server frozen", for_s=for_s)
                Event().wait(for_s)
                troubles, refused = (
                    daemon.troubles(),
                    daykeeper(*WORDS, str(stage.authority.config)),
                )
                thawed_at = stage.note("server thaws")
            stage.mail.switch()
            stage.finish(daemon)
        stage.wrong += [] if "the database cannot be used" in troubles else [f"healthy: {troubles}"]
        stage.wrong += [] if NO_SERVER in refused.stderr else [f"status: {refused.stderr}"]
        return stage.result(
            Figure("visible, s", said_s(daemon, frozen_at), VISIBLE_S),
            Figure("at work again, s", unsent_s(stage.mails(), thawed_at), THAWED_S),
            verdict=stage.judge(),
        )


def said_s(daemon: Daemon, since: datetime) -> float:
    """Return how long after a moment the service first said that its database is unavailable."""
    said = [datetime.fromisoformat(one["timestamp"]) for one in daemon.said("store.unavailable")]
    return min(((at - since).total_seconds() for at in said if at >= since), default=inf)


def acknowledged(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Kill the server under four writers: whatever it said was done is there afterwards."""
    with Stage(folder, seed, backend, families=1, is_durable=True, is_shown=False) as stage:
        assert stage.server is not None
        store = Store.open(stage.authority.url, "testshire")
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

        with ThreadPoolExecutor(WRITERS) as pool:
            writing = [pool.submit(write, worker) for worker in range(WRITERS)]
            for _ in range(KILLS):
                Event().wait(0.5)
                stage.note("server killed")
                stage.server.stop(signal.SIGKILL)
                stage.server.start()
            Event().wait(0.5)
            enough.set()
            said = {ref for one in writing for ref in one.result()}
        with store.read() as tx:
            kept = set(tx.cases.refs())
            entries = {entry.about for entry in tx.journal.of("SC-")}
        store.close()
        if len(said) < 100 or entries != kept:
            stage.wrong.append(f"{len(said)} acknowledged, {len(kept ^ entries)} in one table only")
        missing = Figure("acknowledged rows missing", len(said - kept), 0)
        return stage.result(Figure("acknowledged rows", len(said)), missing, verdict=None)


def answers_lost(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Lose one in twenty of the answers to a commit, with the connection that they came by."""
    families = 40 if is_short else 250
    with Stage(folder, seed, backend, families=families, is_proxied=True) as stage:
        assert stage.proxy is not None
        with stage.daemon() as daemon:
            stage.proxy.drop_reply_rate = DROP_RATE
            stage.note("commit replies lost", rate=DROP_RATE)
            stage.drain()
            stage.proxy.drop_reply_rate = 0.0
            stage.finish(daemon)
        if not stage.proxy.lost:
            stage.wrong.append("no answer was lost")
        return stage.result(Figure("commit replies lost", stage.proxy.lost), verdict=stage.judge())


def sessions_ended(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """End every session of ours, again and again, as a fast restart or a failover does."""
    with Stage(folder, seed, backend, families=40 if is_short else 250) as stage:
        assert stage.server is not None
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        with stage.daemon() as daemon:
            for _ in range(ENDINGS_SHORT if is_short else ENDINGS):
                Event().wait(0.5)
                ended_at = stage.note("sessions ended")
                with stage.server.connect() as connection:
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE application_name = 'daykeeper'"
                    )
            stage.mail.switch()
            stage.finish(daemon)
        recovery = Figure("recovery, s", unsent_s(stage.mails(), ended_at), RECOVERED_S)
        return stage.result(recovery, verdict=stage.judge())


def locked(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Lock the table of messages for a while, as somebody's careless session might."""
    for_s = LOCKED_SHORT_S if is_short else LOCKED_S
    with Stage(folder, seed, backend, families=40 if is_short else 250) as stage:
        assert stage.server is not None
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        with stage.daemon() as daemon:
            stage.sends(9)
            with stage.server.connect("t1") as session, session.transaction():
                session.execute("LOCK TABLE messages")
                locked_at = stage.note("table locked", for_s=for_s)
                Event().wait(for_s)
            free_at = datetime.now(UTC)
            stage.mail.switch()
            stage.finish(daemon)
        figures = [Figure("at work again, s", unsent_s(stage.mails(), free_at), RECOVERED_S)]
        if for_s > WAITED_S:
            figures.append(Figure("visible, s", said_s(daemon, locked_at), VISIBLE_S))
        return stage.result(*figures, verdict=stage.judge())


ON = (POSTGRES,)
PLANS = [
    Plan("F12", "the server is killed and comes back", killed, backends=ON),
    Plan("F12", "the server stands still, and goes on", frozen, backends=ON, is_random=False),
    Plan(
        "F12",
        "the server is killed under four writers",
        acknowledged,
        backends=ON,
        short_on=LONG_ONLY,
        is_random=False,
    ),
    Plan(
        "F12",
        "its sessions are ended, again and again",
        sessions_ended,
        backends=ON,
        short_on=LONG_ONLY,
    ),
    Plan(
        "F13",
        "one in twenty answers to a commit is lost",
        answers_lost,
        backends=ON,
        short_on=LONG_ONLY,
    ),
    Plan(
        "F14",
        "somebody locks the table of messages",
        locked,
        backends=ON,
        short_on=LONG_ONLY,
        is_random=False,
    ),
]
