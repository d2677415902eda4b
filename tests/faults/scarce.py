"""No more memory, few open files, hardly any processor (F32): it goes on, or is at work again within a minute."""

import resource
import signal
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Event, Thread

from tests.faults.memory import can_be_made, group
from tests.faults.moments import in_flight_s, unsent_s
from tests.faults.plans import BOTH, LONG_ONLY, ROOT, SQLITE, Figure, Plan, Result
from tests.faults.runner import Daemon, until
from tests.faults.siege import code_of, hold
from tests.faults.stage import Stage

FEW_FILES = 64
ALIVE = "/health/live"
FULL = ("door.full", "store.unavailable")
HELD_S = 5.0
VISIBLE_S, RECOVERED_S = 60.0, 60.0  # RELIABILITY 5.3, F32
NEXT_BYTES = 1 << 18  # less than a service at work asks for within a round
SLOWLY_S = 0.3
FOR_S, FOR_SHORT_S = 90.0, 5.0
AS_SHIPPED = {"deadline_s": 20.0, "lease_s": 30.0}  # what is slow has the time that it is given
TWENTIETH = (0.05, 0.95)  # seconds at work, and stopped


def few_files(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Have many more connections come than the 64 files that it may open: it goes on, and its door answers."""
    families = 8 if is_short else 250
    with ExitStack() as stack:
        stage = stack.enter_context(Stage(folder, seed, backend, families=families))
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        daemon = stack.enter_context(stage.daemon("--door"))
        port = daemon.wait_for("door.opened")["port"]
        stage.sends()
        before = resource.prlimit(
            daemon.process.pid, resource.RLIMIT_NOFILE, (FEW_FILES, FEW_FILES)
        )
        with ExitStack() as held:
            begun_at = stage.note("few open files", many=FEW_FILES, before=before[0])
            hold(held, port)
            until(lambda: any(map(daemon.said, FULL)), 2 * VISIBLE_S, "its log says so")
            seen_s = (datetime.now(UTC) - begun_at).total_seconds()
            codes = [code_of(port, "GET", ALIVE)]
            if not daemon.outlives(HELD_S):
                stage.wrong.append(f"it ended; its last line: {daemon.log[-1]['event']}")
        stage.note("the connections are gone")
        codes.append(code_of(port, "GET", ALIVE))
        stage.mail.switch()
        stage.finish(daemon)
        return stage.result(
            Figure("answers of 5xx, or none", sum(code >= 500 for code in codes), 0),
            Figure("visible, s", seen_s, VISIBLE_S),
            Figure("unsent, s", unsent_s(stage.mails(), begun_at), RECOVERED_S),
            verdict=stage.judge(),
        )


def hardly_any_processor(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Leave it a twentieth of a processor for a while: it goes on, and its door answers; then all of it."""
    families = 8 if is_short else 250
    for_s = FOR_SHORT_S if is_short else FOR_S
    with Stage(folder, seed, backend, families=families, **AS_SHIPPED) as stage:
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        with stage.daemon("--door") as daemon:
            port = daemon.wait_for("door.opened")["port"]
            stage.sends()
            with _stopped_mostly(daemon):
                begun_at = stage.note("a twentieth of a processor", for_s=for_s)
                code = code_of(port, "GET", ALIVE)
                answered_s = (datetime.now(UTC) - begun_at).total_seconds()
                Event().wait(max(0.0, for_s - answered_s))
            free_at = stage.note("all of it again")
            stage.mail.switch()
            stage.finish(daemon)
        mails = stage.mails()
        amid = [mail.at for mail in mails if begun_at < mail.at <= free_at]
        return stage.result(
            Figure("answers of 5xx, or none", code >= 500, 0),
            Figure("its door answers after, s", answered_s, VISIBLE_S),
            Figure("sent amid it", len(amid)),
            Figure("longest silence amid it, s", silent_s(begun_at, amid, free_at), RECOVERED_S),
            Figure("unsent, s", unsent_s(mails, free_at), RECOVERED_S),
            Figure("the last one, s", (mails[-1].at - free_at).total_seconds(), RECOVERED_S),
            verdict=stage.judge(),
        )


def out_of_memory(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Leave it less memory than it asks for next: the kernel kills it, and whoever watches it starts it again."""
    with (
        Stage(folder, seed, backend, families=20 if is_short else 250) as stage,
        group() as limited,
        stage.daemon() as daemon,
    ):
        stage.mail.switch(slow_reply_s=SLOWLY_S)
        stage.sends(6)
        stage.note("no more memory", bytes=NEXT_BYTES)
        limited.allow(NEXT_BYTES).take_in(daemon.process.pid)
        code = daemon.wait(VISIBLE_S)
        killed_at = stage.note("killed by the kernel", kills=limited.kills())
        stage.excuses_at.append(killed_at)
        if code != -signal.SIGKILL or not limited.kills():
            stage.wrong.append(f"the kernel did not kill it: exit code {code}")
        stage.mail.switch()
        with stage.daemon() as again:
            stage.finish(again)
        mails = stage.mails()
        return stage.result(
            Figure("in flight, s", in_flight_s(mails, killed_at), RECOVERED_S),
            Figure("unsent, s", unsent_s(mails, killed_at), RECOVERED_S),
            verdict=stage.judge(),
        )


def silent_s(begun_at: datetime, came_at: Sequence[datetime], over_at: datetime) -> float:
    """Return the longest time in which nothing came."""
    moments = pairwise((begun_at, *came_at, over_at))
    return max((later - earlier).total_seconds() for earlier, later in moments)


@contextmanager
def _stopped_mostly(daemon: Daemon) -> Iterator[None]:
    """Stop it nineteen twentieths of the time until this ends."""
    enough = Event()

    def throttle() -> None:
        while not enough.is_set():
            for number, for_s in zip((signal.SIGCONT, signal.SIGSTOP), TWENTIETH, strict=True):
                with suppress(ProcessLookupError):
                    daemon.process.send_signal(number)
                enough.wait(for_s)
        daemon.process.send_signal(signal.SIGCONT)

    thread = Thread(target=throttle)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


PLANS = [
    Plan(
        "F32",
        "the kernel kills it for its memory",
        out_of_memory,
        short_on=BOTH if can_be_made() else LONG_ONLY,
        needs=(ROOT,),
    ),
    Plan(
        "F32",
        "many more connections come than the 64 files that it may open",
        few_files,
        short_on=(SQLITE,),
        is_random=False,
    ),
    Plan(
        "F32",
        "it has a twentieth of a processor",
        hardly_any_processor,
        short_on=LONG_ONLY,
        is_random=False,
    ),
]
