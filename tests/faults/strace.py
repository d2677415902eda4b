"""System calls that fail, or kill, at a chosen moment: strace, put to a process or before it."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

ATTACHED_S = 10.0


@contextmanager
def failing(pid: int, calls: str, how: str) -> Iterator[None]:
    """Have these calls of a running process answered as `how` says, until this ends."""
    with subprocess.Popen(
        ["strace", "-f", "-p", str(pid), "-o", "/dev/null", "-e", f"trace={calls}",
         "-e", f"inject={calls}:{how}"], stderr=subprocess.PIPE, text=True,
    ) as tracing:  # fmt: skip
        assert tracing.stderr is not None
        if "attached" not in (said := tracing.stderr.readline()):
            raise OSError(said.strip())
        try:
            yield
        finally:
            tracing.send_signal(signal.SIGINT)  # it lets go, and the process goes on
            tracing.wait(ATTACHED_S)


def killed_at(calls: str, number: int) -> list[str]:
    """Return what to put before a command, so that it dies at such a call, by its number in each thread."""
    return ["strace", "-D", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={calls}",
            "-e", f"inject={calls}:signal=KILL:when={number}"]  # fmt: skip
