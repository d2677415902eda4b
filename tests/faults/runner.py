"""Starts the real service as a process, listens to its log, and ends it politely or not at all so."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import urlopen

# Other tests take the processor, too: nothing is asserted by these.
START_S, STOP_S, POLL_S = 90.0, 90.0, 0.05
HEALTH_S = 60.0
LIMIT = "ended without saying it; its log ends with: "


class Daemon:
    """One run of the service. Every line of its log is kept, with the wall clock's moment in it."""

    def __init__(
        self,
        config: Path,
        offset: timedelta,
        *options: str,
        kind: str = "service",
        environment: Mapping[str, str] | None = None,
        root: Path | None = None,
    ) -> None:
        """Start it, or a `worker`, so far from the wall's clock, with further `options`.

        `root`: the folder of the release that it is of, unless it is this one.
        """
        self.kind = kind
        self.log: list[dict[str, Any]] = []
        self._told = Condition()
        command = [sys.executable, "-m", f"tests.faults.{kind}", "--config", str(config)]
        command += [f"--offset-s={offset.total_seconds()}", *options]
        self.process = subprocess.Popen(
            command,
            stderr=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, **(environment or {})},
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        """Return it once it is at work."""
        self.wait_for(f"{self.kind}.started")
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind."""
        if self.process.poll() is None:
            self.kill()

    def wait_for(self, event: str, within_s: float = START_S, **fields: object) -> dict[str, Any]:
        """Return the first line of the log that says so; raises TimeoutError, or where it ended before."""
        end = monotonic() + within_s
        seen = 0
        with self._told:
            while True:
                for line in self.log[seen:]:
                    if line["event"] == event and fields.items() <= line.items():
                        return line
                seen = len(self.log)
                if not self._reader.is_alive():
                    raise EOFError(f"{event}: {LIMIT}{self.log[-3:]}")
                if not self._told.wait(max(0.0, end - monotonic())) and monotonic() > end:
                    raise TimeoutError(f"{event} was not logged within {within_s} s")

    def said(self, event: str, **fields: object) -> list[dict[str, Any]]:
        """Return every line of its log that says so."""
        with self._told:
            return [
                one for one in self.log if one["event"] == event and fields.items() <= one.items()
            ]

    def outlives(self, seconds: float) -> bool:
        """Return whether it still runs after so long."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop it where it stands until this ends; it is not told."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def troubles(self) -> str:
        """Return what its health page says is wrong; empty where it is ready. It was started with a door."""
        door = self.wait_for("door.opened")
        try:
            with urlopen(f"http://127.0.0.1:{door['port']}/health/ready", timeout=HEALTH_S):
                return ""
        except HTTPError as error:
            return error.read().decode()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self._finish()

    def stop(self, within_s: float = STOP_S) -> int:
        """Ask it to end, and return its exit code; raises TimeoutExpired."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(within_s)
        return self._finish()

    def wait(self, within_s: float) -> int:
        """Return the exit code of a service that ends by itself; raises TimeoutExpired."""
        self.process.wait(within_s)
        return self._finish()

    def peak_rss_bytes(self) -> int:
        """Return the most memory that it has held so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    def _finish(self) -> int:
        code = self.process.wait()
        self._reader.join()
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                told = json.loads(line)
            except ValueError:
                told = {"event": line.rstrip("\n")}
            with self._told:
                self.log.append(told)
                self._told.notify_all()
        with self._told:
            self._told.notify_all()


def offset_to(moment_at: datetime) -> timedelta:
    """Return what makes it that moment now."""
    return moment_at - datetime.now(UTC)


def until(holds: Callable[[], object], within_s: float, what: str, every_s: float = POLL_S) -> None:
    """Wait until something holds; raises TimeoutError that says what did not."""
    end, pause = monotonic() + within_s, Event()
    while not holds():
        if monotonic() > end:
            raise TimeoutError(f"not within {within_s} s: {what}")
        pause.wait(every_s)


@contextmanager
def command_line(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Yield the command while it runs, as a person would start it; it leaves no process behind."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYKEEPER_")}
    with subprocess.Popen([sys.executable, "-m", "daemon.cli", *words], env=clean) as process:
        try:
            yield process
        finally:
            process.kill()


def daykeeper(*words: str, within_s: float = START_S) -> subprocess.CompletedProcess[str]:
    """Return how the command ended, run as a person would."""
    program = "import sys; from daemon.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *words]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYKEEPER_")}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=within_s, check=False, env=clean
    )
