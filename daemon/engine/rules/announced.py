"""What a newly announced bank holiday moved: which deadlines, who had been told the old date, who was corrected.

Source: DOMAIN section 3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from daemon.decide.duties.moves import DUE_MOVED
from daemon.domain.notice import Kind, Notice
from daemon.domain.track import Track
from daemon.rulebook import holidays_of
from daemon.store import Entry, Tx

FIRST_PASS = timedelta(hours=1)  # open cases are looked at again within seconds of a change


@dataclass(frozen=True, slots=True)
class Told:
    """One person who had been told the old date by one way; `corrected_at` None: not yet."""

    person: str
    role: str
    channel: str
    told_at: datetime
    corrected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One deadline that moved, and who had been told the old date."""

    ref: str
    rule: str
    obligation: str
    was_due_at: datetime
    due_at: datetime
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Announcement:
    """The last change of the bank holidays: the days that came and went, by name, and what moved, the soonest first."""

    at: datetime
    added: Mapping[date, str]
    removed: Mapping[date, str]
    moved: tuple[Moved, ...]


def announced(tx: Tx) -> Announcement | None:
    """Return the last change of the bank holidays with what it moved; None where there was none."""
    for change in reversed(tx.journal.of("rulebook")):
        if change.kind != "rulebook.changed":
            continue
        before, now = (_days(tx, change.data[name]) for name in ("before", "digest"))
        if before is None or now is None or before == now:
            continue
        added, removed = (
            {day: name for day, name in sorted(one.items()) if day not in other}
            for one, other in ((now, before), (before, now))
        )
        moved = sorted(_moved(tx, change.at), key=lambda one: (one.due_at, one.obligation))
        return Announcement(change.at, added, removed, tuple(moved))
    return None


def _days(tx: Tx, digest: str | None) -> Mapping[date, str] | None:
    row = tx.editions.get(digest) if digest else None
    return holidays_of(row.written) if row else None


def _moved(tx: Tx, since: datetime) -> Iterator[Moved]:
    """Yield each deadline that moved when its case was first decided with the new days; later moves are the record's.

    What goes on under older rules keeps their digest, and has the new days all the same.
    """
    entries = tx.journal.since("obligation.moved", since)
    rules = map(tx.rulebooks.get, {entry.data["digest"] for entry in entries})
    older = {row.digest for row in rules if row and row.kept_at < since}
    seen = set()
    for entry in entries:
        is_pinned = entry.data["digest"] in older and entry.at <= since + FIRST_PASS
        is_first = is_pinned or entry.data["digest"] != entry.data.get("was_digest")
        if is_first and entry.about not in seen:
            seen.add(entry.about)
            track = tx.obligations.get(entry.about)
            if track is not None:
                yield _with_told(tx, entry, track)


def _with_told(tx: Tx, entry: Entry, track: Track) -> Moved:
    was_due_at, due_at = (
        datetime.fromisoformat(entry.data[key]) for key in ("was_due_at", "due_at")
    )
    arrived = tx.notices.told(entry.about)
    corrected = {
        (one.key.person, one.key.channel): _arrived_at(tx, one)
        for one in reversed(arrived)
        if one.key.rung == DUE_MOVED and one.made_at >= entry.at
    }
    told = {
        (one.key.person, one.key.channel): Told(
            one.key.person, one.role, one.key.channel, _arrived_at(tx, one),
            corrected.get((one.key.person, one.key.channel)),
        )
        for one in arrived
        if one.kind is not Kind.CORRECT and one.made_at <= entry.at
    }  # fmt: skip
    return Moved(
        track.ref,
        track.rule,
        entry.about,
        was_due_at,
        due_at,
        tuple(told[key] for key in sorted(told)),
    )


def _arrived_at(tx: Tx, notice: Notice) -> datetime:
    """Return when it was accepted; where that is not known, when it was made."""
    message = tx.messages.get(notice.message_id) if notice.message_id else None
    return (message.accepted_at if message else None) or notice.made_at
