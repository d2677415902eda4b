"""What makes a rung fire once, what moves it, and what people hear when the record changes its mind."""

import pytest

LIST = ("invite-list-missed", "invite-list-still-missing", "now-received", "due-moved", "reopened")


def test_a_repeat_is_a_new_occurrence_and_comes_every_five_working_days(story):
    world = story()
    world.opens()

    world.until("2026-03-23 13:00")

    assert world.only("invite-list-still-missing") == [
        ("2026-03-09 13:00", "wes", "invite-list-still-missing"),
        ("2026-03-16 13:00", "wes", "invite-list-still-missing"),
        ("2026-03-23 13:00", "wes", "invite-list-still-missing"),
    ]
    with world.store.read() as tx:
        keys = [one.key for one in tx.notices.of_obligation("SC-1/icpc-invite-list/icpc-1")]
    repeats = [one.occurrence for one in keys if one.rung == "invite-list-still-missing"]
    assert sorted(repeats) == [0, 1, 2]
    assert len(set(keys)) == len(keys)


def test_the_last_rung_repeats_over_easter_by_working_days(story):
    world = story()
    world.opens(facts={"strategy_discussion_held": "2026-03-20"})
    world.fact("SC-1", strategy_discussion_held="2026-03-20",
               s47_decision_recorded={"at": "2026-03-20", "value": "section_47"})  # fmt: skip

    world.until("2026-04-10 13:00")

    # due Thursday 26 March at 17:00; Good Friday and Easter Monday are not counted
    assert world.only("invite-list-still-missing") == [
        ("2026-03-27 13:00", "wes", "invite-list-still-missing"),
        ("2026-04-07 13:00", "wes", "invite-list-still-missing"),
    ]


def test_a_due_moment_that_moves_takes_unfired_rungs_along_and_is_told_once(story):
    world = story()
    world.opens()
    world.until("2026-03-05 12:00")
    reminded = world.fired()

    world.fact("SC-1", strategy_discussion_held="2026-03-04",
               s47_decision_recorded={"at": "2026-03-04", "value": "section_47"})  # fmt: skip
    world.until("2026-03-10 17:00")

    assert {one[2] for one in reminded} == {"invite-list-reminder"}
    assert sorted(world.fired()[len(reminded) :]) == [
        ("2026-03-05 12:00", "cora", "due-moved"),
        ("2026-03-05 12:00", "sam", "due-moved"),
        ("2026-03-10 09:00", "cora", "invite-list-due-today"),
        ("2026-03-10 09:00", "sam", "invite-list-due-today"),
        ("2026-03-10 09:00", "tom", "invite-list-due-today"),
        ("2026-03-10 17:00", "sue", "invite-list-missed"),
    ]
    correction = next(text for to, text in world.texts() if "We told you" in text)
    assert "now due by Tuesday 10 March 2026, 5pm" in correction
    assert "We told you Friday 6 March 2026, 5pm" in correction


def test_two_moves_are_two_corrections_and_no_more(story):
    world = story()
    world.opens()
    world.until("2026-03-05 12:00")

    for day in ("2026-03-03", "2026-03-04"):
        world.fact("SC-1", strategy_discussion_held=day,
                   s47_decision_recorded={"at": day, "value": "section_47"})  # fmt: skip
        for _ in range(3):
            world.turn()

    assert sorted(to for _, to, _ in world.only("due-moved")) == ["cora", "cora", "sam", "sam"]


def test_a_reminder_that_was_passed_over_comes_after_all_when_the_due_moment_moves_ahead(story):
    world = story("2026-03-09 10:00")
    world.opens()  # due on Friday 6 March: first seen late, its reminders passed over
    world.until("2026-03-09 12:00")

    world.fact("SC-1", strategy_discussion_held="2026-03-09",
               s47_decision_recorded={"at": "2026-03-09", "value": "section_47"})  # fmt: skip
    world.until("2026-03-13 16:00")

    assert [(when, rung) for when, to, rung in world.fired() if to == "sam"] == [
        ("2026-03-09 10:00", "first-seen-late"),
        ("2026-03-09 12:00", "due-moved"),
        ("2026-03-12 09:00", "invite-list-reminder"),
        ("2026-03-13 09:00", "invite-list-due-today"),
    ]


