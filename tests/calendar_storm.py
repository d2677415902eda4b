"""Entries made, moved and cancelled while the other side fails, each handed over until it is taken."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from daemon.domain.errors import Temporary, Unknown
from daemon.domain.event import Event
from daemon.ports import Calendar
from daemon.testing.calendar_contract import EVENT, WEEK, invitation
from daemon.testing.channel_contract import ANN
from daemon.testing.fakes import HandClock
from tests.sizes import MANY

MADE, AT_A_TIME = MANY * 4 // 10, 100
MOVED = CANCELLED = MANY * 3 // 10
Change = tuple[str, int]  # an entry's uid, and its revision

NEW = [replace(EVENT, uid=f"icpc-{number}@council.example") for number in range(MADE)]
LATER = [
    replace(one, revision=1, starts_at=one.starts_at + WEEK, ends_at=one.ends_at + WEEK)
    for one in NEW[:MOVED]
]
OFF = [replace(one, revision=2, is_cancelled=True) for one in NEW[-CANCELLED:]]
WANTED = frozenset((one.uid, one.revision) for one in (*NEW, *LATER, *OFF))
STANDING = {one.uid for one in NEW} - {one.uid for one in OFF}


def blow(calendar: Calendar, clock: HandClock) -> Counter[Change]:
    """Hand every change over, as the line does; return how often each may have arrived unheard."""
    unheard: Counter[Change] = Counter()
    for events in (NEW, LATER, OFF):
        goes(calendar, clock, events, unheard)
    return unheard


def goes(
    calendar: Calendar, clock: HandClock, events: Sequence[Event], unheard: Counter[Change]
) -> None:
    """Hand each event over again and again until it is taken."""
    waiting = {(one.uid, one.revision): one for one in events}
    ids = {change: change[1] * MADE + number for number, change in enumerate(waiting)}

    def deliver(change: Change) -> bool | None:
        message = invitation(waiting[change], ids[change])
        try:
            calendar.send(message, ANN, message.id)
        except Temporary:
            return False
        except Unknown:
            return None
        return True

    with ThreadPoolExecutor(4) as threads:
        while waiting:
            ready = list(waiting)[:AT_A_TIME]
            for change, is_done in zip(ready, threads.map(deliver, ready), strict=True):
                unheard[change] += is_done is None
                if is_done:
                    del waiting[change]
            clock.now += timedelta(seconds=30)


def judge(told: Counter[Change], unheard: Counter[Change], faults: object) -> None:
    """Print how it went; fail where a change was lost, or told more often than was counted as possible."""
    lost = WANTED - told.keys()
    twice = {one: many - 1 for one, many in told.items() if many > 1}
    outside = [one for one, many in twice.items() if many > unheard[one]]
    print(
        f"\n{len(WANTED)} changes of entries, lost {len(lost)}; counted as ambiguous {unheard.total()}, "
        f"told twice {sum(twice.values())}, outside what was counted {len(outside)}; {faults}"
    )
    assert len(WANTED) == MADE + MOVED + CANCELLED == MANY
    assert unheard.total() > 0
    assert told.keys() == WANTED
    assert outside == []
