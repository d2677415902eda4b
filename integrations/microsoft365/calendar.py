"""Entries in calendars by Microsoft 365: one for each person, known by its uid and revision."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic

from daemon.domain.entry import event_of
from daemon.domain.errors import Temporary, Unsupported
from daemon.domain.event import Event
from daemon.domain.mail import mail_address
from daemon.domain.message import Lane, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.microsoft365 import entry, events
from integrations.microsoft365.box import Box
from integrations.microsoft365.config import CalendarConfig
from integrations.microsoft365.events import Standing
from integrations.microsoft365.examine import CALENDAR, examine_meetings

COMMENT_MOST = 4000
LINK_WAITS, LINK_AGAIN_S = timedelta(minutes=10), 30.0


class OutlookCalendar:
    """The channel of the word `calendar`: a private entry of its own for each person.

    It stands in our mailbox's calendar; Exchange tells its attendee, and counts the answers.
    """

    word = "calendar"

    def __init__(self, config: CalendarConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first entry."""
        self.config, self.clock = config, clock
        self.box = Box(config.connection, config.mailbox, clock, events.warm, CALENDAR)
        self.pace = self.box.pace(config.mails_a_minute)

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Make, change or cancel the entry of the event's uid, unless it stands so already.

        It is looked up each time and carries its revision, so that a second try changes nothing. Raises
        Permanent where the message has no event, no words, or an event that is none; Temporary with
        `no-link-yet` while Teams makes the online meeting; else as mail does.
        """
        until = monotonic() + self.config.timeout_s
        address = mail_address(to, self.word if to.addresses.get(self.word) else "email")
        event = event_of(message)
        standing = self._find(entry.UID, event.uid, until)
        if standing is not None and standing.revision > event.revision:
            return Receipt(event.uid)
        if event.is_cancelled:
            if standing is not None:
                self._cancel(standing, event, message, key, until)
        elif standing is None or standing.revision < event.revision:
            event = replace(event, link=event.link or self._link_of_ours(event, until))
            self._put(standing, event, message, address, key, until)
        return Receipt(event.uid)

    def find(self, key: str) -> Receipt | None:
        """Raise Unsupported: sending looks for the entry itself, and knows its revision."""
        raise Unsupported("looked-up-when-sent")

    def examine(self) -> Iterator[Finding]:
        """Yield how the calendar stands, and whether meetings in Teams can be made; no entry is made."""
        yield from self.box.examine()
        if self.config.online_meetings and self.box.session is not None:
            yield from examine_meetings(self.box.session, self.config.mailbox)

    def close(self) -> None:
        """Let the session go; closing twice is no error."""
        self.box.close()

    def _find(self, name: str, value: str, until: float) -> Standing | None:
        asking = partial(events.look_up, name=name, value=value)
        return next(iter(self.box.ask(asking, until)), None)

    def _put(
        self, standing: Standing | None, event: Event, message: Message, address: str, key: str,
        until: float,
    ) -> None:  # fmt: skip
        """Have the entry stand as the event says, by one request that tells its attendee."""
        times = event.starts_at, event.ends_at
        is_dated = standing is None or (standing.starts_at, standing.ends_at) != times
        item = entry.written(event, message, dated_at=self.clock() if is_dated else None)
        is_urgent = message.lane is Lane.URGENT
        self.pace.take(key, is_urgent=is_urgent)
        if standing is None:
            making = partial(events.make, item=entry.new(item, event, address))
            self.box.tell(making, until, is_urgent=is_urgent)
            return
        if standing.attendee != address:  # they have another address now
            item = entry.readdressed(item, address)
        changing = partial(events.change, id_=standing.id, item=item)
        self.box.tell(changing, until, is_urgent=is_urgent)

    def _cancel(
        self, standing: Standing, event: Event, message: Message, key: str, until: float
    ) -> None:
        """Take the entry out. Its place goes first: its reader may be invited no longer. They are told twice."""
        is_urgent = message.lane is Lane.URGENT
        if standing.revision < event.revision:
            self.pace.take(f"{key}/emptied", is_urgent=is_urgent)
            emptied = partial(events.change, id_=standing.id, item=entry.emptied(event, message))
            self.box.tell(emptied, until, is_urgent=is_urgent)
        self.pace.take(key, is_urgent=is_urgent)
        comment = message.text[:COMMENT_MOST]
        off = partial(events.cancel, id_=standing.id, comment=comment)
        self.box.tell(off, until, is_urgent=is_urgent)

    def _link_of_ours(self, event: Event, until: float) -> str | None:
        """Return the page of the conference's online meeting, the same for everybody; None for none.

        The meeting belongs to an entry of our own mailbox's that asks nobody, and moves with whoever is
        told first. Raises Temporary while Teams is still making it; after a while it goes without.
        """
        if not (self.config.online_meetings and event.meeting):
            return None
        host = self._find(entry.MEETING, event.meeting, until)
        if host is None:
            host = self.box.ask(partial(events.make, item=entry.meeting(event)), until)
        elif (host.starts_at, host.ends_at) != (event.starts_at, event.ends_at):
            moving = partial(events.change, id_=host.id, item=entry.moved(event))
            self.box.ask(moving, until)
        if host is None or host.link:
            return host.link if host else None
        if host.made_at is None or self.clock() < host.made_at + LINK_WAITS:
            raise Temporary("no-link-yet", LINK_AGAIN_S)
        return None
