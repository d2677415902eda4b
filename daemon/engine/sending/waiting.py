"""What may go out at this moment, by the office's hours, and since when something that may has waited.

It holds for all that is queued, however it came to be late: notices that fired before a stop of the
service, their retries, and what the end of a pause or the brake frees.
"""

from collections.abc import Container
from datetime import datetime

from daemon.decide.due.office import Calendar
from daemon.domain.message import Lane
from daemon.domain.times import EVER
from daemon.engine.sending.pause import ENDED, paused
from daemon.engine.telling.brake import RELEASED
from daemon.store import Tx

NO_WAY = "channel-not-configured"


def sendable_since(calendar: Calendar, lane: Lane, now: datetime) -> datetime:
    """Return since when what goes out of a lane now must have been set off; what is urgent never waits.

    A ladder sets nothing off out of hours that is late (`decide/due/ladder`): so what waits here was set off in
    time, and has an hour to be on its way.

    Source: DOMAIN 5.5.
    """
    return EVER if lane is Lane.URGENT else calendar.told_since(now)


def sendable(tx: Tx, calendar: Calendar, lane: Lane, now: datetime, most: int) -> int:
    """Return how many messages may be sent in a lane now, counted up to about `most`."""
    return tx.due(lane, now, most, since=sendable_since(calendar, lane, now))


def waited_since(tx: Tx, calendar: Calendar | None, now: datetime) -> datetime | None:
    """Return since when something that may go out has not been accepted, None where nothing waits or all must.

    What was held back counts from its release, the end of the pause or the office's opening. Without a
    calendar the office is never shut.
    """
    if paused(tx) is not None:
        return None
    freed = [at for name in (ENDED, RELEASED) if (at := tx.marks.moment(name))]
    opened = calendar.opened(now) if calendar else None
    found = []
    for lane in Lane:
        since = sendable_since(calendar, lane, now) if calendar else EVER
        oldest = tx.oldest_unsent(now, lane, since)
        if oldest is not None:
            by_the_office = [opened] if opened is not None and lane is not Lane.URGENT else []
            found.append(max([oldest, *freed, *by_the_office]))
    return min(found, default=None)


def wayless(tx: Tx, channels: Container[str]) -> dict[str, int]:
    """Return how many messages wait for each way to people that the settings do not have."""
    found = tx.messages.put_off_for()
    return {word: many for word, why, many in found if why == NO_WAY and word not in channels}


def waits_for_a_way(tx: Tx, channels: Container[str], now: datetime) -> bool:
    """Return whether all that waits does so for a way that the settings do not have: more time brings nothing."""
    many = sum(wayless(tx, channels).values())
    return many > 0 and many >= sum(lane.many for lane in tx.ledger.queues(now).values())
