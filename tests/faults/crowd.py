"""Several runs on one database (F4), one of them stopped for a while (F5) or with a wrong clock (F8)."""

from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from threading import Event

from tests.faults.clock import SteppedClock
from tests.faults.plans import LONG_ONLY, POSTGRES, Figure, Plan, Result
from tests.faults.runner import until
from tests.faults.stage import Stage, has_one_file

LEADER_S = 3.0
LEADS = f"--leader-lease-s={LEADER_S}"
PAUSES, PAUSES_SHORT = 7, 1  # under three seeds twenty-one
TAKEN_S = 0.5  # what was on its way is with the other side by then
AGAIN_S = 2.0  # between two pauses it works so long
APART = timedelta(seconds=120)


def crowd(folder: Path, seed: int, backend: str, is_short: bool, *, runs: int) -> Result:
    """Start so many runs at once; a file refuses all but the first."""
    with ExitStack() as stack:
        stage = stack.enter_context(Stage(folder, seed, backend, families=40 if is_short else 250))
        stage.mail.switch(slow_reply_s=0.02)
        started = [stage.daemon() for _ in range(runs)]
        for one in started:
            stack.callback(one.__exit__)
        stage.note("several runs", runs=runs)
        if has_one_file(stage):
            until(
                lambda: sum(one.process.poll() is None for one in started) == 1, 60, "one is left"
            )
            refused = [one for one in started if one.process.poll() is not None]
            started = [one for one in started if one not in refused]
            stage.wrong += [
                f"a second run was not refused in one line: {one.log}"
                for one in refused
                if one.wait(1) != 1
                or len(one.log) != 1
                or "keeps this database; stop that one first" not in one.log[0]["event"]
            ]
        stage.finish(*started)
        at_work = sum(bool(one.said("delivery.recorded")) for one in started)
        return stage.result(Figure("runs that sent", at_work), verdict=stage.judge())


def pauses(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Stop whoever leads for two leases of its own and of what it has in hand, again and again."""
    chance = Random(seed)
    families = 40 if is_short else 250
    with Stage(folder, seed, backend, families=families) as stage:
        stopped_s = 2 * max(LEADER_S, stage.authority.lease_s)
        stage.mail.switch(slow_reply_s=0.3)
        with stage.daemon(LEADS) as one, stage.daemon(LEADS) as other:
            for _ in range(PAUSES_SHORT if is_short else PAUSES):
                stage.sends()
                Event().wait(chance.uniform(0, AGAIN_S))
                leader = max((one, other), key=lambda run: last_sent_at(run.log))
                with leader.paused():
                    Event().wait(TAKEN_S)
                    noted_at = stage.note("SIGSTOP", pid=leader.process.pid, for_s=stopped_s)
                    stage.excuses_at.append(noted_at)
                    Event().wait(stopped_s)
                Event().wait(AGAIN_S)
            stage.mail.switch()
            stage.finish(one, other)
        fenced = sum(len(run.said("delivery.recorded", ours=False)) for run in (one, other))
        return stage.result(Figure("late commits refused", fenced), verdict=stage.judge())


def last_sent_at(log: list[dict[str, str]]) -> str:
    """Return when this run last sent something."""
    return max(
        (line["timestamp"] for line in log if line["event"] == "delivery.recorded"), default=""
    )


def apart(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Let one of two runs live two minutes ahead, or behind, of the server and of the other run."""
    with (
        SteppedClock() as clock,
        Stage(folder, seed, backend, families=40 if is_short else 250) as stage,
    ):
        stage.mail.switch(slow_reply_s=0.05)
        clock.step(APART if seed % 2 else -APART, stage.note("clock set apart", by_s=120))
        with stage.daemon(clock=clock) as one, stage.daemon() as other:
            stage.finish(one, other)
        return stage.result(verdict=stage.judge())


ON = (POSTGRES,)
PLANS = [
    Plan("F4", "two runs at once", partial(crowd, runs=2)),
    Plan("F4", "four runs at once", partial(crowd, runs=4), backends=ON, short_on=LONG_ONLY),
    Plan("F5", "the leader is stopped for two leases, again and again", pauses, backends=ON),
    Plan(
        "F8",
        "one of two runs lives two minutes apart",
        apart,
        backends=ON,
        short_on=LONG_ONLY,
        needs=("gcc",),
    ),
]
