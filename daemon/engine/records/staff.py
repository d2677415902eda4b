"""The directory, read into the store, so that a directory that is down never stops an escalation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from daemon.decide.people.staffing import doubts
from daemon.domain.errors import Problem
from daemon.domain.person import Person
from daemon.domain.times import day_of
from daemon.engine.house import House
from daemon.engine.records.exclusions import look_again
from daemon.engine.telling.operator import tell_operator
from daemon.ports import Unreadable
from daemon.store import Store

log = structlog.get_logger("daykeeper.staff")
DIRECTORY = "people"  # under which status lists its problems

LAST = "until it is mended the last good reading stands"
NOBODY = "until it is mended nobody is known, and the duty mailbox is told"


class StaffList:
    """Keeps the last good reading of the directory.

    One from which more than half of the people have gone is a file cut short, not a great leaving:
    it is not taken unless it shows `at_least` so many.
    """

    def __init__(
        self, store: Store, house: House, every: timedelta, at_least: int | None = None
    ) -> None:
        self.store, self.house, self.every, self.at_least = store, house, every, at_least
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
            self._compare(people)
        except Unreadable as error:
            if not self._failing:
                with self.store.write() as tx:
                    meanwhile = LAST if tx.people.all() else NOBODY
                    wrong = Problem(DIRECTORY, str(error), meanwhile)
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
            known = {mark for one in tx.people.all() for mark in one.marks}
            tx.people.replace(people, now)
            if known != {mark for one in people for mark in one.marks}:
                look_again(tx, now)
            tx.quarantine.put(DIRECTORY, self._problems(people, now), now)
        self.house.forget_people()
        return True

    def _compare(self, people: Sequence[Person]) -> None:
        """Raise Unreadable where the reading has lost most of those who stood in the last one."""
        with self.store.read() as tx:
            before = {person.id for person in tx.people.all()}
        gone = before - {person.id for person in people}
        is_enough = self.at_least is not None and len(people) >= self.at_least
        if people and (is_enough or 2 * len(gone) <= len(before)):
            return
        if gone:
            raise Unreadable(
                f"it shows {len(people)} people, and {len(gone)} of the {len(before)} of the last reading "
                "have gone; give leavers their last day, or set `at_least` below [people] if it is so"
            )

    def _problems(self, people: Sequence[Person], now: datetime) -> list[Problem]:
        """Return what the directory says of its rows, and what is doubtful in all of them."""
        directory, words = self.house.directory, self.house.deciding.words
        places = getattr(directory, "places", {})
        doubted = doubts(people, places, words, day_of(now), DIRECTORY)
        return [*getattr(directory, "problems", ()), *doubted]
