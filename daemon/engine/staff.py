"""The directory, read into the store, so that a directory that is down never stops an escalation."""

from datetime import datetime, timedelta

import structlog

from daemon.domain.errors import Problem
from daemon.engine.house import House
from daemon.engine.operator import tell_operator
from daemon.ports import Unreadable
from daemon.store import Store

log = structlog.get_logger("daykeeper.staff")
DIRECTORY = "people"  # under which status lists its problems


class StaffList:
    """Keeps the last good reading of the directory."""

    def __init__(self, store: Store, house: House, every: timedelta) -> None:
        self.store, self.house, self.every = store, house, every
        self._tried_at: datetime | None = None
        self._failing = False

    def refresh(self, now: datetime) -> bool:
        """Read the directory where that is due; return whether it was read."""
        if self.house.directory is None or (
            self._tried_at is not None and self._tried_at + self.every > now
        ):
            return False
        self._tried_at = now
        try:
            people = self.house.directory.people()
        except Unreadable as error:
            if not self._failing:
                with self.store.write() as tx:
                    wrong = Problem(DIRECTORY, str(error), "mend it; the last good reading stands")
                    tx.quarantine.put(DIRECTORY, [wrong], now)
                    tx.journal.write(now, "directory.failed", "directory", str(error), {})
                    tell_operator(
                        tx,
                        self.house,
                        now,
                        "feed/directory",
                        "operator-feed",
                        f"the directory: {error}",
                        int(now.timestamp()) // 60,
                    )
            self._failing = True
            log.exception("directory.failed", reason="unreadable")
            return False
        self._failing = False
        with self.store.write() as tx:
            tx.people.replace(people, now)
            tx.quarantine.put(DIRECTORY, list(getattr(self.house.directory, "problems", ())), now)
        self.house.forget_people()
        return True
