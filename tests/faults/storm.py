"""The main fault: a thousand obligations, a mail server that fails, and a service that is killed again and again."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from daemon.domain.notice import NoticeState
from daemon.store import Store
from tests.faults.authority import DUE_AT, Authority
from tests.faults.checker import Verdict, judge, read_mails
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, offset_to, until

BEFORE_DUE = timedelta(seconds=20)  # the reminders go out first, the escalations amid the kills
KILLS, CONNECTIONS = 20, 4
SLOWLY_S = 0.02
MAILS_A_FAMILY = 4  # social worker, coordinator, manager; at the due moment the one above them
FAULTS = {"tempfail_rate": 0.1, "drop_after_data_rate": 0.03, "slow_reply_s": SLOWLY_S}
SOONEST_S, LATEST_S = 0.2, 1.5  # after a start, the service lives so long
DRAIN_S = 150.0


@dataclass(frozen=True, slots=True)
class Result:
    """How a storm ended. `unfinished`: rows that stand in no final state; `exit_code` of the last stop."""

    verdict: Verdict
    unfinished: dict[str, int]
    exit_code: int
    seconds: float


def storm(
    folder: Path, seed: int, *, families: int = 250, children: int = 4, kills: int = KILLS
) -> Result:
    """Run it, and return what the judge says: 4 messages a family fall due, two moments apart."""
    chance, begun_at = Random(seed), datetime.now(UTC)
    authority = Authority(folder, families, children, connections=CONNECTIONS)
    kills_at = []
    with Receiver(folder / "mail", seed=seed) as mail:
        mail.switch(**FAULTS)
        authority.write(mail.port)
        offset = offset_to(DUE_AT - BEFORE_DUE)
        for _ in range(kills):
            with Daemon(authority.config, offset) as daemon:
                daemon.outlives(chance.uniform(SOONEST_S, LATEST_S))
                daemon.kill()
                kills_at.append(datetime.now(UTC))
        with Daemon(authority.config, offset) as daemon:
            with suppress(TimeoutError):  # what is missing then, the judge says
                many = families * MAILS_A_FAMILY
                until(lambda: mail.count() >= many, DRAIN_S, "every message has come")
                until(lambda: not unfinished(authority, offset), DRAIN_S, "nothing is under way")
            exit_code = daemon.stop()
        left = unfinished(authority, offset)
        mails = read_mails(mail.folder, mail.received(), mail.unanswered())
    verdict = judge(mails, authority.expected(), kills_at, offset, authority.connections)
    return Result(verdict, left, exit_code, (datetime.now(UTC) - begun_at).total_seconds())


def unfinished(authority: Authority, offset: timedelta) -> dict[str, int]:
    """Return how many rows are under way, by what they are: to know when to look, never to judge."""
    now = datetime.now(UTC) + offset
    with looking_into(authority) as store, store.read() as tx:
        waits = tx.notices.counts()[NoticeState.WAITING]
        due = len(tx.obligations.due(max(now, DUE_AT), 1))
    found = {name: states(authority).get(name, 0) for name in ("sending", "will-retry", "unknown")}
    return {name: many for name, many in (found | {"waiting": waits, "due": due}).items() if many}


def states(authority: Authority) -> dict[str, int]:
    """Return how many messages stand in each state, and how many may have arrived twice."""
    with looking_into(authority) as store, store.read() as tx:
        counts = tx.messages.counts().get("email", {})
    return {name: many for name, many in counts.items() if many}


@contextmanager
def looking_into(authority: Authority) -> Iterator[Store]:
    """Yield the service's store, for a look."""
    store = Store.open(authority.url, "testshire", thorough=False)
    try:
        yield store
    finally:
        store.close()
