"""A notice in a person's activity feed in Teams: few words, and a way to the item.

Nothing of a case stands in it but what its subject says, for a feed is shown on a locked telephone.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from time import monotonic
from typing import Any
from urllib.parse import quote

from daemon.domain.errors import Permanent, Temporary, Unknown, Unsupported
from daemon.domain.mail import header_text, mail_address, plain_address
from daemon.domain.message import Lane, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.microsoft365 import feed
from integrations.microsoft365.config import ActivityConfig
from integrations.microsoft365.examine import examine_feed
from integrations.microsoft365.session import Borrower, Session

TITLE = "Daykeeper"
SHOWN_MOST = 150  # characters of an entry
FEED = "teams"  # the limit is the tenant's, not one person's
DEEP = "https://teams.microsoft.com/l/entity"
CHAINS = 2**63
ASKED_AGAIN = timedelta(days=1)


class ActivityFeed(Borrower):
    """The channel of the word `teams`. Thread-safe; it retries nothing and logs nothing."""

    word = "teams"

    def __init__(self, config: ActivityConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first notice."""
        self.config = config
        self.session = Session.borrow(config.connection, clock, feed.warm)
        self.session.needs.add("TeamsActivity.Send")
        self.pace = self.session.pace(FEED, config.notices_a_second * 60)
        self.clock = clock
        self._refused: dict[str, datetime] = {}  # who has no app, or is no one of the tenant

    def reaches(self, person: Person) -> bool:
        """Return whether somebody is named by a sign-in name that Teams has not refused in the last day."""
        address = (plain_address(person.addresses.get(self.word, "")) or "").casefold()
        refused_at = self._refused.get(address)
        is_fresh = refused_at is not None and self.clock() < refused_at + ASKED_AGAIN
        return bool(address) and not is_fresh

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the notice over once.

        Raises Temporary where Teams took nothing, Permanent where it does not know the person or
        has no app for them, and Unknown where its answer was lost: the same notice again takes the
        place of the one that may be there.
        """
        until = monotonic() + self.config.timeout_s
        is_urgent = message.lane is Lane.URGENT
        person = mail_address(to, self.word)
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        if self.session is None:
            raise Temporary("closed")
        self.session.doors.enter(FEED)
        self.pace.take(key, is_urgent=is_urgent)
        act = partial(
            feed.notify,
            person=person,
            title=TITLE,
            words=header_text(message.subject, SHOWN_MOST),
            link=self.deep_link(message.card),
            chain=chain_of(person, message.topic or key),
        )
        try:
            self.session.call(act, FEED, until, is_urgent=is_urgent, is_final=True)
        except Unknown as error:
            if error.reason == "draft-gone":
                raise self._not_reached(person, "unknown-recipient") from None
            raise
        except Temporary as error:
            if error.reason in ("not-permitted", "no-such-mailbox"):
                raise self._not_reached(person, "app-not-installed") from None
            raise
        return Receipt()

    def find(self, key: str) -> Receipt | None:
        """Raise Unsupported: a feed cannot be read, and a notice that is sent again shows once."""
        raise Unsupported("feed-cannot-tell")

    def examine(self) -> Iterator[Finding]:
        """Yield how the tenant stands; no notice is sent."""
        if self.session is not None:
            yield from examine_feed(self.session)

    def _not_reached(self, person: str, reason: str) -> Permanent:
        """Return that this person is not reached, and remember it: they are not tried at each notice."""
        self._refused[person.casefold()] = self.clock()
        return Permanent(reason)

    def deep_link(self, card: str) -> str:
        """Return the link of a notice: Teams takes none but its own, which leads on to our page."""
        place = f"{DEEP}/{self.config.app_id}/{self.config.entity_id}"
        page = next(urls(json.loads(card)), "") if card else ""
        return f"{place}?webUrl={quote(page, safe='')}&label={TITLE}" if page else place


def urls(element: Any) -> Iterator[str]:
    """Yield the pages that a card's buttons open."""
    if isinstance(element, dict):
        if element.get("type") == "Action.OpenUrl":
            yield str(element["url"])
        element = list(element.values())
    if isinstance(element, list):
        for one in element:
            yield from urls(one)


def chain_of(person: str, topic: str) -> int:
    """Return the number by which Teams knows that two notices are about the same."""
    digest = sha256(f"{person}|{topic}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % (CHAINS - 1) + 1