def test_what_is_met_before_a_rung_is_cancelled_however_late_it_is_learnt(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.fact("SC-1", invite_list_received="2026-03-06T16:50")

    world.until("2026-03-13 17:00")

    assert world.only(*LIST) == []


def test_those_who_were_told_that_it_was_overdue_hear_once_that_it_is_done(story):
    world = story()
    world.opens()
    world.until("2026-03-09 14:00")
    world.fact("SC-1", invite_list_received="2026-03-09T14:00")

    world.until("2026-03-20 12:00")

    assert sorted(world.only("now-received")) == [
        ("2026-03-09 14:00", "sue", "now-received"),
        ("2026-03-09 14:00", "wes", "now-received"),
    ]


@pytest.mark.parametrize(
    "fact",
    [
        pytest.param({"icpc_not_required": {"at": "2026-03-10", "value": "moved"}}, id="withdrawn"),
        pytest.param(
            {"obligation_waived": {"at": "2026-03-10", "value": "not_required",
                                   "about": "icpc-invite-list/icpc-1"}}, id="waived",
        ),
        pytest.param({"child_died": "2026-03-10"}, id="the child has died"),
    ],
)  # fmt: skip
def test_what_is_withdrawn_or_waived_falls_silent_and_nobody_is_told_that_it_is_done(story, fact):
    world = story()
    world.opens()
    world.until("2026-03-09 14:00")
    told = world.only(*LIST)
    world.fact("SC-1", **fact)

    world.until("2026-03-16 13:30")

    assert world.only(*LIST) == told


def test_a_correction_reopens_with_a_new_occurrence_and_tells_those_who_were_told_it_was_done(
    story,
):
    world = story()
    world.opens()
    world.until("2026-03-09 14:00")
    world.fact("SC-1", invite_list_received="2026-03-09")
    world.until("2026-03-10 11:00")
    before = world.fired()

    world.fact("SC-1", invite_list_received=None)
    world.until("2026-03-12 13:30")

    # it is late when it opens again: its own people first, one working day, and only then above
    assert sorted(one for one in world.fired()[len(before) :] if one[2] != "weekly-summary") == [
        ("2026-03-10 11:00", "cora", "first-seen-late"),
        ("2026-03-10 11:00", "sam", "first-seen-late"),
        ("2026-03-10 11:00", "sue", "reopened"),
        ("2026-03-10 11:00", "tom", "first-seen-late"),
        ("2026-03-10 11:00", "wes", "reopened"),
        ("2026-03-11 17:00", "sue", "invite-list-missed"),
        ("2026-03-12 13:00", "wes", "invite-list-still-missing"),
    ]
    with world.store.read() as tx:
        notices = tx.notices.of_obligation("SC-1/icpc-invite-list/icpc-1")
    missed = [one.key.occurrence for one in notices if one.key.rung == "invite-list-missed"]
    assert missed == [0, 1]


def test_a_case_that_is_lost_and_shown_again_is_told_once(story):
    world = story()
    world.opens()
    world.fact("SC-2")
    world.until("2026-03-06 17:00")
    told = world.fired()

    body = world.feed.bodies.pop("SC-1")  # the feed loses the case, and shows it again
    world.turn()
    world.feed.bodies["SC-1"] = body
    world.until("2026-03-06 17:30")

    assert world.fired() == told
    assert world.journal("case.missing") == ["diary no longer shows it; it stays open"]


def test_a_case_that_the_feed_loses_stays_open_and_goes_on_climbing(story):
    world = story()
    world.opens()
    world.fact("SC-2")
    world.until("2026-03-06 12:00")
    del world.feed.bodies["SC-1"]

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]
