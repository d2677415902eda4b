"""The real auditor in a process of its own, on a shifted clock as the service beside it.

python -m tests.faults.auditor --config FILE --offset-s -22000000
"""

import argparse
import signal
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

from daemon.app import utc_now
from daemon.auditor import Auditing
from daemon.auditor.looking import clock_of
from daemon.domain.errors import Refusal
from daemon.ports import Clock
from daemon.settings.whole import load
from daemon.store import Store
from daemon.telemetry import set_up_logs


def main() -> int:
    """Look until SIGTERM; 1 where it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.auditor", description=__doc__)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument(
        "--offset-s", type=float, required=True, help="seconds from the clock to ours"
    )
    options = parser.parse_args()
    shift = timedelta(seconds=options.offset_s)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def shifted(store: Store | None) -> Clock:
        clock = clock_of(store) if store else utc_now
        return lambda: clock() + shift

    try:
        settings = load(options.config)
        set_up_logs("json", settings.log.level, strict=True)
        assert settings.audit is not None
        Auditing(settings, settings.audit, stop, clock_of=shifted).run()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
