"""A child has died: nothing goes out about brothers and sisters until somebody releases it (READINGS section 2, 3)."""

import pytest

from daemon.domain.obligation import State
from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.engine.answering.questions import waiting_for
from daemon.engine.answering.waiving import is_waivable
from daemon.engine.standing.overview import standing
from daemon.rulebook import shipped
from daemon.testing.world import PACK, at

RELEASE = {"child_died": "2026-03-04", "siblings_released": "2026-03-09"}


@pytest.fixture
def world(story):
    made = story()
    made.opens("SC-1", family="F-1")
    made.opens("SC-2", family="F-1")
    made.until("2026-03-04 12:00")
    return made


def test_what_falls_due_about_a_sibling_waits(world):
    world.fact("SC-1", child_died="2026-03-04")

    world.until("2026-03-07 12:00")

    assert world.fired() == []
    assert any("family is held" in one for one in world.journal("rung.held"))


def test_once_released_the_highest_that_has_passed_goes_out(world):
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-09 08:00")

    world.fact("SC-1", **RELEASE)
    world.until("2026-03-09 10:00")

    assert "invite-list-missed" in {rung for _, _, rung in world.fired()}


def looks(world, ref="SC-2"):
    """Return when each open ladder of a case looks next."""
    with world.store.read() as tx:
        return {one.next_at for one in tx.obligations.of([ref])[ref] if one.state is State.OPEN}


def test_the_ladders_of_a_family_that_is_held_sleep(world):
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-09 08:00")

    at_nothing, later = None, {one for one in looks(world) if one}
    assert at_nothing in looks(world)
    assert all(one > at("2026-03-10 00:00") for one in later)  # whose own moment is yet to come


def released(world):
    world.fact("SC-1", **RELEASE)


def corrected(world):
    world.fact("SC-1", child_died=None)


def moved_away(world):
    with world.case("SC-1") as body:
        body["family"] = "F-2"


def moved_out(world):
    with world.case("SC-2") as body:
        body["family"] = "F-2"


def renamed(world):
    del world.feed.bodies["SC-2"]
    world.opens("SC-3", family="F-3", formerly=["SC-2"])


@pytest.mark.parametrize(
    ("ends", "ref"),
    [
        pytest.param(released, "SC-2", id="a person releases it"),
        pytest.param(corrected, "SC-2", id="nobody has died after all"),
        pytest.param(moved_away, "SC-2", id="the case belongs to another family"),
        pytest.param(moved_out, "SC-2", id="the sibling belongs to another family"),
        pytest.param(renamed, "SC-3", id="the sibling goes on under another reference"),
    ],
)
def test_they_wake_as_soon_as_nothing_holds_them(world, ends, ref):
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-09 10:00")

    ends(world)
    world.turn()

    assert world.only("invite-list-missed") == [
        ("2026-03-09 10:00", "sue", "invite-list-missed"),
    ]
    assert None not in looks(world, ref)


def test_a_family_of_its_own_is_not_held(world):
    world.opens("SC-9", family="F-9")
    world.fact("SC-1", child_died="2026-03-04")

    world.until("2026-03-06 18:00")

    assert "invite-list-missed" in {rung for _, _, rung in world.fired()}


def test_the_audit_does_not_miss_what_is_held(world):
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-07 12:00")

    assert world.line.auditor.audit(world.clock()).missed == ()


def test_no_list_has_a_case_of_the_family_though_it_was_overdue_before(world):
    world.opens("SC-9", family="F-9")
    world.until("2026-03-06 18:00")

    world.fact("SC-1", child_died="2026-03-06")
    world.until("2026-03-09 12:00")

    lists = [text for _, text in world.texts() if "Was due" in text and "Overdue by" in text]
    assert lists, "no weekly summary went out"
    assert all("SC-9" in text for text in lists)
    assert not any("SC-2" in text or "SC-1" in text for text in lists)


SUE = Who("sue", frozenset({"safeguarding_service_manager"}))
TOM = Who("tom", frozenset({"team_manager"}), "north")


@pytest.fixture
def whole(story):
    """Return a family under the whole of Stoke-on-Trent's rules."""
    made = story(policies=shipped())
    made.opens("SC-1", family="F-1")
    made.opens("SC-2", family="F-1")
    made.turn()
    made.clock.now = at("2026-03-04 12:00")
    made.turn()
    return made


def release_asked(world, who=SUE):
    with world.store.read() as tx:
        waiting = waiting_for(tx, world.house, who, world.clock())
    return [one for one in waiting if one.rule.name == "child-has-died"]


def test_the_service_manager_releases_the_family_signed_in(whole):
    world = whole
    world.fact("SC-1", child_died="2026-03-04")
    world.turn()
    world.clock.now = at("2026-03-09 08:00")
    world.turn()

    (question,) = release_asked(world)
    for_tom = release_asked(world, TOM)
    came = world.line.decisions.decide(
        SUE, question.id, "yes", world.clock(), reason="family_has_been_seen", refs=["SC-1"]
    )
    world.clock.now = at("2026-03-09 10:00")
    world.turn()

    assert came is Came.DONE
    assert release_asked(world) == []
    assert for_tom == []
    assert "invite-list-missed" in {rung for _, _, rung in world.fired()}


def test_nobody_waives_the_release_and_the_notice_says_no_more_than_that_messages_stopped(whole):
    world = whole
    world.fact("SC-1", child_died="2026-03-04")
    world.turn()

    rule = world.deciding.rulebook.packs[PACK].rule("child-has-died")
    (notice,) = {
        text for to, text in world.texts() if "this case have stopped" in text and to == "sue"
    }

    assert not is_waivable(rule)
    assert "death" not in notice
    assert "Not required" not in notice


def test_the_status_says_that_a_family_is_held(world):
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-05 12:00")

    said = standing(world.store, world.clock(), {}, None, [])

    assert any("1 family is held" in one for one in said["attention"])
