"""What befalls Redis and the workers, as functions of a folder, a seed and a maker of databases (F1, F9 to F11)."""

import signal
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Event
from typing import TypeAlias

from daemon.domain.message import Lane
from daemon.jobs.lanes import declare
from daemon.jobs.on_redis import RedisWire
from daemon.jobs.reach import Reach
from tests.faults.authority import DUE_AT, OPERATOR, Authority
from tests.faults.checker import Verdict, judge, read_mails
from tests.faults.looking import unfinished
from tests.faults.proxy import Proxy
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, offset_to, until
from tests.faults.stage import MAILS_A_FAMILY
from tests.faults.storm import FAULTS
from tests.redis import RedisServer

START_S, A_CASE_S = 10.0, 0.05  # all is decided before the due moment: with it the office closes
SLOWLY = {"slow_reply_s": 0.05}
AS_SHIPPED = {"deadline_s": 20.0, "lease_s": 30.0}  # where nobody dies, no lease must end
WORKERS, CONNECTIONS = 2, 4
BEGUN = 20  # messages, before anything happens
DRAIN_S = 150.0
WAKES, WOKEN_S = 4, 15.0  # so many wake-ups a lane are taken within, when all is over
SOONEST_S, LATEST_S = 0.2, 1.5  # after a start, a worker lives so long


