"""A family in which a child has died or a pregnancy has ended: what is held until a person releases it.

Nothing goes out about the child any more but one neutral notice; what would go out about brothers
and sisters, and every change in calendars, waits for the safeguarding service manager.

Source: READINGS section 2, 3.
"""

from datetime import datetime

from daemon.decide.duties.standing import ENDS_EVERYTHING
from daemon.domain.record import Record

RELEASED = "siblings_released"


def is_closed(record: Record, now: datetime) -> bool:
    """Return whether a case has ended so that its family is held, and nobody has released it since."""
    ended = [fact for fact in record.facts if fact.name in ENDS_EVERYTHING and fact.at <= now]
    if not ended:
        return False
    last = max(fact.day for fact in ended)
    return not any(
        fact.name == RELEASED and fact.at <= now and fact.day >= last for fact in record.facts
    )
