"""A real worker in a process of its own, on a shifted clock as the service beside it.

python -m tests.faults.worker --config FILE --offset-s -22000000
"""

import argparse
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

from daemon.app import App, build, utc_now
from daemon.domain.errors import Refusal
from daemon.jobs import Worker
from daemon.settings.whole import load
from daemon.telemetry import set_up_logs
from tests.faults.halved import halve


def main() -> int:
    """Work until SIGTERM; 1 where it cannot start, or must not go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.worker", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument(
        "--offset-s", type=float, required=True, help="seconds from the wall clock to ours"
    )
    parser.add_argument(
        "--as-shipped", action="store_true", help="blank what is private; not refuse it"
    )
    options = parser.parse_args()
    shift = timedelta(seconds=options.offset_s)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app: App | None = None
    try:
        settings = load(options.config)
        set_up_logs("json", settings.log.level, strict=not options.as_shipped)
        name = f"worker-{os.getpid()}"
        app = build(settings, clock=lambda: utc_now() + shift, worker=name, sends_only=True)
        halve(app)
        Worker(app, stop).run()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        if app is not None:
            app.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
