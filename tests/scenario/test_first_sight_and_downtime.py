"""A case that is seen too late, and a service that was away: nobody senior is surprised, nothing is lost."""

import re
from collections import defaultdict
from datetime import date

from daemon.rulebook import shipped
from daemon.testing.world import at

FIRST_SEEN = "Only after that moment"


def words(message):
    return " ".join(message.text.split())


def test_first_seen_late_its_own_people_hear_first_and_have_one_working_day(story):
    world = story("2026-03-09 10:00")
    world.opens()

    world.until("2026-03-11 13:00")

    assert sorted(world.fired()) == [
        ("2026-03-09 10:00", "cora", "first-seen-late"),
        ("2026-03-09 10:00", "sam", "first-seen-late"),
        ("2026-03-09 10:00", "tom", "first-seen-late"),
        ("2026-03-10 17:00", "sue", "invite-list-missed"),
        ("2026-03-11 13:00", "wes", "invite-list-still-missing"),
    ]


def test_a_senior_manager_is_never_the_first_to_hear_not_even_by_the_weekly_list(story):
    world = story("2026-03-06 18:00")
    world.opens()

    world.until("2026-03-09 16:59")

    assert {to for _, to, _ in world.fired()} == {"cora", "sam", "tom"}


def test_first_seen_late_at_a_weekend_waits_for_monday_morning(story):
    world = story("2026-03-07 11:00")
    world.opens()

    world.until("2026-03-10 09:00")

    assert sorted(one for one in world.fired() if one[1] != "sue") == [
        ("2026-03-09 09:00", "cora", "first-seen-late"),
        ("2026-03-09 09:00", "sam", "first-seen-late"),
        ("2026-03-09 09:00", "tom", "first-seen-late"),
    ]


def test_reminders_whose_due_moment_is_past_are_skipped_with_their_reason(story):
    world = story("2026-03-09 10:00")
    world.opens()

    world.turn()

    assert world.journal("rung.skipped") == ["its due moment is past"] * 2
    assert world.only("invite-list-reminder", "invite-list-due-today") == []


def test_a_list_that_arrives_within_the_grace_is_confirmed_to_those_who_heard(story):
    world = story("2026-03-09 10:00")
    world.opens()
    world.until("2026-03-09 15:00")
    world.fact("SC-1", invite_list_received="2026-03-09")

    world.until("2026-03-11 12:00")

    assert sorted({to for _, to, rung in world.fired() if rung == "now-received"}) == [
        "cora", "sam", "tom",
    ]  # fmt: skip
    assert "sue" not in {to for _, to, _ in world.fired()}


def test_what_was_due_before_we_were_switched_on_is_listed_and_never_escalated(story):
    world = story("2026-03-09 10:00")
    world.house.enforce_from = date(2026, 3, 9)
    world.opens()

    world.until("2026-03-13 12:00")

    assert world.only("first-seen-late", "invite-list-missed") == []
    assert world.count("overdue") == 1


def test_a_due_moment_corrected_to_before_we_were_switched_on_stops_its_ladder(story):
    world = story("2026-03-09 10:00")
    world.house.enforce_from = date(2026, 3, 9)
    world.opens(facts={})
    world.fact("SC-1", strategy_discussion_held="2026-03-05",
               s47_decision_recorded={"at": "2026-03-05", "value": "section_47"})  # fmt: skip
    world.until("2026-03-10 12:00")  # its reminder fired; it would be due on Wednesday
    world.fact("SC-1", strategy_discussion_held="2026-03-02",
               s47_decision_recorded={"at": "2026-03-02", "value": "section_47"})  # fmt: skip

    world.until("2026-03-13 12:00")

    assert world.only("invite-list-missed", "invite-list-due-today", "first-seen-late") == []


