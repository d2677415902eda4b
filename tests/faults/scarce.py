"""A door that is besieged (F28), no more memory, few open files, hardly any processor (F32)."""

import resource
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path
from threading import Event, Thread
from urllib.error import URLError
from urllib.request import urlopen

from tests.faults.memory import can_be_made, group
from tests.faults.moments import in_flight_s, lateness_s, share, unsent_s
from tests.faults.plans import BOTH, LONG_ONLY, ROOT, SQLITE, Figure, Plan, Result
from tests.faults.runner import Daemon, until
from tests.faults.stage import Stage

SLOW, OPENED = 100, 1000  # connections that say nothing more; links that are opened
LATENESS_S = 15.0
ANSWER_S = 30.0
FEW_FILES = 64
FULL = ("door.full", "store.unavailable")
HELD_S = 5.0
VISIBLE_S, RECOVERED_S = 60.0, 60.0  # RELIABILITY 5.3, F32
NEXT_BYTES = 1 << 18  # less than a service at work asks for within a round
SLOWLY_S = 0.3
FOR_S = 20.0
TWENTIETH = (0.05, 0.95)  # seconds at work, and stopped
HEADERS = b"GET /health/live HTTP/1.1\r\nHost: testshire\r\nX-Slow: "


def besieged(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Hold connections open without an end, and open links that are none, while due moments pass."""
    families = 8 if is_short else 250
    with ExitStack() as stack:
        stage = stack.enter_context(
            Stage(folder, seed, backend, families=families, is_reminded=True)
        )
        daemon = stack.enter_context(stage.daemon("--door"))
        port = daemon.wait_for("door.opened")["port"]
        _hold(stack, port)
        stage.note("connections that say no more", many=SLOW)
        codes = [_opened(port, number) for number in range(OPENED // 20 if is_short else OPENED)]
        stage.note("links opened", many=len(codes))
        stage.finish(daemon)
        missed = {one: at for one, at in stage.authority.expected().items() if one.rung == "missed"}
        late = lateness_s(stage.mails(), missed, stage.offset, stage.ups_at())
        return stage.result(
            Figure("answers of 5xx, or none", sum(code >= 500 for code in codes), 0),
            Figure("lateness p99, s", share(late, 0.99), LATENESS_S),
            verdict=stage.judge(),
        )


def _hold(stack: ExitStack, port: int) -> None:
    """Open connections that say no more, until the stack closes them; some may be cut off at once."""
    for _ in range(SLOW):
        one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=ANSWER_S))
        with suppress(ConnectionError):
            one.sendall(HEADERS)


def _opened(port: int, number: int) -> int:
    """Return the code of the answer to a link that nobody was sent."""
    return _asked(port, f"item/{number:032x}")


def _asked(port: int, page: str) -> int:
    """Return the code of an answer; 599 where none comes."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/{page}", timeout=ANSWER_S) as answer:
            return int(answer.status)
    except URLError as error:
        return int(getattr(error, "code", 599))
    except (HTTPException, OSError):
        return 599


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
            _hold(held, port)
            until(lambda: any(map(daemon.said, FULL)), 2 * VISIBLE_S, "its log says so")
            seen_s = (datetime.now(UTC) - begun_at).total_seconds()
            codes = [_asked(port, "health/live")]
            if not daemon.outlives(HELD_S):
                stage.wrong.append(f"it ended; its last line: {daemon.log[-1]['event']}")
        stage.note("the connections are gone")
        codes.append(_asked(port, "health/live"))
        stage.mail.switch()
        stage.finish(daemon)
        return stage.result(
            Figure("answers of 5xx, or none", sum(code >= 500 for code in codes), 0),
            Figure("visible, s", seen_s, VISIBLE_S),
            Figure("unsent, s", unsent_s(stage.mails(), begun_at), RECOVERED_S),
            verdict=stage.judge(),
        )


def hardly_any_processor(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Leave it a twentieth of a processor for a while; then all of it again."""
    families = 8 if is_short else 250
    with Stage(folder, seed, backend, families=families) as stage, stage.daemon() as daemon:
        stage.sends()
        with _stopped_mostly(daemon):
            stage.note("a twentieth of a processor", for_s=FOR_S)
            Event().wait(FOR_S / 4 if is_short else FOR_S)
        stage.finish(daemon)
        return stage.result(verdict=stage.judge())


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
        "F28",
        "its door is besieged while due moments pass",
        besieged,
        short_on=(SQLITE,),
        is_random=False,
    ),
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
