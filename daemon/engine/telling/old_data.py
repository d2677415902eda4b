"""A feed that cannot be read or is too old: the operator hears at once, each day that it lasts, and when it is over.

One that comes and goes is told at once each time, MOST times a day: the last of these mails says that it comes and
goes, and that no more is mailed of that feed for a day, good or bad. Its state is shown meanwhile as ever.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from daemon.domain.times import DAY, iso, say
from daemon.engine.house import Feed, House
from daemon.engine.telling.operator import tell_operator
from daemon.store import FeedState, Store, Tx

# the marks, with the feed's name: when the operator was last told of each trouble that is not over, and
# when of any in the day before that
AGED, UNREAD, TOLD = "feed-old/", "feed-unread/", "feed-told/"
MOST = 3
OLD, FRESH = "operator-feed", "operator-feed-fresh"
HELD = "until it is fresh nobody is told on its word that something is missing"


def tell_unread(tx: Tx, house: House, feed: Feed, why: str, now: datetime) -> None:
    """Tell the operator that a feed cannot be read, at once, and again each day that it lasts.

    Source: RELIABILITY F23; P6.
    """
    if is_due(tx.marks.moment(f"{UNREAD}{feed.name}"), now, DAY) and not _rests(tx, feed, now):
        _tell_trouble(tx, house, feed, UNREAD, f"feed/{feed.name}", f"{feed.name}: {why}", now)


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
        for feed, known_at in _news(tx, [one for one, _ in news], now):
            _tell(tx, house, feed, known_at, now)


def is_due(told_at: datetime | None, now: datetime, again: timedelta) -> bool:
    """Return whether something is to be told: not yet told, long ago, or by a clock that was ahead."""
    return told_at is None or now - told_at >= again or now < told_at


def _news(tx: Tx, feeds: Iterable[Feed], now: datetime) -> Iterable[tuple[Feed, datetime]]:
    """Yield the feeds of whose age something is to be said, with the moment that their data is of."""
    for feed in feeds:
        state: FeedState | None = tx.feeds.get(feed.name)
        if state is None or state.as_known_at is None or not state.ok:
            continue
        aged, unread = (tx.marks.moment(f"{mark}{feed.name}") for mark in (AGED, UNREAD))
        is_old = now - state.as_known_at > feed.fresh_within
        is_news = is_due(aged, now, DAY) if is_old else bool(aged or unread)
        if is_news and not _rests(tx, feed, now):
            yield feed, state.as_known_at


def _tell(tx: Tx, house: House, feed: Feed, known_at: datetime, now: datetime) -> None:
    topic, said = f"feed/{feed.name}/old", f"its data is as at {say(known_at)}"
    if now - known_at <= feed.fresh_within:
        if tell_operator(tx, house, now, topic, FRESH, said, _minute(now)):
            tx.journal.write(now, "feed.fresh", feed.name, said)
            tx.marks.forget([f"{mark}{feed.name}" for mark in (AGED, UNREAD)])
        return
    is_new = tx.marks.moment(f"{AGED}{feed.name}") is None
    detail = f"{feed.name}: its last data is from {say(known_at)}; {HELD}"
    if _tell_trouble(tx, house, feed, AGED, topic, detail, now) and is_new:
        tx.journal.write(now, "feed.old", feed.name, said)


def _tell_trouble(
    tx: Tx, house: House, feed: Feed, trouble: str, topic: str, detail: str, now: datetime
) -> bool:
    """Tell of a trouble, and keep that it was; False where the minute has its mail, and this one's comes after it."""
    told = [at for at in _told(tx, feed) if timedelta(0) <= now - at < DAY]
    told.append(now)
    if len(told) >= MOST:
        detail += (
            f"; it comes and goes, {len(told)} times within a day: no more is mailed of it until"
            f" {say(now + DAY)}, look at `daykeeper status`"
        )
    if not tell_operator(tx, house, now, topic, OLD, detail, _minute(now)):
        return False
    tx.marks.put(f"{trouble}{feed.name}", now)
    tx.marks.put(f"{TOLD}{feed.name}", " ".join(map(iso, told)))
    return True


def _rests(tx: Tx, feed: Feed, now: datetime) -> bool:
    """Return whether the operator was told, within a day, that no more is mailed of a feed."""
    told = _told(tx, feed)
    return len(told) >= MOST and not is_due(told[-1], now, DAY)


def _told(tx: Tx, feed: Feed) -> list[datetime]:
    told = tx.marks.get(f"{TOLD}{feed.name}")
    return [datetime.fromisoformat(one) for one in str(told).split()] if told else []


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60