def test_after_downtime_every_passed_rung_goes_in_one_pass_and_nobody_gets_two_messages(story):
    world = story()
    world.opens()
    world.until("2026-03-04 12:00")

    world.clock.now = world.clock.now.replace(day=11)  # nothing ran from Wednesday to Wednesday
    world.turn()

    assert sorted(world.fired()) == [
        ("2026-03-11 12:00", "sue", "invite-list-missed"),
        ("2026-03-11 12:00", "sue", "weekly-summary"),
        ("2026-03-11 12:00", "wes", "invite-list-still-missing"),
    ]
    assert world.journal("rung.skipped") == ["its due moment is past"] * 2


def test_repeats_that_were_missed_while_away_are_told_once(story):
    world = story()
    world.opens()
    world.until("2026-03-09 14:00")
    told = len(world.fired())

    world.clock.now = world.clock.now.replace(month=4, day=1)  # three repeats later
    world.turn()
    world.turn()
    repeats = [one for one in world.fired()[told:] if one[2] == "invite-list-still-missing"]
    world.until("2026-04-08 13:00")

    assert repeats == [("2026-04-01 15:00", "wes", "invite-list-still-missing")]
    assert world.only("invite-list-still-missing")[-1] == (
        "2026-04-08 13:00", "wes", "invite-list-still-missing",
    )  # fmt: skip


def test_after_an_hour_away_a_reminder_still_goes(story):
    world = story()
    world.opens()
    world.until("2026-03-05 08:00")

    world.clock.now = world.clock.now.replace(hour=11)
    world.turn()

    assert sorted(world.fired()) == [
        ("2026-03-05 11:00", "cora", "invite-list-reminder"),
        ("2026-03-05 11:00", "sam", "invite-list-reminder"),
    ]


def test_a_fact_dated_ahead_counts_from_its_day(story):
    world = story()
    world.opens()
    world.fact("SC-1", invite_list_received="2026-03-06")

    world.until("2026-03-05 09:00")
    reminded = world.fired()
    world.until("2026-03-10 12:00")

    assert {one[2] for one in reminded} == {"invite-list-reminder"}
    assert world.only("invite-list-missed", "invite-list-due-today") == []


def test_whoever_is_asked_for_a_duty_is_not_told_in_the_same_mail_that_it_is_overdue(story):
    world = story("2026-03-09 10:00", policies=shipped())
    world.opens()

    world.turn()

    said, alone, both = 0, 0, 0
    with world.store.read() as tx:
        for mail in world.email.sent:
            rungs = defaultdict(set)
            for one in tx.notices.of_message(mail.message.id):
                rungs[one.key.obligation].add(one.key.rung)
            said += words(mail.message).count(FIRST_SEEN)
            alone += sum(each == {"first-seen-late"} for each in rungs.values())
            both += sum("first-seen-late" in each and len(each) > 1 for each in rungs.values())
    assert both
    assert said <= alone


def test_whoever_is_asked_for_the_first_time_after_the_day_hears_that_it_has_passed(story):
    world = story("2026-03-09 10:00", policies=shipped())
    world.opens()

    world.turn()

    mails = [words(one.message) for one in world.email.sent]
    said = [one for one in mails if "the entry of the initial conference in the diary" in one]
    assert said
    for mail in said:
        assert "earlier, was due by Monday 2 March 2026, 5pm." in mail
        assert "Its time has passed: please see to it now. Book the initial conference" in mail
        assert "is due by Monday 2 March" not in mail


def test_what_is_open_again_when_its_time_has_passed_is_not_called_new(story):
    """Its people may have heard of it before: a message may be evidence."""
    world = story("2026-03-06 16:00", policies=shipped())
    world.opens()
    world.turn()
    world.fact("SC-1", invite_list_received="2026-03-06")
    world.turn()
    before = len(world.email.sent)

    world.clock.now = at("2026-03-09 10:00")
    world.fact("SC-1", invite_list_received=None)
    world.turn()

    late = [one.message for one in world.email.sent[before:] if FIRST_SEEN in words(one.message)]
    assert late
    assert not any(re.search("first|nobody has been told", words(one)) for one in late)
