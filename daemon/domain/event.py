"""What stands in one person's calendar for one conference, and what comes back about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Event:
    """One person's entry, as a message carries it: created, changed or cancelled by `uid` and `revision`.

    `uid` stays for the life of the entry, `revision` rises with every change. Instants are UTC.
    `title` carries no case data at all (L0), for a calendar shows it to whoever may see it; `place`
    is a room or an address, `link` the page of the online meeting, `page` ours for whoever chairs it.
    `meeting` names, in a code, the conference that people may join online and whose record has no link:
    a calendar that can make online meetings makes one, the same for all its entries.
    """

    uid: str
    revision: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str | None = None
    link: str | None = None
    is_cancelled: bool = False
    page: str | None = None
    meeting: str | None = None


class Response(StrEnum):
    """What an invited person answered, in the words of the case record (DOMAIN section 2)."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to an entry. `revision` None: the answer does not say to which one.

    `address` is who answers, `sender` who the answer came from: another where somebody answers in
    this one's name, or forwards. None: it does not say.
    """

    uid: str
    address: str
    response: Response
    at: datetime
    revision: int | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that did not arrive: `message` is its id. `is_final` False: it is still being tried."""

    message: str
    at: datetime
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of which whoever carried it says that it was delivered: `message` is its id."""

    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AutomaticReply:
    """A machine's answer, such as an absence note: no answer to anything. `message` None: to what is not known."""

    address: str
    at: datetime
    message: str | None = None
