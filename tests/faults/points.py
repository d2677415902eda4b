"""A service that dies at exactly one of its steps: at a sync of its file, or at a word to the other side (F3)."""

from contextlib import suppress
from pathlib import Path
from random import Random
from subprocess import TimeoutExpired

from tests.faults.faulty import FaultyDisk
from tests.faults.plans import BOTH, LONG_ONLY, POSTGRES, SQLITE, Figure, Plan, Result
from tests.faults.stage import Stage

CALLS = {SQLITE: ("fdatasync", "sendto", "pwrite64"), POSTGRES: ("sendto",)}
POINTS, POINTS_SHORT = 12, 2
LATEST = 30  # steps of one thread
LIVES_S = 10.0
LEADS_S = "--leader-lease-s=1.5"


def points(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Let each start end at another step; then one goes on to the end, and nothing is stuck."""
    chance, died = Random(seed), 0
    with (
        FaultyDisk(folder) as disk,
        Stage(folder, seed, backend, families=40 if is_short else 250) as stage,
    ):
        for number in chance.sample(range(2, LATEST), POINTS_SHORT if is_short else POINTS):
            calls = chance.choice(CALLS[backend])
            daemon = stage.daemon(LEADS_S, environment=disk.killing_at(calls, number))
            with suppress(TimeoutExpired):
                daemon.wait(LIVES_S)
            died += daemon.process.poll() is not None
            daemon.__exit__()
            stage.excuses_at.append(stage.note("killed at", call=calls, number=number))
        with stage.daemon(LEADS_S) as daemon:
            stage.finish(daemon)
        if not died:
            stage.wrong.append("it never died")
        return stage.result(Figure("points", died), verdict=stage.judge())


PLANS = [
    Plan(
        "F3",
        "killed at one step after another",
        points,
        BOTH,
        short_on=LONG_ONLY,
        needs=("gcc",),
    )
]
