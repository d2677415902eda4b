"""A feed that cannot be read or is too old: the operator hears at once, each day that it lasts, and when it is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from daemon.domain.times import DAY, say
from daemon.engine.house import Feed, House
from daemon.engine.telling.operator import tell_operator
from daemon.store import FeedState, Store, Tx

# the marks, with the feed's name: when the operator was last told of each trouble, and that both are over
AGED, UNREAD, WELL = "feed-old/", "feed-unread/", "feed-well/"
OLD, FRESH = "operator-feed", "operator-feed-fresh"
HELD = "until it is fresh nobody is told on its word that something is missing"


def tell_unread(tx: Tx, house: House, feed: Feed, why: str, now: datetime) -> None:
    """Tell the operator that a feed cannot be read, and again each day; one that comes and goes is told no oftener.

    Source: RELIABILITY F23; P6.
    """
    if is_due(tx.marks.moment(f"{UNREAD}{feed.name}"), now, DAY):
        _mark(tx, UNREAD, feed, now)
        detail, outbreak = f"{feed.name}: {why}", int(now.timestamp()) // 60
        tell_operator(tx, house, now, f"feed/{feed.name}", OLD, detail, outbreak)


def tell_old(store: Store, house: House, now: datetime) -> None:
    """Tell the operator of each feed whose data has become too old, and of each that is well again.

    One that cannot be read, or never could, has been told of by whoever tried to: nothing is added.

    Source: RELIABILITY F23; P6.
    """
    with store.read() as tx:
        news = list(_news(tx, house.feeds.values(), now))
    if not news:
        return
    with store.write() as tx:
        for feed, state in _news(tx, [one for one, _ in news], now):
            _tell(tx, house, feed, state, now)


def is_due(told_at: datetime | None, now: datetime, again: timedelta) -> bool:
    """Return whether something is to be told: not yet told, long ago, or by a clock that was ahead."""
    return told_at is None or now - told_at >= again or now < told_at


def _news(tx: Tx, feeds: Iterable[Feed], now: datetime) -> Iterable[tuple[Feed, FeedState]]:
    """Yield the feeds of which something is to be said, or to be forgotten."""
    for feed in feeds:
        state = tx.feeds.get(feed.name)
        if state is None or state.as_known_at is None or not state.ok:
            continue
        aged, unread, well = (
            tx.marks.moment(f"{mark}{feed.name}") for mark in (AGED, UNREAD, WELL)
        )
        if now - state.as_known_at > feed.fresh_within:
            is_news = is_due(aged, now, DAY)
        else:
            told = [at for at in (aged, unread) if at]
            is_news = bool(told) and (well is None or is_due(max(told), now, DAY))
        if is_news:
            yield feed, state


def _tell(tx: Tx, house: House, feed: Feed, state: FeedState, now: datetime) -> None:
    known_at = state.as_known_at or now
    topic, times = f"feed/{feed.name}/old", int(now.timestamp()) // 60
    if now - known_at <= feed.fresh_within:
        if tx.marks.moment(f"{WELL}{feed.name}"):  # said: now a return of it would be news
            tx.marks.forget([f"{mark}{feed.name}" for mark in (AGED, UNREAD, WELL)])
            return
        tx.marks.put(f"{WELL}{feed.name}", now)
        tx.journal.write(now, "feed.fresh", feed.name, f"its data is as at {say(known_at)}")
        tell_operator(tx, house, now, topic, FRESH, f"its data is as at {say(known_at)}", times)
        return
    if tx.marks.moment(f"{AGED}{feed.name}") is None:
        tx.journal.write(now, "feed.old", feed.name, f"its data is as at {say(known_at)}")
    _mark(tx, AGED, feed, now)
    detail = f"{feed.name}: its last data is from {say(known_at)}; {HELD}"
    tell_operator(tx, house, now, topic, OLD, detail, times)


def _mark(tx: Tx, trouble: str, feed: Feed, now: datetime) -> None:
    tx.marks.put(f"{trouble}{feed.name}", now)
    tx.marks.forget([f"{WELL}{feed.name}"])
