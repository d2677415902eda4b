"""What comes back: answers as Exchange counts them in our calendar, and the mails of our inbox.

Nothing in the mailbox is changed, moved or marked.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from time import monotonic
from typing import Any, Self

from daemon.domain.errors import Problem, Severity, WireError
from daemon.domain.event import AutomaticReply, Bounce, Reply, Response
from daemon.domain.incoming.answers import calendars
from daemon.domain.incoming.parts import TooMuch, parts
from daemon.domain.incoming.reports import FAILED, action
from daemon.domain.incoming.sort import Found, Odd, sort
from daemon.domain.times import iso
from daemon.examined import Finding
from daemon.ports import Clock, InboxPage, Unreadable
from integrations.microsoft365 import events, post
from integrations.microsoft365.box import Box
from integrations.microsoft365.config import InboxConfig
from integrations.microsoft365.examine import INBOX
from integrations.microsoft365.post import Page

RESPONSES = {
    "accepted": Response.ACCEPTED,
    "tentativelyAccepted": Response.TENTATIVE,
    "declined": Response.DECLINED,
}
FORGOTTEN = frozenset({"refused-410", "refused-400"})  # the service knows our place no more
GONE, TOO_LARGE = "refused-404", "too-large"
RENEWED = timedelta(days=30)  # a window is fixed when it is opened
OWN_CLOCK = timedelta(minutes=2)  # by which ours may be before Exchange's
READ_IT = "read it in the mailbox, and record what it says"


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are: `mail` and `answers` are the service's own words; `opened` is when the window was."""

    since: str
    opened: str
    mail: str = ""
    answers: str = ""

    def __str__(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, cursor: str | None, since: datetime, now: datetime) -> Self:
        """Return the place that a cursor names; the beginning where it names none."""
        start = cls(iso(since), iso(now))
        try:
            found = cls(**json.loads(cursor or "{}"))
            begun, opened = (datetime.fromisoformat(one) for one in (found.since, found.opened))
            is_whole = f"{found.mail}{found.answers}".isprintable()
        except (ValueError, TypeError):
            return start
        if not is_whole or begun.tzinfo is None or opened.tzinfo is None:
            return start
        return replace(found, opened=iso(now), answers="") if opened < now - RENEWED else found


