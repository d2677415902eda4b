"""Station 1, watch: read a feed, keep what changed, say what could not be read."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog

from daemon.decide.record.keeping import keep_known
from daemon.decide.record.nameless import with_ids
from daemon.decide.record.sooner import with_dates_seen
from daemon.domain.errors import Problem, Severity
from daemon.domain.times import say
from daemon.engine.house import Feed, House, canonical
from daemon.engine.records.carried import lacked
from daemon.engine.records.rows_read import count, counted, shrunk, turned
from daemon.engine.telling.old_data import tell_unread
from daemon.engine.telling.operator import tell_operator
from daemon.ports import Clock, Fragment, Outdated, Page, Unreadable
from daemon.store import FeedState, FragmentRow, Store, Tx, apart

log = structlog.get_logger("daykeeper.watch")
BATCH = 500
HALF_A_LETTER = r"\ud"


@dataclass(frozen=True, slots=True)
class Polled:
    """One reading of one feed: how many cases changed, and how many problems it has. `ok` False: unreadable."""

    changed: int
    problems: int
    ok: bool


class Watcher:
    """Reads feeds into fragments. Reading twice changes nothing: a fragment's fingerprint decides."""

    def __init__(self, store: Store, house: House, clock: Clock) -> None:
        self.store, self.house, self.clock = store, house, clock
        self.watching: list[set[str]] = []  # who else must hear which cases have changed
        self._left_out: dict[str, dict[str, list[Problem]]] = {}  # by feed and place, of its cases

    def due(self, now: datetime) -> list[Feed]:
        """Return the feeds whose next reading is due."""
        with self.store.read() as tx:
            states = tx.feeds.all()
        found = []
        for feed in self.house.feeds.values():
            state = states.get(feed.name)
            if state is None or state.is_due(now, feed.read_every):
                found.append(feed)
        return found

    def poll(self, feed: Feed) -> Polled:
        """Read one feed and keep what changed. What cannot be read leaves the last good state in place."""
        with self.store.read() as tx:
            state, (bad, parts) = tx.feeds.get(feed.name), counted(tx, feed.name)
        try:
            page = feed.source.read(state.cursor if state else None)
        except Unreadable as error:
            if state is not None and isinstance(error, Outdated):
                state = replace(state, cursor=error.cursor or state.cursor)
                return self._refuse_older(feed, error.problems, state)
            return self._failed(feed, str(error), state)
        except Exception as error:  # noqa: BLE001 - one adapter's fault must not stop the line
            kind = type(error).__name__
            log.error("feed.faulted", source=feed.name, reason=kind)  # noqa: TRY400 - a traceback shows data
            return self._failed(feed, f"its adapter failed ({kind}); report it to us", state)
        if state is not None and (older := _older(feed, page, state)):
            return self._refuse_older(feed, [older], state)
        why = shrunk(feed, page, state.rows, parts) if state and page.whole else None
        if why := why or (turned(feed, page, bad) if page.whole else None):
            return self._failed(feed, why, state)
        kept, left_out = self._clean(page)
        sources = {name: one.source for name, one in self.house.feeds.items()}
        problems = [
            *lacked(feed.name, sources | {feed.name: feed.source}),
            *page.problems,
            *self._still_left_out(feed, page, left_out),
        ]
        changed = len(self._save(feed, page, self._new(feed, kept)))
        if self._note(feed, page, state, problems, {row.ref for row in kept}):
            log.info(
                "feed.read",
                source=feed.name,
                rows=page.rows,
                changed=changed,
                problems=len(problems),
            )
        return Polled(changed, len(problems), ok=True)

    def _note(
        self,
        feed: Feed,
        page: Page,
        state: FeedState | None,
        problems: Sequence[Problem],
        shown: Collection[str],
    ) -> bool:
        """Keep how a feed was read, what was wrong, and which cases are `shown` no more; tell of what is new.

        False where another run has read newer data meanwhile: its word stands.
        """
        now = self.clock()
        is_news = state is None or page.whole or bool(problems) or page.cursor != state.cursor
        with self.store.write() as tx:
            wrong = len(problems) if state is None or is_news else state.problems
            seen = FeedState(
                feed.role, page.read_at, page.as_known_at, page.cursor,
                page.rows if page.whole or not state else state.rows,
                page.whole, ok=True, problems=wrong,
            )  # fmt: skip
            if not tx.feeds.saw(feed.name, seen):
                return False
            new = tx.quarantine.put(feed.name, problems, now) if is_news else []
            if page.whole:
                count(tx, feed.name, page)
                because = f"{feed.name} no longer shows it; it stays open"
                for ref in sorted(tx.fragments.missing(feed.name, shown, now)):
                    tx.journal.write(now, "case.missing", ref, because)
            tell_of_rows(tx, self.house, feed, new, now)
            if state and not state.ok:
                tx.journal.write(now, "feed.recovered", feed.name, "it can be read again")
        return True

    def take(self, feed: Feed, page: Page) -> tuple[set[str], list[Problem]]:
        """Keep what was told unasked; return the cases that changed, and what was dropped of any.

        What says the same again moves its moment: what lay between, and comes later, must not win.
        """
        kept, left_out = self._clean(page)
        problems = [*page.problems, *(one for each in left_out.values() for one in each)]
        return self._save(feed, page, kept), problems

    def _refuse_older(self, feed: Feed, problems: Sequence[Problem], state: FeedState) -> Polled:
        """Take nothing from data that is older than what was read before: a replay must not undo what we know."""
        now = self.clock()
        with self.store.write() as tx:
            tx.quarantine.put(feed.name, problems, now)
            told = replace(state, read_at=now, ok=True, failure=None, problems=len(problems))
            tx.feeds.saw(feed.name, told)
        log.warning("feed.older", source=feed.name)
        return Polled(0, len(problems), ok=True)

    def _failed(self, feed: Feed, why: str, state: FeedState | None) -> Polled:
        now = self.clock()
        with self.store.write() as tx:
            tx.feeds.failed(feed.name, now, why)
            if state is None or state.ok:
                tx.journal.write(now, "feed.failed", feed.name, why)
            tell_unread(tx, self.house, feed, why, now)
        log.error("feed.failed", source=feed.name, reason="unreadable")
        return Polled(0, 1, ok=False)

    def _clean(self, page: Page) -> tuple[list[FragmentRow], dict[str, list[Problem]]]:
        """Return rows that hold nothing but the contract's own keys, and by place what was left out of them."""
        rows: list[FragmentRow] = []
        left_out: dict[str, list[Problem]] = {}  # several cases may stand in one row
        for fragment in page.records:
            body, dropped = keep_known(fragment.body, self.house.deciding.words)
            wrong = left_out.setdefault(fragment.place, [])
            wrong += dropped
            ref = body.get("ref")
            if not isinstance(ref, str) or not ref.strip():
                what, mend = "the case has no reference", "give the case system's own id"
                wrong.append(Problem(fragment.place, what, mend))
                continue
            rows.append(_row(ref, body, fragment, page))
        return rows, left_out

    def _still_left_out(
        self, feed: Feed, page: Page, left_out: Mapping[str, list[Problem]]
    ) -> Iterator[Problem]:
        """Yield what was left out of the cases that the feed shows, also of those that it does not tell again."""
        before = {} if page.whole else self._left_out.get(feed.name, {})
        now = {place: wrong for place, wrong in {**before, **left_out}.items() if wrong}
        self._left_out[feed.name] = now
        for wrong in now.values():
            yield from wrong

    def _new(self, feed: Feed, rows: Sequence[FragmentRow]) -> list[FragmentRow]:
        """Return the rows that say something else than what is kept."""
        if not rows:
            return []
        with self.store.read() as tx:
            known = tx.fragments.fingerprints(feed.name)
        return [row for row in rows if known.get(row.ref) != row.fingerprint]

    def _save(self, feed: Feed, page: Page, rows: Sequence[FragmentRow]) -> set[str]:
        """Keep rows; return the cases that changed."""
        changed: set[str] = set()
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            with self.store.write() as tx:
                rows_seen = _as_seen(tx, feed, batch, page.read_at)
                refs = tx.fragments.save(feed.name, rows_seen, page.read_at)
                tx.cases.touch(sorted(refs), self.clock())
            for heard in self.watching:
                heard.update(refs)
            changed |= refs
        return changed


