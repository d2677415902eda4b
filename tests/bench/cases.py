"""Invented cases for the bench, and a store filled with many of them through its own gateways."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from daemon.domain.track import Fired, Track
from daemon.engine.house import canonical
from daemon.store import CaseRow, FeedState, FragmentRow, Store
from daemon.testing.world import DIARY, PACK, World, at

STARTS = ("2026-03-02", "2026-03-03", "2026-03-04")
NOW, FIRST_RUNG = "2026-03-04 18:00", "2026-03-05 09:00"  # the evening before the first reminder
BATCH = 2_000


def body(ref: str, started: str = STARTS[0]) -> dict[str, Any]:
    """Return a case whose enquiry has begun and whose conference is to come."""
    return {
        "ref": ref, "pathway": PACK, "family": f"F-{ref}", "team": "north", "restricted": False,
        "roles": {"social_worker": "sam", "team_manager": "tom"},
        "facts": {
            "strategy_discussion_held": started,
            "s47_decision_recorded": {"at": started, "value": "section_47"},
        },
        "as_known_at": f"{started}T18:00:00Z",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pattern:
    """One case as the line itself stored it."""

    started: str
    row: CaseRow
    tracks: tuple[Track, ...]

    def copies(self, ref: str, fired: tuple[Fired, ...]) -> Iterator[Track]:
        """Yield its obligations as another case's, with these rungs behind them."""
        for track in self.tracks:
            yield replace(
                track,
                id=f"{ref}/{track.rule}/{track.subject}",
                ref=ref,
                family=f"F-{ref}",
                fired=fired,
            )


def patterns() -> list[Pattern]:
    """Return a case for each start, as the line decides it; nothing of it is due at NOW."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder), NOW)
        for started in STARTS:
            world.feed.bodies[started] = body(started, started)
        world.turn()
        with world.store.read() as tx:
            tracks = tx.obligations.of(STARTS)
            found = [
                Pattern(one, row, tuple(tracks[one]))
                for one in STARTS
                if (row := tx.cases.get(one)) is not None
            ]
        world.close()
    return found


def refs(cases: int) -> list[str]:
    """Return the references of so many cases."""
    return [f"SC-{100_000 + number}" for number in range(cases)]


def fill(store: Store, feed: str, cases: int, rungs_behind: int) -> tuple[int, float]:
    """Fill a store with open cases; return how many rungs wait, and how many bytes each takes in the file.

    The feed is noted as just read, so that a turn has nothing to do.
    """
    now, kinds = at(NOW), patterns()
    fired = tuple(Fired("invite-list-reminder", 0, now) for _ in range(rungs_behind))
    of = {ref: kinds[number % len(kinds)] for number, ref in enumerate(refs(cases))}
    batches = [list(of)[start : start + BATCH] for start in range(0, cases, BATCH)]
    for batch in batches:
        with store.write() as tx:
            fragments = [fragment(ref, of[ref].started, now) for ref in batch]
            tx.fragments.save(feed, fragments, now)
            tx.cases.assessed([replace(of[ref].row, ref=ref, family=f"F-{ref}") for ref in batch])
    before, waiting = size_of(store.path), 0
    for batch in batches:
        tracks = [track for ref in batch for track in of[ref].copies(ref, fired)]
        waiting += sum(track.next_at is not None for track in tracks)
        with store.write() as tx:
            tx.obligations.save(tracks)
    each = (size_of(store.path) - before) / waiting
    with store.write() as tx:
        tx.feeds.saw(feed, FeedState(DIARY, now, now, None, cases, whole=True))
    return waiting, each


def fragment(ref: str, started: str, now: datetime) -> FragmentRow:
    """Return a case as a feed shows it."""
    return fragment_of(body(ref, started), now)


def fragment_of(shown: dict[str, Any], now: datetime) -> FragmentRow:
    """Return a case with this body as a feed shows it."""
    ref = str(shown["ref"])
    fingerprint = sha256(canonical(shown).encode()).hexdigest()[:32]
    return FragmentRow(ref, shown, fingerprint, f"conference.csv:{ref[3:]}", now)


def size_of(path: Path) -> int:
    """Return how many bytes an SQLite file holds, those in its log included."""
    connection = sqlite3.connect(path)
    try:
        pages, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "page_size")
        )
    finally:
        connection.close()
    return int(pages * size)
