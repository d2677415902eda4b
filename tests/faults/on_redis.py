"""What befalls Redis, and workers on it (F1, F9 to F11), as rows of the long form; `test_redis.py` is the short one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from daemon.store import create
from tests.faults import redis_plans
from tests.faults.plans import LONG_ONLY, SQLITE, Figure, Plan, Result
from tests.postgres import Server

LATE_S = {"F1": 60.0, "F9": 30.0, "F10": 30.0, "F11": 60.0}  # RELIABILITY 5.3
SIZE, SIZE_SHORT = {"families": 250, "children": 4}, {"families": 50, "children": 2}
KILLS, KILLS_SHORT = 34, 8
SHORT_S = 6.0


@contextmanager
def database(folder: Path, backend: str) -> Iterator[str]:
    """Yield the address of a new database."""
    if backend == SQLITE:
        url = f"sqlite:///{folder}/daykeeper.sqlite"
        create(url)
        yield url
        return
    with Server() as server:
        yield server.local_url(server.make_template())


def befall(
    folder: Path, seed: int, backend: str, is_short: bool, *,
    row: str, title: str, fault: redis_plans.Fault, seconds: float,
) -> Result:  # fmt: skip
    """Have it happen to a run with two workers."""
    size = SIZE_SHORT if is_short else SIZE
    seconds = min(seconds, SHORT_S) if is_short else seconds
    kills = 0 if fault is not redis_plans.lose_workers else KILLS_SHORT if is_short else KILLS
    with database(folder, backend) as url:
        played = redis_plans.play(
            folder, seed, partial(str, url), fault, seconds=seconds, kills=kills, **size
        )
    of_verdict = played.verdict.faults()
    wrong = [f"{name} {many}" for name, many in played.faults().items() if name not in of_verdict]
    late = Figure("last message after, s", played.late_s, LATE_S[row])
    return Result(played.verdict, (late,), tuple(wrong), ({"what": title},), played.seconds)


def _plan(row: str, title: str, fault: redis_plans.Fault, seconds: float) -> Plan:
    run = partial(befall, row=row, title=title, fault=fault, seconds=seconds)
    return Plan(row, title, run, short_on=LONG_ONLY, is_random=fault is not redis_plans.say_nothing)


PLANS = [
    _plan("F1", "workers on redis are killed, again and again", redis_plans.lose_workers, 0.0)
] + [
    _plan(row, title, fault, seconds)
    for name, fault, seconds in redis_plans.PLANS
    for row, _, title in [name.partition(" ")]
]
