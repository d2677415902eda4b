"""The wall clock is set, by hours or days, while the service works (F6)."""

from datetime import datetime, timedelta
from functools import partial
from math import inf
from pathlib import Path
from threading import Event

from tests.faults.authority import DUE_AT, Telling
from tests.faults.clock import SteppedClock
from tests.faults.looking import on_the_wire
from tests.faults.plans import LONG_ONLY, POSTGRES, SQLITE, Figure, Plan, Result
from tests.faults.runner import Daemon, until
from tests.faults.stage import Stage

HALF_AN_HOUR, HOURS, DAY = timedelta(minutes=30), timedelta(hours=2), timedelta(days=1)
BEFORE_S = 150 * 60.0  # two hours on the office is open: what was left of the reminders goes out
# from a Friday evening to a Tuesday afternoon: the office is open
MONTH = timedelta(days=31, hours=21)
STALL_S = 10.0  # RELIABILITY 5.3, F6
WATCHED_S = 3.0
ON_THE_WIRE_S = 10.0  # three looks of a worker's
WITHIN_S = 20.0


def forward(folder: Path, seed: int, backend: str, is_short: bool, *, by: timedelta) -> Result:
    """Set the clock forward amid the reminders, and again past the due moment: what that makes due goes out once."""
    families = 20 if is_short else 250
    with (
        SteppedClock() as clock,
        Stage(folder, seed, backend, families=families, clock=clock, before_s=BEFORE_S) as stage,
    ):
        stage.mail.switch(slow_reply_s=0.05)
        with stage.daemon() as daemon:
            stage.sends(families // 2)
            before = len(daemon.log)
            step(stage, clock, by)
            settle(stage)
            step(stage, clock, by + HALF_AN_HOUR)
            stage.finish(daemon)
        return judged(stage, daemon, before)


def month(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Set the clock forward by a month: what comes is what comes after a month in which no service ran."""
    families = 10 if is_short else 60
    with Stage(
        folder / "away", seed, backend, families=families, before_s=-MONTH.total_seconds()
    ) as away:
        with away.daemon() as daemon:
            away.finish(daemon)
        early = away.authority.expected()
        expected = {
            one: early.get(one, DUE_AT) for mail in away.of_staff() for one in mail.tellings
        }
    with (
        SteppedClock() as clock,
        Stage(folder, seed, backend, families=families, clock=clock) as stage,
    ):
        with stage.daemon() as daemon:
            before = len(daemon.log)
            step(stage, clock, MONTH)
            stage.finish(daemon)
        return judged(stage, daemon, before, expected)


def settle(stage: Stage) -> None:
    """Wait until nothing more comes."""
    seen = -1
    while seen != stage.mail.count():
        seen = stage.mail.count()
        Event().wait(WATCHED_S)


def back(folder: Path, seed: int, backend: str, is_short: bool, *, by: timedelta) -> Result:
    """Set the clock back amid the reminders, and right again: the rest goes out once, when it is due."""
    families = 20 if is_short else 250
    with (
        SteppedClock() as clock,
        Stage(folder, seed, backend, families=families, clock=clock) as stage,
    ):
        stage.mail.switch(slow_reply_s=0.05)
        with stage.daemon() as daemon:
            stage.sends(families // 2)
            before = len(daemon.log)
            step(stage, clock, -by)
            settle(stage)
            step(stage, clock, timedelta())
            stage.finish(daemon)
        return judged(stage, daemon, before)


def beside(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Set the clock forward while a message is on the wire and a worker of the same machine has nothing else to do."""
    terms = {"deadline_s": 20.0, "lease_s": 30.0}
    with (
        SteppedClock() as clock,
        Stage(folder, seed, backend, families=1, clock=clock, **terms) as stage,
    ):
        stage.mail.switch(slow_reply_s=ON_THE_WIRE_S)
        config, environment = stage.authority.config, clock.environment
        with (
            Daemon(config, stage.offset, kind="worker", environment=environment) as worker,
            stage.daemon() as daemon,
        ):
            until(lambda: on_the_wire(stage.seen), WITHIN_S, "the last message is on the wire")
            before = len(daemon.log)
            step(stage, clock, HALF_AN_HOUR)
            Event().wait(ON_THE_WIRE_S / 2)
            stage.mail.switch()
            stage.finish(daemon, worker)
        return judged(stage, daemon, before)


def step(stage: Stage, clock: SteppedClock, to: timedelta) -> None:
    """Set the clock, and note it."""
    clock.step(to, stage.note("clock set", to_s=to.total_seconds()))


def judged(
    stage: Stage, daemon: Daemon, before: int, expected: dict[Telling, datetime] | None = None
) -> Result:
    """Return how it ended; `before`: how many lines its log had when the clock was set."""
    after = daemon.log[before:]
    stalls = [line["after_s"] for line in after if line["event"] == "round.begun"]
    if not [line for line in after if line["event"] == "clock.stepped"]:
        stage.wrong.append("the step is not in the log")
    stall = Figure("longest stall, s", max(stalls, default=inf), STALL_S)
    return stage.result(stall, verdict=stage.judge(expected, stage.of_staff()))


GCC = ("gcc",)
PLANS = [
    Plan(
        "F6",
        "the clock goes forward by two hours",
        partial(forward, by=HOURS),
        short_on=(POSTGRES,),
        needs=GCC,
    ),
    Plan(
        "F6",
        "the clock goes forward, with a worker beside",
        beside,
        short_on=(SQLITE,),
        is_random=False,
        needs=GCC,
    ),
    Plan("F6", "the clock goes forward by a month", month, short_on=LONG_ONLY, needs=GCC),
    Plan(
        "F6",
        "the clock goes back by two hours",
        partial(back, by=HOURS),
        short_on=(SQLITE,),
        needs=GCC,
    ),
    Plan(
        "F6", "the clock goes back by a day", partial(back, by=DAY), short_on=LONG_ONLY, needs=GCC
    ),
]
