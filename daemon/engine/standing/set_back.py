"""note_beat(tx, house, now): the leader begins a round; after a clock that was ahead everything is looked at anew."""

from datetime import datetime, timedelta

from daemon.domain.times import say
from daemon.engine.house import House
from daemon.engine.standing.guard import BEAT
from daemon.engine.standing.learn import UNRECORDED
from daemon.store import Tx

STEP = timedelta(seconds=5)  # what a clock is put right by all the time is no step


def note_beat(tx: Tx, house: House, now: datetime) -> None:
    """Keep when the leader last began a round; where that lies ahead, the clock has been set back since.

    What was put off by a clock that was ahead would sleep until that moment comes: ladders that wait for data, cases
    that count a day too many, messages to be tried again. Looking too soon does no harm (RELIABILITY F6).
    """
    before = tx.marks.moment(BEAT)
    if before is not None and before - now > STEP:
        tx.cases.touch_all(now)
        tx.obligations.wake(now)
        tx.messages.hasten(now + house.terms.retry_most, UNRECORDED)
        why = f"it had been {say(before)}: all is looked at anew"
        tx.journal.write(now, "clock.set-back", "clock", why, {})
    tx.marks.put(BEAT, now)
