"""Who watches the auditor: the leader notices that it is late or cannot be heard, and the operator is told."""

from datetime import timedelta

import pytest

from daemon.engine.standing.oversight import (
    Expected,
    Overseer,
    Watch,
    put,
    silent_in_words,
    watch_in_words,
)
from daemon.testing.world import at

EVERY = timedelta(minutes=5)
ON_TIME = Expected(EVERY, at("2026-03-06 08:30").time())


@pytest.fixture
def world(story):
    return story("2026-03-06 09:00")


@pytest.fixture
def overseer(world):
    return Overseer(world.store, world.house, EVERY)


def say(world, **said):
    with world.store.write() as tx:
        put(tx, **said)


def look(world, overseer, *moments):
    """Have the leader look at each of these moments; return what the operator was told by mail."""
    for moment in moments:
        world.clock.now = at(f"2026-03-06 {moment}")
        overseer.look(world.clock())
        world.line.send()
    return [text for text in world.operator() if "auditor" in text]


def test_an_auditor_that_comes_to_its_end_in_time_is_no_news(world, overseer):
    for minute in range(0, 30, 5):
        say(world, at=at(f"2026-03-06 09:{minute:02}"))
        assert look(world, overseer, f"09:{minute + 4:02}") == []


def test_one_that_has_not_finished_is_told_within_two_periods_and_once_that_day(world, overseer):
    say(world, at=at("2026-03-06 09:00"))

    assert look(world, overseer, "09:00", "09:05", "09:07") == []
    told = look(world, overseer, "09:08", "09:09", "12:00")

    assert len(told) == 1
    assert "the auditor has not finished since 2026-03-06T09:00:00+00:00" in told[0]


def test_one_that_stops_again_after_it_was_started_again_is_told_again(world, overseer):
    say(world, at=at("2026-03-06 09:00"))
    look(world, overseer, "09:00", "09:10")
    say(world, at=at("2026-03-06 09:20"))

    assert len(look(world, overseer, "09:21", "09:30")) == 2


def test_one_that_never_was_there_is_told_of_by_a_leader_that_has_waited_for_it(world, overseer):
    assert look(world, overseer, "09:00", "09:07") == []
    assert len(look(world, overseer, "09:08")) == 1


def test_whoever_has_just_begun_to_lead_gives_it_a_period_to_be_there(world, overseer):
    say(world, at=at("2026-03-05 09:00"))

    assert look(world, overseer, "09:00", "09:05") == []
    assert len(look(world, overseer, "09:06")) == 1


def test_an_alarm_whose_own_mail_fails_is_told_by_the_services(world, overseer):
    say(world, at=at("2026-03-06 09:00"), mail_at=at("2026-03-06 08:55"), mail_wrong="unreachable")

    told = look(world, overseer, "09:01", "09:02")

    assert len(told) == 1
    assert "the auditor's own mail cannot go (unreachable)" in told[0]


WELL = Watch(
    at=at("2026-03-06 09:00"), balanced_at=at("2026-03-06 09:00"), alive_at=at("2026-03-06 08:30")
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, [], id="all is well"),
        pytest.param({"at": None}, ["the auditor has never finished"], id="never there"),
        pytest.param(
            {"at": at("2026-03-06 08:40")}, ["the auditor has not finished since"], id="late"
        ),
        pytest.param(
            {"missed": 2}, ["the auditor finds that it does not balance: 2 missed"], id="missed"
        ),
        pytest.param({"unexplained": 1}, ["the auditor finds that it does not"], id="unexplained"),
        pytest.param({"is_whole": False}, ["the auditor does not come to the end"], id="too slow"),
        pytest.param(
            {"heartbeat_wrong": "it answers 500"},
            [
                "the monitor outside did not take the auditor's heartbeat (it answers 500); it never has"
            ],
            id="no heartbeat",
        ),
        pytest.param(
            {"mail_wrong": "unreachable"}, ["the auditor's own mail cannot go"], id="no mail"
        ),
        pytest.param({"alive_wrong": "refused"}, ["the daily mail could not go"], id="not alive"),
    ],
)
def test_status_says_what_is_wrong_with_it(world, changes, said):
    watch = Watch(**{name: getattr(WELL, name) for name in Watch.__slots__} | changes)

    found = watch_in_words(watch, at("2026-03-06 09:05"), ON_TIME, world.deciding.calendar)

    assert [one.startswith(words) for one, words in zip(found, said, strict=True)] == [True] * len(
        said
    )


@pytest.mark.parametrize(
    ("sent", "now", "is_late"),
    [
        pytest.param("2026-03-05 08:30", "2026-03-06 08:29", False, id="its time has not come"),
        pytest.param("2026-03-05 08:30", "2026-03-06 09:29", False, id="within the hour"),
        pytest.param("2026-03-05 08:30", "2026-03-06 09:30", True, id="an hour late"),
        pytest.param("2026-03-06 08:30", "2026-03-08 12:00", False, id="on a Sunday"),
        pytest.param(None, "2026-03-06 07:00", False, id="set up since yesterday's time"),
        pytest.param(None, "2026-03-06 10:00", True, id="set up, and never gone"),
    ],
)
def test_a_daily_mail_that_stays_away_is_noticed(world, sent, now, is_late):
    watch = Watch(alive_at=at(sent) if sent else None)

    assert bool(silent_in_words(watch, at(now), ON_TIME, world.deciding.calendar)) == is_late