class OutlookInbox:
    """The inbox of one mailbox. It keeps nothing between two readings but what the cursor says."""

    def __init__(self, config: InboxConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first reading."""
        self.config, self.clock = config, clock
        self.ours = frozenset(one.lower() for one in (config.mailbox, *config.ours))
        self.box = Box(config.connection, config.mailbox, clock, post.warm, INBOX)

    def read(self, cursor: str | None) -> InboxPage:
        """Return what has come since; raises Unreadable, never the library's exception."""
        now = self.clock()
        place = Place.parse(cursor, now - timedelta(days=self.config.looks_back_days), now)
        end_at = monotonic() + self.config.reads_for_s
        try:
            answers, place = self._answers(place, end_at)
            found, problems, place = self._mails(place, end_at)
        except WireError as error:
            raise Unreadable(f"the mailbox cannot be read ({error.reason})") from None
        return InboxPage(
            replies=[*answers, *(one for one in found if isinstance(one, Reply))],
            bounces=[one for one in found if isinstance(one, Bounce)],
            automatic=[one for one in found if isinstance(one, AutomaticReply)],
            problems=problems,
            cursor=str(place),
        )

    def examine(self) -> Iterator[Finding]:
        """Yield how the mailbox stands; nothing is read."""
        return self.box.examine()

    def close(self) -> None:
        """Let the session go; closing twice is no error."""
        self.box.close()

    def _ask(self, act: Any, end_at: float) -> Any:
        return self.box.ask(act, min(end_at, monotonic() + self.config.timeout_s))

    def _pages(self, turn: Callable[[str], Page], place: str, end_at: float) -> Iterator[Page]:
        """Yield pages until a reading has enough, or half its time is over: the rest waits for the next."""
        half_at, seen = monotonic() + (end_at - monotonic()) / 2, 0
        while True:
            try:
                page = turn(place)
            except WireError as error:
                if error.reason not in FORGOTTEN or not place:
                    raise
                page = turn("")  # read anew: what was heard before changes nothing
            yield page
            seen, place = seen + len(page.found), page.place
            if page.is_last or seen >= self.config.most or monotonic() > half_at:
                return

    def _answers(self, place: Place, end_at: float) -> tuple[Sequence[Reply], Place]:
        """Return what attendees have said of entries that are still to come, and the place after it."""
        opened = datetime.fromisoformat(place.opened)
        until = opened + timedelta(days=self.config.looks_ahead_days)

        def turn(at: str) -> Page:
            asking = partial(post.answered, place=at, starts_at=opened, ends_at=until)
            page: Page = self._ask(asking, end_at)
            return page

        said: list[Reply] = []
        for page in self._pages(turn, place.answers, end_at):
            ahead = [id_ for id_, starts_at in page.found if starts_at > self.clock()]
            for id_ in dict.fromkeys(ahead):
                said += self._said(id_, end_at)
            place = replace(place, answers=page.place)
        return said, place

    def _said(self, id_: str, end_at: float) -> Sequence[Reply]:
        """Return the answers to one entry. One from before its present time is one to the first."""
        try:
            standing = self._ask(partial(events.get, id_=id_), end_at)
        except WireError as error:
            if error.reason == GONE:
                return ()
            raise
        if standing is None or not standing.uid:
            return ()
        now, dated = self.clock(), standing.dated_at
        return [
            Reply(
                standing.uid, who, RESPONSES[answer], min(at.astimezone(UTC), now),
                0 if dated and at < dated - OWN_CLOCK else standing.revision, who,
            )
            for who, answer, at in standing.answers
            if answer in RESPONSES
        ]  # fmt: skip

    def _mails(
        self, place: Place, end_at: float
    ) -> tuple[Sequence[Found], Sequence[Problem], Place]:
        """Return what the mails say, what somebody must read, and the place after them."""
        since = datetime.fromisoformat(place.since)

        def turn(at: str) -> Page:
            page: Page = self._ask(partial(post.arrived, place=at), end_at)
            return page

        found: list[Found] = []
        problems: list[Problem] = []
        for page in self._pages(turn, place.mail, end_at):
            for id_, received_at in page.found:
                if received_at < since:
                    continue
                try:
                    found += self._sort(id_, received_at.astimezone(UTC), end_at)
                except (Odd, TooMuch) as odd:
                    name = sha256(id_.encode()).hexdigest()[:8]
                    where = f"Outlook inbox, mail {name}, received {iso(received_at)}"
                    problems.append(Problem(where, str(odd), READ_IT, Severity.WARNING))
            place = replace(place, mail=page.place)
        return found, problems, place

    def _sort(self, id_: str, received_at: datetime, end_at: float) -> Sequence[Found]:
        """Return what a mail says; raises Odd or TooMuch for one that a person must read.

        An answer to an entry of ours in this calendar is told by the calendar itself.
        """
        try:
            raw = self._ask(partial(post.mime, id_=id_), end_at)
        except WireError as error:
            if error.reason == GONE:  # moved or deleted meanwhile
                return ()
            if error.reason == TOO_LARGE:
                raise TooMuch("it is larger than is read") from None
            raise
        try:
            said = sort(raw, received_at, self.ours, self.config.id_domain)
        except Odd:
            if returned := self._returned(raw, received_at, end_at):
                return [returned]
            raise
        return [
            one for one in said if not isinstance(one, Reply) or not self._standing(one.uid, end_at)
        ]

    def _returned(self, raw: bytes, received_at: datetime, end_at: float) -> Bounce | None:
        """Return the bounce of an invitation: it has no id of ours, but the entry that it returns has."""
        mail = parts(raw)
        told = action(mail)
        if told is None:
            return None
        uids = {one.uid for _, said in calendars(mail) for one in said if one.uid}
        entries = self._standing(uids.pop(), end_at) if len(uids) == 1 else ()
        message = next((one.told for one in entries if one.told), None)
        return Bounce(message, received_at, is_final=told == FAILED) if message else None

    def _standing(self, uid: str, end_at: float) -> Sequence[events.Standing]:
        found = self._ask(partial(events.look_up_by_theirs, uid=uid), end_at)
        return [one for one in found if one.uid]
