"""What comes back to an Exchange mailbox: read as the server turns it into mail, and left where it lies."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Any, Self

from daemon.domain.errors import Problem, Severity, WireError
from daemon.domain.event import AutomaticReply, Bounce, Reply
from daemon.domain.incoming.parts import TooMuch
from daemon.domain.incoming.sort import Found, Odd, sort
from daemon.domain.times import iso
from daemon.examined import Finding
from daemon.ports import Clock, InboxPage, Unreadable
from integrations.exchange.calendar import find_entry
from integrations.exchange.config import InboxConfig
from integrations.exchange.examine import examine
from integrations.exchange.pool import Pool
from integrations.exchange.vendor import STALE, Post, SyncFolderItems, answered

PAGE, CHUNK = 50, 5  # changes asked for at once, and mails fetched at once
FIELDS = ("item_class", "datetime_received", "size")
READ_IT = "read it in the mailbox, and record what it says"
OUT_OF_OFFICE = "IPM.Note.Rules.OofTemplate"


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are in the folder. `since`: what came before is left; `state` is the server's own word."""

    since: datetime
    state: str = ""

    def __str__(self) -> str:
        return f"{iso(self.since)} {self.state}"

    @classmethod
    def parse(cls, cursor: str | None, otherwise: datetime) -> Self:
        """Return the place that a cursor names, the folder's beginning where it names none."""
        since, _, state = (cursor or "").partition(" ")
        try:
            return cls(datetime.fromisoformat(since).astimezone(UTC), state)
        except ValueError:
            return cls(otherwise.astimezone(UTC).replace(microsecond=0))


class ExchangeInbox:
    """The inbox of one mailbox. It keeps nothing between two readings but what the cursor says."""

    def __init__(self, config: InboxConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first reading."""
        self.config, self.clock = config, clock
        self.ours = frozenset(one.lower() for one in (config.mailbox, *config.ours))
        self.pool = Pool(config, clock)

    def read(self, cursor: str | None) -> InboxPage:
        """Return what has come since; raises Unreadable, never the library's exception."""
        place = Place.parse(cursor, self.clock() - timedelta(days=self.config.looks_back_days))
        try:
            try:
                return self._read(place)
            except WireError as error:
                if error.reason != STALE:
                    raise
            return self._read(replace(place, state=""))  # a mailbox that was moved or restored
        except WireError as error:
            raise Unreadable(f"the Exchange Server cannot be read ({error.reason})") from None

    def examine(self) -> Iterator[Finding]:
        """Yield how the server stands; no mail is read."""
        return examine(self.config, self.pool, self.clock(), "inbox")

    def close(self) -> None:
        """Close the kept lines; closing twice is no error."""
        self.pool.close()

    def _read(self, place: Place) -> InboxPage:
        half_at = monotonic() + self.config.timeout_s / 2  # then the rest waits for its next turn
        found: list[Found] = []
        problems: list[Problem] = []
        seen, is_last = 0, False
        with self.pool.lend() as post, answered(is_question=True):
            while not is_last and seen < self.config.most and monotonic() < half_at:
                new, state, is_last = arrived(post, place.state)
                new = [one for one in new if moment(one) >= place.since]
                for item, raw in self._mails(post, new):
                    received_at = moment(item)
                    try:
                        found += self._sort(post, raw, received_at)
                    except (Odd, TooMuch) as odd:
                        name = sha256(item.id.encode()).hexdigest()[:8]
                        where = f"Exchange inbox, mail {name}, received {iso(received_at)}"
                        problems.append(Problem(where, str(odd), READ_IT, Severity.WARNING))
                seen, place = seen + len(new), replace(place, state=state)
        return InboxPage(
            replies=[one for one in found if isinstance(one, Reply)],
            bounces=[one for one in found if isinstance(one, Bounce)],
            automatic=[one for one in found if isinstance(one, AutomaticReply)],
            problems=problems,
            cursor=str(place),
        )

    def _mails(self, post: Post, new: list[Any]) -> Iterator[tuple[Any, bytes | None]]:
        """Yield each item with its mail, None for one that is too large; what went meanwhile is passed over."""
        small = [one for one in new if (one.size or 0) <= self.config.largest_bytes]
        yield from ((one, None) for one in new if one not in small)
        fetched = post.account.fetch(
            small, folder=post.inbox, only_fields=["mime_content"], chunk_size=CHUNK
        )
        for item, whole in zip(small, fetched, strict=True):
            if not isinstance(whole, Exception):
                yield item, as_mail(item.item_class, whole.mime_content or b"")

    def _sort(self, post: Post, raw: bytes | None, received_at: datetime) -> list[Found]:
        """Return what a mail says; raises Odd or TooMuch for one that a person must read."""
        if raw is None:
            raise TooMuch(f"it is no mail of {self.config.largest_bytes} bytes or less")
        said = sort(raw, received_at, self.ours, self.config.id_domain)
        return [in_our_words(post, one) if isinstance(one, Reply) else one for one in said]


def arrived(post: Post, state: str) -> tuple[list[Any], str, bool]:
    """Return the next items that came, the server's word for the place after them, and whether it is the last."""
    service = SyncFolderItems(account=post.account)
    changes = service.call(
        folder=post.inbox, shape="IdOnly", additional_fields=post.inbox.normalize_fields(FIELDS),
        sync_state=state or None, ignore=None, max_changes_returned=PAGE, sync_scope="NormalItems",
    )  # fmt: skip
    new = [item for change, item in list(changes) if change == service.CREATE]
    return new, service.sync_state, service.includes_last_item_in_range


def moment(item: Any) -> datetime:
    """Return when an item came."""
    return datetime.fromtimestamp(item.datetime_received.timestamp(), UTC)


def as_mail(item_class: str | None, raw: bytes) -> bytes:
    """Return the mail; one that Exchange knows for an absence note says so, whatever its header says."""
    is_absence = (item_class or "").startswith(OUT_OF_OFFICE)
    return b"X-Message-Class: OOF\r\n" + raw if is_absence else raw


def in_our_words(post: Post, reply: Reply) -> Reply:
    """Return the answer with the revision that it answers.

    The server counts a meeting's dates in its own way; the meeting itself knows which of our revisions
    the present one is. An answer to an earlier one is an answer to the first.
    """
    entry = find_entry(post, reply.uid)
    if entry is None or reply.revision is None or entry.our_revision is None:
        return reply
    is_present = reply.revision >= (entry.appointment_sequence_number or 0)
    return replace(reply, revision=entry.our_revision if is_present else 0)
