"""Data older than the rules allow: the operator hears at that limit, each day that it lasts, and when it is over."""

from collections.abc import Iterable
from datetime import datetime

from daemon.domain.times import DAY, say
from daemon.engine.house import Feed, House
from daemon.engine.telling.operator import tell_operator
from daemon.store import FeedState, Store, Tx

MARK = "feed-old/"  # and the feed's name: when the operator was last told of it
OLD, FRESH = "operator-feed", "operator-feed-fresh"
HELD = "until it is fresh nobody is told on its word that something is missing"


def tell_old(store: Store, house: House, now: datetime) -> None:
    """Tell the operator of each feed whose data has become too old, and of each that is fresh again.

    One that cannot be read, or never could, has been told of by whoever tried to: nothing is added.

    Source: RELIABILITY F23; P6.
    """
    with store.read() as tx:
        news = list(_news(tx, house.feeds.values(), now))
    if not news:
        return
    with store.write() as tx:
        for feed, state, told_at in _news(tx, [one for one, _, _ in news], now):
            _tell(tx, house, feed, state, told_at, now)


def _news(
    tx: Tx, feeds: Iterable[Feed], now: datetime
) -> Iterable[tuple[Feed, FeedState, datetime | None]]:
    """Yield the feeds of which something is to be said, with when something last was."""
    for feed in feeds:
        state, told_at = tx.feeds.get(feed.name), tx.marks.moment(f"{MARK}{feed.name}")
        if state is None or state.as_known_at is None or not state.ok:
            continue
        is_old = now - state.as_known_at > feed.fresh_within
        is_due = told_at is None or now - told_at >= DAY
        if is_due if is_old else told_at is not None:
            yield feed, state, told_at


def _tell(
    tx: Tx, house: House, feed: Feed, state: FeedState, told_at: datetime | None, now: datetime
) -> None:
    known_at = state.as_known_at or now
    topic, mark, times = f"feed/{feed.name}/old", f"{MARK}{feed.name}", int(now.timestamp()) // 60
    if now - known_at <= feed.fresh_within:
        tx.marks.forget([mark])
        tx.journal.write(now, "feed.fresh", feed.name, f"its data is as at {say(known_at)}")
        tell_operator(tx, house, now, topic, FRESH, f"its data is as at {say(known_at)}", times)
        return
    tx.marks.put(mark, now)
    if told_at is None:
        tx.journal.write(now, "feed.old", feed.name, f"its data is as at {say(known_at)}")
    detail = f"{feed.name}: its last data is from {say(known_at)}; {HELD}"
    tell_operator(tx, house, now, topic, OLD, detail, times)
