"""Twenty-five mails in any minute, the urgent ones first, and each that waits is told once until when."""

import asyncio
from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary
from integrations.microsoft365.pace import Doors, Gate, Pace


def drain(pace, clock, keys, *, is_urgent=False):
    """Send each key as soon as it may; return when each went, and how often each was tried."""
    went, tries = {}, dict.fromkeys(keys, 0)
    waiting = dict.fromkeys(keys, clock.now)
    while waiting:
        key = min(waiting, key=waiting.__getitem__)
        clock.now = max(clock.now, waiting[key])
        tries[key] += 1
        try:
            pace.take(key, is_urgent=is_urgent)
        except Temporary as error:
            waiting[key] = clock.now + timedelta(seconds=error.retry_after_s)
        else:
            went[key] = clock.now
            del waiting[key]
    return went, tries


def most_in_a_minute(moments):
    return max(sum(at <= other < at + timedelta(minutes=1) for other in moments) for at in moments)


def test_a_thousand_that_wait_leave_at_the_mailboxes_pace_and_are_asked_twice_at_most(clock):
    start = clock.now
    went, tries = drain(Pace(25, clock), clock, [f"m-{number}" for number in range(1000)])

    assert most_in_a_minute(went.values()) == 20
    assert max(tries.values()) == 2
    assert max(went.values()) - start == timedelta(minutes=49)


def test_what_is_urgent_finds_the_room_that_was_kept_for_it(clock):
    pace = Pace(25, clock)
    for number in range(20):
        pace.take(f"m-{number}", is_urgent=False)
    with pytest.raises(Temporary, match="paced"):
        pace.take("m-20", is_urgent=False)

    for number in range(5):
        pace.take(f"u-{number}", is_urgent=True)
    with pytest.raises(Temporary) as refusal:
        pace.take("u-5", is_urgent=True)

    assert refusal.value.retry_after_s == 60


def test_a_turn_that_nobody_takes_goes_to_the_next(clock):
    pace = Pace(5, clock)
    for number in range(8):
        try:
            pace.take(f"m-{number}", is_urgent=False)
        except Temporary:
            continue

    clock.now += timedelta(hours=1)

    for number in range(4):
        pace.take(f"n-{number}", is_urgent=False)


def test_a_door_that_is_shut_opens_by_the_clock(clock):
    doors = Doors(clock)
    doors.shut("a@council.example", 20)
    doors.shut("a@council.example", 5)

    doors.enter("b@council.example")
    with pytest.raises(Temporary) as refusal:
        doors.enter("a@council.example")
    clock.now += timedelta(seconds=20)
    doors.enter("a@council.example")

    assert refusal.value.retry_after_s == 20


def test_who_is_urgent_goes_first_and_who_gave_up_holds_no_place():
    async def story():
        gate, order = Gate(1), []

        async def come(name, *, is_urgent):
            await gate.enter(is_urgent=is_urgent)
            order.append(name)
            gate.leave()

        await gate.enter(is_urgent=False)
        tasks = [
            asyncio.create_task(come("routine", is_urgent=False)),
            asyncio.create_task(come("given up", is_urgent=True)),
            asyncio.create_task(come("urgent", is_urgent=True)),
        ]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.sleep(0)
        gate.leave()
        await asyncio.gather(*tasks, return_exceptions=True)
        await gate.enter(is_urgent=False)
        return order

    assert asyncio.run(story()) == ["urgent", "routine"]
