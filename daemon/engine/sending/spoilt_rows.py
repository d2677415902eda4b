"""Notices and messages that cannot be read: set aside, listed and told, so that everybody else's go out."""

from hashlib import sha256

import structlog

from daemon.domain.errors import Problem
from daemon.engine.house import House
from daemon.engine.telling.operator import tell_operator
from daemon.ports import Clock
from daemon.store import Store

log = structlog.get_logger("daykeeper.outbox")
ASIDE = "outbox/spoilt"  # the mark that says how many are set aside
OUTBOX = "outbox"  # the quarantine's name for what was spoilt on its way to people
MEND = "see that its person is told; once it is mended, its state brings it back"


class SpoiltRows:
    """Keeps what cannot be read out of everybody's way. Safe in any thread and process."""

    def __init__(self, store: Store, house: House, clock: Clock) -> None:
        self.store, self.house, self.clock = store, house, clock

    def set_aside(self, *, thorough: bool) -> int:
        """Look for such rows in what is still to be sent, or in all; return how many are newly listed.

        The operator hears of it once, and not of which case it is: nobody can tell whether that is restricted.
        """
        now = self.clock()
        with self.store.read() as tx:
            places = tx.aside.find(thorough=thorough)
            listed = {one.problem.where for one in tx.quarantine.open() if one.feed == OUTBOX}
            if not places and listed == {name for name, _ in tx.aside.all()}:
                return 0
        with self.store.write() as tx:
            tx.aside.put(places)
            found = [Problem(name, why, MEND) for name, why in tx.aside.all()]
            new = tx.quarantine.put(OUTBOX, found, now)
            if len(found) != (tx.marks.get(ASIDE) or 0):
                tx.marks.put(ASIDE, len(found))
            for one in new:
                log.error("row.spoilt", row=one.where, reason=one.what)
                tx.journal.write(now, "row.spoilt", one.where, one.what, {})
            if new:
                what = "1 stored message" if len(new) == 1 else f"{len(new)} stored messages"
                detail = f"{what} or part of one cannot be read, and is not sent; status lists it under quarantine"
                mark = sha256("\n".join(one.where for one in new).encode()).hexdigest()[:12]
                topic = f"quarantine/{OUTBOX}/{mark}"
                tell_operator(tx, self.house, now, topic, "operator-undelivered", detail)
        return len(new)