@dataclass(slots=True)
class Scene:
    """What a fault happens to."""

    redis: RedisServer
    proxy: Proxy
    workers: list[Daemon]  # those that are there, two at any time
    start_worker: Callable[[], Daemon]
    chance: Random
    seconds: float
    kills: int
    kills_at: list[datetime] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended. `late_s` lie between the end of the fault, or the due moment, and the last message.

    `said`: what the logs told; `wakes_left`: wake-ups that no worker took after all was over;
    `told_operator`: mails to the operator, who hears of what was tried too often.
    """

    verdict: Verdict
    unfinished: dict[str, int]
    exit_codes: list[int]
    late_s: float
    said: dict[str, int]
    wakes_left: int
    told_operator: int
    seconds: float

    def faults(self) -> dict[str, int]:
        """Return what may not be, and is."""
        more = {"exit codes": sum(map(abs, self.exit_codes)), "wakes left": self.wakes_left}
        found = self.verdict.faults() | self.unfinished
        return found | {name: many for name, many in more.items() if many}

    def table(self) -> str:
        """Return the figures, one a line."""
        more: dict[str, object] = {
            "last after": f"{self.late_s:.1f} s",
            "took": f"{self.seconds:.0f} s",
            **self.said,
        }
        return "\n".join(
            [self.verdict.table(), *(f"{key:>18}  {one}" for key, one in more.items())]
        )


Fault: TypeAlias = Callable[[Scene], bool]  # False where Redis is not to be looked for afterwards


def play(
    folder: Path,
    seed: int,
    make_url: Callable[[], str],
    fault: Fault,
    *,
    families: int = 250,
    children: int = 4,
    seconds: float = 30.0,
    kills: int = 0,
) -> Result:
    """Have it happen to a run with two workers amid two waves of messages, and return what the judge says."""
    begun_at = datetime.now(UTC)
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        proxy = stack.enter_context(Proxy(redis.port, seed=seed))
        mail = stack.enter_context(Receiver(folder / "mail", seed=seed))
        mail.switch(**(FAULTS if kills else SLOWLY))
        authority = Authority(
            folder, families, children, connections=CONNECTIONS,
            address=make_url(), broker=f"redis://127.0.0.1:{proxy.port}/0", **({} if kills else AS_SHIPPED),
        )  # fmt: skip
        authority.write(mail.port, with_database=False)
        offset = offset_to(DUE_AT - timedelta(seconds=START_S + A_CASE_S * families * children))
        run = stack.enter_context(Daemon(authority.config, offset))

        def start_worker() -> Daemon:
            everybody.append(stack.enter_context(Daemon(authority.config, offset, kind="worker")))
            return everybody[-1]

        everybody: list[Daemon] = []
        workers = [start_worker() for _ in range(WORKERS)]
        scene = Scene(redis, proxy, workers, start_worker, Random(seed), seconds, kills)
        until(lambda: mail.count() >= BEGUN, DRAIN_S, "the first have come")
        to_due_s = (DUE_AT - offset - datetime.now(UTC)).total_seconds()
        # the escalations fall due amid it
        Event().wait(0 if kills else max(0, to_due_s - seconds / 2))
        is_there = fault(scene)
        healed_at = datetime.now(UTC)
        with suppress(TimeoutError):  # what is missing then, the judge says
            many = families * MAILS_A_FAMILY
            until(lambda: mail.count() >= many, DRAIN_S, "every message has come")
            until(lambda: not unfinished(authority, offset), DRAIN_S, "nothing is under way")
        wakes_left = wake_all(redis) if is_there else 0
        codes = [one.stop() for one in (*scene.workers, run)]
        left = unfinished(authority, offset)
        lines = mail.received()
        mails = read_mails(mail.folder, lines, mail.unanswered())
    told_operator = sum(kills > 0 and one.address == OPERATOR for one in mails)
    mails = [one for one in mails if not kills or one.address != OPERATOR]
    verdict = judge(mails, authority.expected(), scene.kills_at, offset, authority.connections)
    last_at = max(datetime.fromisoformat(line["at"]) for line in lines)
    said = {
        f"{event} by the {kind}": sum(len(one.said(event)) for one in some)
        for kind, some in (("run", [run]), ("workers", everybody))
        for event in ("delivery.recorded", "redis.lost", "redis.found", "redis.emptied")
    }
    late_s = (last_at - max(healed_at, DUE_AT - offset)).total_seconds()
    took_s = (datetime.now(UTC) - begun_at).total_seconds()
    return Result(verdict, left, codes, max(late_s, 0), said, wakes_left, told_operator, took_s)


def wake_all(redis: RedisServer) -> int:
    """Send wake-ups to every lane; return how many are not taken, though nobody was started anew."""
    wire = RedisWire(redis.url, "testshire", Reach())
    for actor in declare(wire, lambda _: None).values():
        for _ in range(WAKES):
            actor.send()

    def waiting() -> int:
        return sum(wire.waiting(str(lane)) for lane in Lane)

    with suppress(TimeoutError):
        until(lambda: not waiting(), WOKEN_S, "each wake-up is taken")
    left = waiting()
    wire.client.close()
    return left


def be_flushed(scene: Scene) -> bool:
    """F9: everything in it is deleted, five times."""
    for _ in range(5):
        scene.redis.run("FLUSHALL")
        Event().wait(scene.seconds / 5)
    return True


def be_killed(scene: Scene) -> bool:
    """F10: it is killed, and comes back empty."""
    scene.redis.stop(signal.SIGKILL)
    Event().wait(scene.seconds)
    scene.redis.start()
    return True


def be_gone(scene: Scene) -> bool:
    """F10: it is killed, and never comes back."""
    scene.redis.stop(signal.SIGKILL)
    return False


def be_cut_off(scene: Scene) -> bool:
    """F11: nobody reaches it for a while."""
    scene.proxy.go_down()
    Event().wait(scene.seconds)
    scene.proxy.come_up()
    return True


def lose_replies(scene: Scene) -> bool:
    """F11: it does what it is told, and one answer in five is lost."""
    scene.proxy.drop_reply_rate = 0.2
    Event().wait(scene.seconds)
    scene.proxy.drop_reply_rate = 0
    return True


def say_nothing(scene: Scene) -> bool:
    """F11: connections stand, and nothing comes."""
    scene.proxy.is_black_hole = True
    Event().wait(scene.seconds)
    scene.proxy.is_black_hole = False
    return True


def lose_workers(scene: Scene) -> bool:
    """F1: a worker is killed and another one started, again and again."""
    for _ in range(scene.kills):
        place = scene.chance.randrange(len(scene.workers))
        scene.workers[place].outlives(scene.chance.uniform(SOONEST_S, LATEST_S))
        scene.workers[place].kill()
        scene.kills_at.append(datetime.now(UTC))
        scene.workers[place] = scene.start_worker()
    return True


def lose_workers_and_answers(
    folder: Path, seed: int, make_url: Callable[[], str], *, kills: int = 40, **size: int
) -> Result:
    """F1 with a mail server that fails: the storm, on Redis."""
    return play(folder, seed, make_url, lose_workers, kills=kills, **size)


PLANS: tuple[
    tuple[str, Fault, float], ...
] = (  # what, how, and for how many seconds in the long form
    ("F9 redis is flushed five times", be_flushed, 20),
    ("F10 redis is killed and comes back empty", be_killed, 30),
    ("F10 redis is killed and never comes back", be_gone, 0),
    ("F11 redis is cut off", be_cut_off, 30),
    ("F11 redis loses one reply in five", lose_replies, 30),
    ("F11 redis says nothing", say_nothing, 120),
)
