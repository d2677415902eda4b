"""When people are told: never at night, never on a closed day, unless it is urgent (DOMAIN 5.5)."""

from datetime import date

import pytest

from daemon.testing.world import at

INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"


def when(world, rung):
    return sorted({moment for moment, _, name in world.fired() if name == rung})


def test_the_closing_minute_is_inside(story):
    world = story()
    world.opens()

    world.until("2026-03-06 17:00")

    assert when(world, "invite-list-missed") == ["2026-03-06 17:00"]


def test_a_closed_day_moves_when_people_are_told_and_never_a_deadline(story):
    world = story()
    world.rule({}, closures=frozenset({date(2026, 3, 6)}))
    world.opens()

    world.until("2026-03-09 14:00")

    assert when(world, "invite-list-missed") == ["2026-03-09 09:00"]
    assert "was due by Friday 6 March 2026, 5pm" in next(
        text for to, text in world.texts() if to == "sue"
    )


def test_a_reminder_that_a_closed_day_would_push_past_the_due_moment_is_skipped(story):
    world = story()
    world.rule({}, closures=frozenset({date(2026, 3, 6)}))
    world.opens()

    world.until("2026-03-10 12:00")

    assert when(world, "invite-list-due-today") == []
    assert world.journal("rung.skipped") == ["its due moment is past"]


def test_working_hours_are_counted_only_while_the_office_is_open(story):
    world = story()
    world.rule({}, closures=frozenset({date(2026, 3, 9)}))
    world.opens()

    world.until("2026-03-10 13:00")

    assert when(world, "invite-list-still-missing") == ["2026-03-10 13:00"]


def test_an_urgent_rung_goes_at_once_at_any_hour(story):
    world = story()
    world.rule({
        INVITE_LIST: (
            ("by close of business", "by 20:00"),
            ("    offer: escalation-to-team-manager", "    urgent: true\n    offer: escalation-to-team-manager"),
        )
    })  # fmt: skip
    world.opens()

    world.until("2026-03-06 23:00")

    assert when(world, "invite-list-missed") == ["2026-03-06 20:00"]


def test_what_is_not_urgent_waits_for_the_next_opening(story):
    world = story()
    world.rule({INVITE_LIST: (("by close of business", "by 20:00"),)})
    world.opens()

    world.until("2026-03-09 12:00")

    assert when(world, "invite-list-missed") == ["2026-03-09 09:00"]


def test_the_clocks_go_forward_and_five_o_clock_stays_five_o_clock(story):
    world = story("2026-03-25 16:00")
    world.opens(facts={})
    world.fact("SC-1", strategy_discussion_held="2026-03-25",
               s47_decision_recorded={"at": "2026-03-25", "value": "section_47"})  # fmt: skip

    world.until("2026-03-31 17:00")

    assert when(world, "invite-list-missed") == ["2026-03-31 17:00"]
    assert world.email.sent[-1].at.hour == 16  # as UTC


def test_a_weekly_list_on_a_bank_holiday_comes_when_the_office_opens(story):
    world = story("2026-03-25 16:00")
    world.opens(facts={})
    world.fact("SC-1", strategy_discussion_held="2026-03-25",
               s47_decision_recorded={"at": "2026-03-25", "value": "section_47"})  # fmt: skip

    world.until("2026-04-07 12:00")  # Monday 6 April is Easter Monday

    assert when(world, "weekly-summary") == ["2026-04-07 09:00"]


def test_a_promise_that_ends_on_a_closed_day_is_broken_when_the_office_opens(story):
    world = story()
    world.rule({}, closures=frozenset({date(2026, 3, 9)}))
    world.opens()
    world.until("2026-03-06 17:00")
    world.line.responder.promise(world.link("sue", "promise"), date(2026, 3, 9), world.clock())

    world.until("2026-03-10 12:00")

    assert when(world, "invite-list-still-missing") == ["2026-03-10 09:00"]


@pytest.fixture
def away(story):
    """Return a service that nobody ran from an hour before the list was due."""
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    return world


def comes_back(world, moment):
    world.clock.now = at(moment)
    world.turn()


def test_what_fell_due_while_the_service_was_away_waits_for_the_morning_where_it_comes_back_at_night(
    away,
):
    told = len(away.fired())

    comes_back(away, "2026-03-07 02:00")
    at_night = away.fired()[told:]
    away.until("2026-03-09 09:00")

    assert at_night == []
    assert when(away, "invite-list-missed") == ["2026-03-09 09:00"]


def test_what_is_urgent_goes_at_once_even_then(story):
    world = story()
    world.rule({
        INVITE_LIST: (
            ("    offer: escalation-to-team-manager", "    urgent: true\n    offer: escalation-to-team-manager"),
        )
    })  # fmt: skip
    world.opens()
    world.until("2026-03-06 16:00")

    comes_back(world, "2026-03-07 02:00")

    assert when(world, "invite-list-missed") == ["2026-03-07 02:00"]


def test_a_service_that_comes_back_within_the_hour_tells_what_the_closing_minute_brought(away):
    comes_back(away, "2026-03-06 17:40")

    assert when(away, "invite-list-missed") == ["2026-03-06 17:40"]


def test_the_audit_misses_nothing_of_what_waits_for_the_morning_and_all_that_did_not_go_then(away):
    comes_back(away, "2026-03-07 02:00")
    away.clock.now = at("2026-03-09 08:59")

    at_night = away.line.auditor.audit(away.clock())
    away.clock.now = at("2026-03-09 09:05")  # and nobody has turned the line
    by_day = away.line.auditor.audit(away.clock())

    assert at_night.missed == ()
    assert [one.about for one in by_day.missed] == [
        "SC-1/icpc-invite-list/icpc-1|invite-list-missed",
    ]


def test_a_list_that_was_missed_comes_when_the_office_opens(away):
    comes_back(away, "2026-03-10 03:00")  # the list of Monday is late
    at_night = when(away, "weekly-summary")
    away.until("2026-03-10 09:00")

    assert at_night == []
    assert when(away, "weekly-summary") == ["2026-03-10 09:00"]


def test_a_promise_that_ended_meanwhile_is_broken_in_the_morning(away):
    away.until("2026-03-06 17:00")
    away.line.responder.promise(away.link("sue", "promise"), date(2026, 3, 9), away.clock())

    comes_back(away, "2026-03-11 04:00")
    at_night = away.journal("promise.broken")
    away.until("2026-03-11 09:00")

    assert at_night == []
    assert when(away, "invite-list-still-missing") == ["2026-03-11 09:00"]