def _older(feed: Feed, page: Page, state: FeedState) -> Problem | None:
    """Return that data is older than what was read before; None where it is not."""
    if state.as_known_at is None or page.as_known_at >= state.as_known_at:
        return None
    what = f"its data is as at {say(page.as_known_at)}, older than what was read before"
    return Problem(
        feed.name, what, "drop newer data; nothing was taken from this", Severity.WARNING
    )


def tell_of_rows(tx: Tx, house: House, feed: Feed, new: Sequence[Problem], now: datetime) -> None:
    """Tell the operator of rows that cannot be used and were not known: each is a silent child."""
    wrong = [one for one in new if one.severity is Severity.ERROR]
    if not wrong:
        return
    detail = f"{feed.name}: {len(wrong)} new, the first at {wrong[0]}"
    mark = sha256(
        "\n".join(sorted(f"{one.where}{one.what}" for one in wrong)).encode()
    ).hexdigest()[:12]
    topic = f"quarantine/{feed.name}/{mark}"
    tell_operator(tx, house, now, topic, "operator-quarantine", detail)


def _row(ref: str, body: dict[str, Any], fragment: Fragment, page: Page) -> FragmentRow:
    text = canonical(body)
    if HALF_A_LETTER in text:  # JSON can say what no database takes
        body = json.loads(json.dumps(body, ensure_ascii=False).encode(errors="replace"))
    return FragmentRow(
        ref,
        body,
        sha256(text.encode()).hexdigest()[:32],
        fragment.place,
        page.as_known_at,
    )


def _as_seen(tx: Tx, feed: Feed, rows: Sequence[FragmentRow], now: datetime) -> list[FragmentRow]:
    """Return the rows with an id at all of their parts, and with what only their change shows.

    That is since when a meeting has its date, and somebody a deputy.
    """
    stored, _ = apart(tx.fragments.of, {row.ref for row in rows}, "fragments")
    before = {
        ref: one.body for ref, each in stored.items() for one in each if one.feed == feed.name
    }
    is_first = tx.feeds.get(feed.name) is None
    seen = []
    for row in rows:
        earlier = before.get(row.ref)
        body = with_ids(row.body, earlier, now)
        body = with_dates_seen(body, earlier, now, is_first_reading=is_first)
        seen.append(replace(row, body=dict(body)))
    return seen
