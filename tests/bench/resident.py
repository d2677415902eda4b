"""The embedded service in a process of its own, with nothing due: what it holds, what a turn and an audit cost.

    python -m tests.bench.resident SETTINGS ISO

prints one JSON object. There are no pages, which need no memory for cases; all else is as `run` has it.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from statistics import median

from daemon.app import build
from daemon.domain.message import Lane
from daemon.jobs import in_process
from daemon.settings.whole import load
from daemon.telemetry import set_up_logs
from daemon.testing.fakes import HandClock
from tests.bench.row import seconds

TURNS = 50


def resident_mb() -> float:
    """Return the resident memory of this process in millions of bytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return int(found[1]) * 1024 / 1e6


def main() -> None:
    """Build the service, turn its line, and say how it stands."""
    set_up_logs("json", "warning")
    bare_mb = resident_mb()
    clock = HandClock(datetime.fromisoformat(sys.argv[2]))
    app = build(load(Path(sys.argv[1])), clock=clock)
    lanes, stop = in_process(app.line)
    app.line.turn()
    idle_s = median(seconds(app.line.turn) for _ in range(TURNS))
    for lane in Lane:
        lanes.wake(lane)
    said = {"bare_mb": bare_mb, "idle_mb": resident_mb(), "idle_s": idle_s}
    said["audit_s"] = seconds(lambda: app.line.auditor.audit(clock()))
    said["audited_mb"] = resident_mb()
    for feed in app.house.feeds.values():
        assert app.line.watcher.poll(feed).changed  # it was read and kept, not refused
    said["read_mb"] = resident_mb()
    print(json.dumps(said))
    stop()
    app.close()


if __name__ == "__main__":
    main()
