"""summarise(store, house, now): the authority's weekly list of what is open and overdue."""

from datetime import datetime
from functools import partial

from daemon.decide.telling.digests import last_missed
from daemon.decide.telling.summary import next_summary, readers_of, summary_pack
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.parts import WeeklySummary
from daemon.domain.times import day_of
from daemon.engine.house import House, weeks_of
from daemon.engine.telling.ways import ways
from daemon.store import Store, Tx

SUMMARY = "weekly-summary"


def summarise(store: Store, house: House, now: datetime) -> int:
    """Queue the list where its moment has come, and plan the next; return how many notices went in."""
    deciding = house.deciding
    pack = summary_pack(deciding.rulebook, deciding.default_pathway)
    if pack is None or pack.summary is None:
        return 0
    with store.read() as tx:
        planned = tx.marks.moment(SUMMARY)
    following = partial(next_summary, pack.summary, calendar=deciding.calendar)
    if planned is not None:
        planned = last_missed(planned, now, following)
        if planned > now and planned == following(now):
            return 0  # and where its day or hour has changed since, it is planned anew
        if planned <= now and not deciding.calendar.may_tell(planned, now):
            return 0
    with store.write() as tx:
        is_due = planned is not None and planned <= now
        fired = _queue(tx, house, pack.summary, planned or now, now) if is_due else 0
        tx.marks.put(SUMMARY, following(now))
    return fired


def _queue(tx: Tx, house: House, summary: WeeklySummary, planned: datetime, now: datetime) -> int:
    silenced = tx.silenced.all()
    overdue = tx.obligations.overdue(now)
    if all(track.is_quiet(now) and track.ref not in silenced for track in overdue):
        return 0
    people = house.people(tx)
    channels = [word for word in summary.via if word in house.channels]
    notices = [
        Notice(
            Key(SUMMARY, summary.message, weeks_of(planned), person.id, channel),
            Kind.DIGEST, summary.message, planned, now, Lane.BULK, role, (), None,
            because="the weekly list of what is open and overdue",
        )
        for role in summary.to
        for person in readers_of(role, people, day_of(now))
        for channel in ways(house, person, channels)
    ]  # fmt: skip
    return len(tx.notices.insert(notices))
