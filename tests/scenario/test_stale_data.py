"""Nobody is accused on data that may be out of date (DOMAIN 5.10)."""

from dataclasses import replace
from datetime import timedelta

from daemon.domain.authority import Authority
from daemon.engine.standing.overview import standing
from daemon.testing.world import at


def step(world, *moments):
    """Turn the line at some moments only: a held rung is looked at every minute."""
    for moment in moments:
        world.clock.now = at(moment)
        world.turn()


def test_a_rung_waits_for_data_as_at_its_own_moment(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.feed.known_at = at("2026-03-06 16:30")  # a nightly feed: the next data comes tomorrow

    step(world, "2026-03-06 17:00", "2026-03-06 18:00")
    held = world.fired()
    world.feed.known_at = at("2026-03-06 20:00")
    step(world, "2026-03-07 07:00")
    on_saturday = world.fired()
    still_held = world.count("held")
    step(world, "2026-03-09 09:00")  # the office opens; there is no newer data than Friday's

    assert [one for one in held if one[1] == "sue"] == []
    assert still_held == 0
    assert on_saturday == held
    assert world.only("invite-list-missed") == [("2026-03-09 09:00", "sue", "invite-list-missed")]
    assert world.journal("rung.held") == ["waits for data as at Friday 6 March 2026, 5pm"]


def test_the_list_that_the_late_data_brings_means_that_nobody_is_accused(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.feed.known_at = at("2026-03-06 16:30")
    step(world, "2026-03-06 17:00")

    world.feed.known_at = at("2026-03-06 20:00")
    world.fact("SC-1", invite_list_received="2026-03-06T16:45")
    step(world, "2026-03-07 07:00", "2026-03-09 13:00")

    assert world.only("invite-list-missed", "now-received") == []


def test_how_old_a_feed_may_be_is_its_own_to_say(story):
    world = story()
    feed = world.house.feeds["diary"]
    fields = {name: getattr(feed, name) for name in feed.__slots__}
    world.house.feeds = {"diary": type(feed)(**{**fields, "fresh_within": timedelta(hours=1)})}
    world.opens()
    world.until("2026-03-06 16:00")
    world.feed.known_at = at("2026-03-06 16:00")

    step(world, "2026-03-06 17:00")

    assert len(world.only("invite-list-missed")) == 1


def test_relied_feeds_are_read_just_before_a_rung_fires(story):
    world = story()
    feed = world.house.feeds["diary"]
    fields = {name: getattr(feed, name) for name in feed.__slots__}
    world.house.feeds = {"diary": type(feed)(**{**fields, "read_every": timedelta(hours=6)})}
    world.opens()
    world.until("2026-03-06 16:59")
    world.fact("SC-1", invite_list_received="2026-03-06T16:59")

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == []


def test_past_the_limit_the_responsible_people_and_the_operator_hear_and_nobody_above(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.feed.broken = "the drop folder cannot be read"

    step(world, "2026-03-06 17:00", "2026-03-09 16:00")
    before = world.only("data-is-old")
    step(world, "2026-03-09 17:00", "2026-03-09 17:01", "2026-03-10 09:00")

    assert before == []
    assert sorted(to for _, to, _ in world.only("data-is-old")) == ["cora", "sam"]
    assert [to for _, to, rung in world.fired() if rung.startswith("invite-list-m")] == []
    assert len([text for text in world.operator() if "our last data is from" in text]) == 1
    texts = [text for to, text in world.texts() if to == "sam" and "out of date" in text]
    assert len(texts) == 1


def test_a_feed_that_breaks_is_told_to_the_operator_once_and_so_is_its_mending(story):
    world = story()
    world.opens()
    world.until("2026-03-04 09:00")
    world.feed.broken = "the drop folder cannot be read"
    step(world, "2026-03-04 10:00", "2026-03-04 11:00")
    world.feed.broken = None
    step(world, "2026-03-04 12:00")

    subjects = [one.splitlines()[0].partition(": ")[2] for one in world.operator()]
    assert subjects == ["it cannot be read, or its data is old", "its data is fresh again"]
    assert world.journal("feed.failed") == ["the drop folder cannot be read"]
    assert world.journal("feed.recovered") == ["it can be read again"]


def test_data_older_than_what_we_know_takes_nothing_back(story):
    world = story()
    world.opens()
    world.fact("SC-1", invite_list_received="2026-03-02")
    world.until("2026-03-04 09:00")
    world.feed.known_at = at("2026-03-02 12:00")  # somebody drops Monday's export again
    world.fact("SC-1", invite_list_received=None)

    step(world, "2026-03-06 17:00")

    assert world.count("met") == 1
    assert world.only("invite-list-missed") == []


def test_what_waits_for_data_that_no_feed_brings_is_said(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.feed.known_at = at("2026-03-06 16:30")
    step(world, "2026-03-06 17:00")
    fed = {"diary": (("conference_diary",), timedelta(hours=4))}
    both = {"workbook": (("case_system", "conference_diary"), timedelta(hours=4))}
    other = {"cases": (("case_system",), timedelta(hours=4))}

    said = [
        standing(world.store, world.clock(), feeds, world.deciding, [])["attention"]
        for feeds in (fed, both, other)
    ]

    lines = [[one for one in each if "and no feed is that" in one] for each in said]
    do = "give the settings one, or name it under `also` of the feed that shows the same"
    assert lines[:2] == [[], []]
    assert lines[2] == [f"1 duty waits for the conference diary, and no feed is that: {do}"]


def test_a_workbook_that_is_all_there_is_does_both_jobs_by_the_stricter_age(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    diary = replace(next(iter(world.house.feeds.values())), role="case_system")
    ages = {"case_system": timedelta(hours=26), "conference_diary": timedelta(hours=4)}
    told = {}
    for also in ((), ("conference_diary",)):
        world.house.feeds = {diary.name: replace(diary, also=also)}
        world.house.take_up(
            world.deciding, Authority("stoke-on-trent", fresh_within=ages), world.house.older
        )
        world.feed.known_at = at("2026-03-06 17:00")
        step(world, "2026-03-06 17:05" if also else "2026-03-06 17:00")
        told[also] = world.only("invite-list-missed")
        within = world.house.feeds[diary.name].fresh_within

    assert told[()] == []
    assert told["conference_diary",] == [("2026-03-06 17:05", "sue", "invite-list-missed")]
    assert within == timedelta(hours=4)
