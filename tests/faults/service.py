"""The real service in a process of its own, on a clock that is shifted and runs at wall speed.

    python -m tests.faults.service --config FILE --at 2026-03-06T16:59:30+00:00
    python -m tests.faults.service --config FILE --offset-s -22000000

Office hours would make a test depend on the day on which it runs. One that starts the service again
gives the same offset, so that time goes on from where the wall clock has got to. On a server, it is the
server's clock that is shifted. It has no web door unless it is asked for one.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

import structlog

from daemon.app import App, build, utc_now
from daemon.domain.errors import Refusal
from daemon.loop import LEASE_S, Service
from daemon.metrics import Metrics
from daemon.ports import Clock
from daemon.settings.whole import Settings, load
from daemon.store import Store
from daemon.telemetry import set_up_logs
from daemon.web import create, serve
from tests.faults.halved import halve

log = structlog.get_logger("daykeeper.faults")


def main() -> int:
    """Run until SIGTERM; 1 where it cannot start, or must not go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.service", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    start = parser.add_mutually_exclusive_group(required=True)
    start.add_argument("--at", type=datetime.fromisoformat, help="the moment to begin at")
    start.add_argument("--offset-s", type=float, help="seconds from the wall clock to ours")
    parser.add_argument("--leader-lease-s", type=float, default=LEASE_S)
    parser.add_argument("--door", action="store_true", help="answer machines, on a free port")
    parser.add_argument(
        "--as-shipped", action="store_true", help="blank what is private; not refuse it"
    )
    options = parser.parse_args()
    shift = options.at - utc_now() if options.at else timedelta(seconds=options.offset_s)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    app: App | None = None
    try:
        settings = load(options.config)
        set_up_logs("json", settings.log.level, strict=not options.as_shipped)
        app = build(settings, clock=clock_of(settings, shift))
        halve(app)
        service = Service(app, stop, lease_s=options.leader_lease_s)
        service.timed = Rounds().timed
        if options.door:
            service.door = partial(open_door, app, service)
        service.run()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    finally:
        if app is not None:
            app.close()
    return 0


def clock_of(settings: Settings, shift: timedelta) -> Clock:
    """Return the clock that the service would have, shifted."""
    store = Store.open(settings.database, settings.authority, thorough=False)
    clock = store.clock() or utc_now
    if not store.is_shared:
        store.close()
    return lambda: clock() + shift


@contextmanager
def open_door(app: App, service: Service) -> Iterator[None]:
    """Serve the pages, and log at which port."""
    page = create(app.line, app.store, app.clock, Metrics(), service.troubles, title="Testshire")
    with serve(page, "127.0.0.1", 0) as served:
        log.info("door.opened", port=served.port)
        yield


class Rounds:
    """Logs how long after the one before each round of the leader's begins."""

    def __init__(self) -> None:
        self.begun: float | None = None

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Be what a round is done in."""
        now = monotonic()
        if self.begun is not None:
            log.info("round.begun", after_s=round(now - self.begun, 3))
        self.begun = now
        yield


if __name__ == "__main__":
    sys.exit(main())
