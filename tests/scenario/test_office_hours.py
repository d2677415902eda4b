"""When people are told: never at night, never on a closed day, unless it is urgent (DOMAIN 5.5)."""

from datetime import date

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
