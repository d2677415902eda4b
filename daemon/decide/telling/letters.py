"""How much a message to somebody may carry, and when a letter counts of which only the day is known."""

from collections.abc import Collection
from datetime import date, datetime, time

from daemon.domain.mail import plain_address
from daemon.domain.message import Level
from daemon.domain.person import Person
from daemon.domain.times import day_of, london

CLOSES = time(17)  # a letter of an earlier day is in time where that day was


def level_of(
    person: Person, channel: str, internal: Collection[str], accepted: Collection[str], unknown_gets: str
) -> tuple[Level | None, bool]:  # fmt: skip
    """Return how much a message to this person may carry, and whether it leaves the authority.

    None: nothing is sent there at all. An address that is no mail address says nothing of that: theirs
    for mail does.

    Source: DOMAIN section 6.
    """
    mail = person.addresses.get("email", "")
    address = plain_address(person.addresses.get(channel, mail)) or mail
    domain = address.rpartition("@")[2].casefold()
    if domain in internal:
        return (Level.L2 if channel == "email" else Level.L1), False
    if domain in accepted:
        return Level.L1, True
    return (None if unknown_gets == "nothing" else Level.L0), True


def on_day_at(on: date, since_at: datetime, now: datetime) -> datetime | None:
    """Return when a letter of that day counts as sent, or a reply as come; None where it cannot have been then.

    That is before `since_at`, when somebody asked for it, or in days to come.
    """
    if not day_of(since_at) <= on <= day_of(now):
        return None
    return min(now, max(since_at, london(on, CLOSES)))
