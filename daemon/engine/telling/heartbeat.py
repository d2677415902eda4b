"""A card a week into each workflow's channel: one that has died looks like one that has nothing to say."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from daemon.decide.due.office import Calendar
from daemon.decide.telling.digests import last_missed
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.person import Person
from daemon.domain.teams import workflow_of
from daemon.domain.times import NINE, day_of, london
from daemon.engine.house import House, weeks_of
from daemon.engine.telling.operator import OPERATOR
from daemon.store import Store

HEARTBEAT, MESSAGE = f"{OPERATOR}/heartbeat", "operator-heartbeat"
CARDS = "teams"
WEEK = timedelta(days=7)


def beat(store: Store, house: House, now: datetime) -> int:
    """Queue this week's cards where their moment has come; return how many went in."""
    if CARDS not in house.channels:
        return 0
    with store.read() as tx:
        planned = tx.marks.moment(HEARTBEAT)
    calendar = house.deciding.calendar
    following = partial(next_beat, calendar=calendar)
    if planned is not None:
        planned = last_missed(planned, now, following)
        if not (planned <= now and calendar.may_tell(planned, now)):
            return 0
    with store.write() as tx:
        tx.marks.put(HEARTBEAT, following(now))
        if planned is None:
            return 0
        here = (one for one in house.people(tx).by_id.values() if one.is_here(day_of(now)))
        queued = tx.notices.insert(
            [_notice(one, planned, now) for one in of_workflows(here).values()]
        )
        for notice in queued:
            tx.journal.write(now, "notice.fired", str(notice.key), notice.because, {})
    return len(queued)


def next_beat(after: datetime, calendar: Calendar) -> datetime:
    """Return the first Monday, 09:00, after `after`; a closed office moves it to the next opening."""
    monday = day_of(after) - timedelta(days=day_of(after).weekday())
    while (at := calendar.opening(london(monday, NINE))) <= after:
        monday += WEEK
    return at


def of_workflows(people: Iterable[Person]) -> dict[str, Person]:
    """Return one of those who are reached by each workflow."""
    named = ((workflow_of(one.addresses.get(CARDS, "")), one) for one in people)
    return {name: one for name, one in named if name is not None}


def _notice(person: Person, planned: datetime, now: datetime) -> Notice:
    key = Key(HEARTBEAT, MESSAGE, weeks_of(planned), person.id, CARDS)
    role = min(person.roles, default=OPERATOR)
    return Notice(
        key, Kind.TELL, MESSAGE, planned, now, Lane.BULK, role, (), None,
        because="the weekly sign of life of a workflow",
    )  # fmt: skip
