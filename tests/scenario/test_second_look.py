"""What a second pair of eyes found: each was a way to lose, to accuse or to tell too much."""

from datetime import date

from daemon.domain.errors import Temporary
from daemon.engine.answering.respond import Answer
from daemon.ports import Page
from daemon.testing.world import at


class Faulty:
    """A source whose adapter has a fault of its own."""

    def read(self, cursor: str | None) -> Page:
        raise RecursionError(cursor)


def test_a_fault_of_one_adapter_stops_neither_the_line_nor_the_other_cases(story):
    world = story()
    world.opens()
    world.turn()
    good = world.house.feeds["diary"]
    world.house.feeds = {
        "diary": good,
        "odd": type(good)("odd", "census", Faulty(), *good_pace(good)),
    }

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]
    assert any("its adapter failed (RecursionError)" in text for text in world.operator())


def good_pace(feed):
    return feed.read_every, feed.fresh_within


def test_a_feed_that_shows_nothing_at_all_is_a_feed_that_cannot_be_read(story):
    world = story()
    world.opens()
    world.until("2026-03-06 12:00")
    world.feed.bodies.clear()

    world.until("2026-03-06 17:00")

    assert world.only("invite-list-missed") == []
    assert any("shows nothing at all" in text for text in world.operator())


def test_an_old_enquiry_that_never_closed_swallows_no_present_one(story):
    world = story()
    world.house.enforce_from = date(2026, 3, 2)
    world.opens()
    decided = [
        {"at": "2024-03-04", "value": "section_47"},
        {"at": "2026-03-02", "value": "section_47"},
    ]
    world.fact(
        "SC-1", strategy_discussion_held=["2024-03-04", "2026-03-02"], s47_decision_recorded=decided
    )

    world.until("2026-03-06 17:00")

    assert ("2026-03-06 17:00", "sue", "invite-list-missed") in world.fired()


def test_the_last_rung_is_not_repeated_before_a_due_moment_that_has_moved(story):
    world = story()
    world.opens()
    world.until("2026-03-11 09:00")
    world.fact(
        "SC-1",
        strategy_discussion_held="2026-03-11",
        s47_decision_recorded={"at": "2026-03-11", "value": "section_47"},
        s47_concluded={"at": "2026-03-12", "value": "at_risk"},
    )
    before = len(world.only("invite-list-still-missing"))

    world.until("2026-03-17 16:59")
    assert len(world.only("invite-list-still-missing")) == before

    world.until("2026-03-17 17:00")
    assert world.only("invite-list-still-missing")[before:] == [
        ("2026-03-17 17:00", "wes", "invite-list-still-missing")
    ]


def test_who_holds_the_post_is_asked_again_at_every_retry(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.email.answers = [Temporary("unreachable", 3600)]
    world.until("2026-03-06 17:00")
    world.restaff("sue", "team_manager", team="south")
    world.restaff("conor", "safeguarding_service_manager")

    world.until("2026-03-06 19:00")

    assert [who for _, who, _ in world.only("invite-list-missed")] == ["conor"]


def test_the_weekly_summary_accuses_nobody_on_stale_data(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:00")
    world.feed.known_at = world.clock()
    world.until("2026-03-06 17:05")
    # over the weekend nothing is known, and nobody waits for it
    world.clock.now = at("2026-03-09 08:58")

    world.until("2026-03-09 09:05")

    assert world.only("weekly-summary") == []


def test_a_reader_outside_the_authority_does_not_see_who_else_was_told(story):
    world = story(accepted=frozenset({"partner.example"}))
    world.opens(roles={"social_worker": "sw@partner.example"})

    world.until("2026-03-06 10:00")

    outside = [text for to, text in world.texts() if to == "sw@partner.example"]
    assert outside
    assert not any("Also told" in text or "What happens next" in text for text in outside)


def test_an_excluded_person_can_rest_nothing(story):
    world = story()
    world.opens()
    world.until("2026-03-06 17:00")
    token = world.link("sue", "promise")
    world.opens("SC-1", excluded=["sue"])
    world.turn()

    answer = world.line.responder.promise(token, date(2026, 3, 9), world.clock()).answer

    assert answer is Answer.NOT_YOURS


def test_a_failed_conference_was_not_held_whoever_says_so(story):
    world = story()
    world.opens()
    with world.case("SC-1") as body:
        body["meetings"] = [
            {
                "id": "M-1", "kind": "icpc", "status": "adjourned", "effective": False,
                "scheduled_at": "2026-03-18T10:00", "facts": {"icpc_held": "2026-03-18"},
            }
        ]  # fmt: skip
    world.until("2026-03-20 17:00")

    assert [who for _, who, _ in world.only("icpc-day-15-missed")] != []


def test_no_word_of_a_child_who_has_died_goes_out_by_itself(story):
    world = story()
    world.opens()
    world.until("2026-03-06 17:00")
    told = len(world.fired())

    world.fact("SC-1", invite_list_received="2026-03-08", child_died="2026-03-08")
    world.until("2026-03-20 17:00")

    assert len(world.fired()) == told


def test_a_message_that_is_refused_again_and_again_reaches_a_person(story):
    world = story()
    world.opens()
    world.email.answers = [Temporary("login-refused")] * 12

    world.until("2026-03-05 18:00")

    assert any("was tried 5 times" in text for text in world.operator())


def test_deadlines_beyond_the_published_bank_holidays_are_told(story):
    world = story("2027-12-28 09:00")
    world.fact(
        "SC-1",
        strategy_discussion_held="2027-12-29",
        s47_decision_recorded={"at": "2027-12-29", "value": "section_47"},
    )
    world.until("2027-12-30 09:00")

    world.line.auditor.audit(world.clock())
    world.turn()

    assert any(
        "live deadlines lie after Friday 31 December 2027" in text for text in world.operator()
    )
