"""The off switch: nothing is sent while it is on, and everything is decided; afterwards it goes as after downtime."""

import json
from collections.abc import Iterator
from datetime import datetime

import structlog

from daemon.domain.notice import Kind, Notice, NoticeState
from daemon.domain.pause import Pause
from daemon.domain.times import iso
from daemon.store import Store, Tx

log = structlog.get_logger("daykeeper.pause")
# the marks of the one that is on, and of when the last ended
PAUSED, ENDED = ("pause/on", "pause/ended")
RUNGS = frozenset({Kind.TELL, Kind.ASK})
PAST = "its due moment is past"
OLDER = "a newer list of this name waits"


def paused(tx: Tx) -> Pause | None:
    """Return the pause that is on. One whose time is over stays on until it is settled."""
    kept = tx.marks.get(PAUSED)
    if not kept:
        return None
    since, until, by, why = json.loads(str(kept))
    return Pause(datetime.fromisoformat(since), datetime.fromisoformat(until), by, why)


def begin(store: Store, until: datetime, by: str, why: str, now: datetime) -> Pause:
    """Switch all sending off until a moment; one that is on goes on, until that moment and for that reason."""
    with store.write() as tx:
        before = paused(tx)
        pause = Pause(before.since if before else now, until, by, why)
        tx.marks.put(PAUSED, json.dumps([iso(pause.since), iso(until), by, why]))
        tx.journal.write(now, "sending.paused", tx.authority, why, {"until": iso(until), "by": by})
    log.warning("sending.paused", until=iso(until))
    return pause


def end(store: Store, now: datetime, by: str | None = None, why: str = "") -> int | None:
    """End the pause that is on; return how many notices it has made needless, None where none is on.

    A reminder whose due moment has passed is skipped, of several lists of one name the newest goes
    (DOMAIN 5.3). Everything else waits for its turn, bundled as ever. `by` None: its time is over.
    """
    with store.write() as tx:
        pause = paused(tx)
        if pause is None or (by is None and pause.until > now):
            return None
        needless = list(_needless(tx, pause, now))
        for notice, because in needless:
            tx.notices.cancel([notice.key], because)
            word = "rung.skipped" if because == PAST else "notice.cancelled"
            tx.journal.write(
                now, word, notice.key.obligation, because,
                {"rung": notice.key.rung, "person": notice.key.person},
            )  # fmt: skip
        tx.marks.put(PAUSED, "")
        tx.marks.put(ENDED, now)
        because = f"ended by {by}" if by else "its time is over"
        because += f" ({why})" if by and why else ""
        detail = {"skipped": len(needless)} | ({"by": by} if by else {})
        tx.journal.write(now, "sending.resumed", tx.authority, because, detail)
    log.info("sending.resumed", skipped=len(needless))
    return len(needless)


def settle(store: Store, now: datetime) -> None:
    """End the pause whose time is over."""
    with store.read() as tx:
        pause = paused(tx)
    if pause is not None and pause.until <= now:
        end(store, now)


def _needless(tx: Tx, pause: Pause, now: datetime) -> Iterator[tuple[Notice, str]]:
    made = [one for one in tx.notices.since(pause.since) if one.state is NoticeState.WAITING]
    refs = {ref for one in made for ref in one.refs}
    tracks = {track.id: track for each in tx.obligations.of(refs).values() for track in each}
    newest: dict[tuple[str, str, str], int] = {}
    for one in made:
        if one.kind is Kind.DIGEST:
            mark = one.key.obligation, one.key.person, one.key.channel
            newest[mark] = max(newest.get(mark, 0), one.key.occurrence)
    for one in made:
        track = tracks.get(one.key.obligation)
        if one.kind in RUNGS and track is not None and not one.after_due:
            if track.due_at is not None and one.at < track.due_at <= now:
                yield one, PAST
        elif one.kind is Kind.DIGEST:
            mark = one.key.obligation, one.key.person, one.key.channel
            if one.key.occurrence < newest[mark]:
                yield one, OLDER
