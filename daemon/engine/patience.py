"""What the database keeps us from is done again for a while."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import TypeVar

import structlog

from daemon.store import StoreUnavailable

log = structlog.get_logger("daykeeper.patience")
AGAIN_S = 0.5
T = TypeVar("T")


def lasting(lease: timedelta) -> Callable[[], bool]:
    """Return what says whether a lease that begins now still lasts, whatever the clocks do."""
    end = monotonic() + lease.total_seconds()
    return lambda: monotonic() < end


def insist(act: Callable[[], T], may_go_on: Callable[[], bool]) -> T:
    """Return what `act` does, tried again while the database is away.

    StoreUnavailable rises once it may not go on. What is done twice because the answer to its
    commit was lost must come to the same.
    """
    later = Event()  # never set: a wait
    while True:
        try:
            return act()
        except StoreUnavailable as error:
            log.warning("store.unavailable", reason=error.reason)
            if not may_go_on():
                raise
        later.wait(AGAIN_S)
