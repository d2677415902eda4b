"""The calendar entries that some notices are about, as they stand at this moment."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.domain.invitation import CALENDAR, TOPIC, Invitation, Seat, uid_of
from daemon.domain.notice import Notice
from daemon.store import Tx

NEWER = "a newer form of it goes instead"


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries by uid, why each stands, and which of the cases are closed by a death."""

    rows: Mapping[str, Invitation] = field(default_factory=dict)
    seats: Mapping[str, Sequence[Seat]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()

    def of(self, notice: Notice) -> Invitation | None:
        """Return the entry that a notice is about."""
        return self.rows.get(uid_of(notice.key.obligation)) if is_entry(notice) else None

    def holds(self, notice: Notice) -> bool:
        """Return whether a notice waits because a child whom it is about has died (READINGS section 2, 3)."""
        return is_entry(notice) and not self.closed.isdisjoint(notice.refs)

    def why_not(self, notice: Notice) -> str | None:
        """Return why a notice must not go out any more: an entry has been changed since."""
        row = self.of(notice)
        return None if row and row.revision == notice.key.occurrence else NEWER

    def refs(self, notice: Notice) -> list[str]:
        """Return the cases that a message names: none for which the entry stands no longer."""
        seated = {one.ref for one in self.seats.get(uid_of(notice.key.obligation), ())}
        return [ref for ref in notice.refs if ref in seated] or list(notice.refs)


def is_entry(notice: Notice) -> bool:
    """Return whether a notice is about an entry in a calendar, or the letter in its place."""
    return notice.key.obligation.startswith(TOPIC)


def is_event(notice: Notice) -> bool:
    """Return whether a notice makes, changes or cancels an entry itself."""
    return is_entry(notice) and notice.key.channel == CALENDAR


def entries_of(tx: Tx, notices: Sequence[Notice], closed: Collection[str]) -> Entries:
    """Return the entries that notices are about; `closed` are the cases that a death has ended."""
    uids = {uid_of(one.key.obligation) for one in notices if is_entry(one)}
    if not uids:
        return Entries()
    return Entries(tx.invitations.get(uids), tx.invitations.seats(uids), frozenset(closed))
