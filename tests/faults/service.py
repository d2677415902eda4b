"""The real service in a process of its own, on a clock that is shifted and runs at wall speed.

    python -m tests.faults.service --config FILE --at 2026-03-06T16:59:30+00:00
    python -m tests.faults.service --config FILE --offset-s -22000000

Office hours would make a test depend on the day on which it runs. One that starts the service again
gives the same offset, so that time goes on from where the wall clock has got to. It has no web door.
"""

import argparse
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from daemon.app import App, build, utc_now
from daemon.domain.errors import Refusal
from daemon.loop import Service
from daemon.settings import load
from daemon.telemetry import set_up_logs


def main() -> int:
    """Run until SIGTERM; 1 where it cannot start, or must not go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.service", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--at", type=datetime.fromisoformat, help="the moment to begin at")
    start.add_argument("--offset-s", type=float, help="seconds from the wall clock to ours")
    options = parser.parse_args()
    shift = options.at - utc_now() if options.at else timedelta(seconds=options.offset_s)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app: App | None = None
    try:
        settings = load(options.config)
        set_up_logs("json", settings.log.level, strict=True)
        app = build(settings, clock=lambda: utc_now() + shift)
        Service(app, stop).run()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        if app is not None:
            app.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
