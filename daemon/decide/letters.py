"""How much a message to somebody may carry, and from when a letter that was sent by hand counts."""

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


def sent_by_hand_at(on: date, asked_at: datetime, now: datetime) -> datetime | None:
    """Return when a letter of that day counts as sent; None where it cannot have been sent then.

    It was not sent before anybody was asked for it, nor is it sent in days to come.
    """
    if not day_of(asked_at) <= on <= day_of(now):
        return None
    return min(now, max(asked_at, london(on, CLOSES)))
