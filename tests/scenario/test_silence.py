"""A service manager silences one case: nothing goes out, its clocks run on and are shown (READINGS section 2, 14)."""

from datetime import timedelta

import pytest

from daemon.domain.who import Who
from daemon.engine.records.casebook import explain_case
from daemon.engine.standing.overview import standing
from daemon.testing.world import at
from tests.scenario.deciding.conftest import meeting

SUE = Who("sue", frozenset({"safeguarding_service_manager"}))
TOM = Who("tom", frozenset({"team_manager"}))
SAM_CALLS_HERSELF = Who("sam", frozenset({"safeguarding_service_manager"}))
WHY = "record_is_wrong"


def silence(world, who=SUE, ref="SC-1", reason=WHY):
    return world.line.silencing.silence(who, ref, reason, world.clock())


def mails(world, rung):
    return [(moment, to) for moment, to, name in world.fired() if name == rung]


@pytest.fixture
def silenced(story):
    """The case is silenced on Monday at 16:00, its list due on Friday; another of the same team is not."""
    world = story()
    world.house.signs_in = True
    world.opens("SC-1")
    world.opens("SC-2")
    world.turn()
    assert silence(world)
    return world


def test_nothing_goes_out_about_a_silenced_case_and_everything_about_another(silenced):
    silenced.until("2026-03-09 08:59")

    about = [text for _, text in silenced.texts()]
    assert any("SC-2" in text for text in about)
    assert all("SC-1: nothing goes out until" in text for text in about if "SC-1" in text)


def test_its_clocks_run_on_and_are_shown(silenced):
    silenced.until("2026-03-09 09:00")

    (listed,) = [
        text for to, text in silenced.texts() if to == "sue" and "Overdue this week" in text
    ]
    said = standing(silenced.store, silenced.clock(), {}, None, [])
    with silenced.store.read() as tx:
        told = explain_case(tx, "SC-1", silenced.deciding, {}, silenced.clock())
    assert silenced.count("overdue") == 2
    assert "SC-1" in listed
    assert "silenced until Monday 9 March 2026, 4pm" in listed
    assert [one["ref"] for one in said["silenced"]] == ["SC-1"]
    assert told is not None
    assert told["silenced_until"] == "2026-03-09T16:00:00+00:00"
    assert silenced.line.auditor.audit(silenced.clock()).balances


def test_whoever_silenced_it_is_asked_before_the_week_is_over(silenced):
    silenced.until("2026-03-09 10:00")  # its week is over at 16:00

    assert mails(silenced, "silence-ends") == [("2026-03-06 16:00", "sue")]


def test_after_a_week_it_ends_by_itself_and_what_has_passed_goes_out(silenced):
    silenced.until("2026-03-09 17:00")

    assert silenced.journal("case.heard") == ["a week is over"]
    assert mails(silenced, "invite-list-missed")[-1][0] >= "2026-03-09 16:00"
    assert any(
        "SC-1" in text for to, text in silenced.texts() if to == "sue" and "Overdue" not in text
    )
    assert not any(
        "SC-1" in text and "invite-list-reminder" in text for _, text in silenced.texts()
    )


def test_a_manager_who_goes_on_with_it_has_another_week(silenced):
    silenced.until("2026-03-09 10:00")

    assert silence(silenced)
    silenced.until("2026-03-13 12:00")

    assert silenced.journal("case.heard") == []
    assert [one.ref for one in silenced.line.silencing.cases(SUE, silenced.clock())] == ["SC-1"]


def test_a_manager_lets_it_be_heard_again_at_once(silenced):
    silenced.until("2026-03-06 17:30")

    assert silenced.line.silencing.end(SUE, "SC-1", silenced.clock())
    silenced.turn()

    assert silenced.journal("case.heard") == ["by sue"]
    assert any("SC-1" in text for to, text in silenced.texts() if to == "sue")


def test_what_was_queued_before_it_was_silenced_waits_too(story):
    world = story()
    world.opens("SC-1")
    world.turn()
    world.clock.now = world.clock.now.replace(day=6, hour=17, minute=0)
    world.line.decide()  # fired, and not sent

    silence(world)
    world.line.send()
    world.clock.now += timedelta(minutes=5)
    world.turn()

    assert mails(world, "invite-list-missed") == []


@pytest.mark.parametrize(
    ("who", "ref", "reason"),
    [
        pytest.param(TOM, "SC-1", WHY, id="a team manager"),
        pytest.param(SAM_CALLS_HERSELF, "SC-1", WHY, id="who does not hold the post"),
        pytest.param(SUE, "SC-9", WHY, id="a case that nobody knows"),
        pytest.param(SUE, "SC-3", WHY, id="a case that they must not know of"),
        pytest.param(SUE, "SC-1", "because", id="a reason that is none of the codes"),
    ],
)
def test_nobody_else_silences_anything(story, who, ref, reason):
    world = story()
    world.opens("SC-1")
    world.opens("SC-3", excluded=["sue"])
    world.turn()

    assert not silence(world, who, ref, reason)
    assert world.journal("case.silenced") == []


def test_a_case_with_a_new_reference_stays_silenced(silenced):
    silenced.opens("SC-10", formerly=["SC-1"])
    silenced.until("2026-03-06 18:00")

    with silenced.store.read() as tx:
        assert list(tx.silenced.all()) == ["SC-10"]
    assert not any("SC-10" in text and "due" in text for _, text in silenced.texts())


def test_the_safety_plan_is_asked_for_though_the_case_is_silenced(stoke):
    stoke.house.signs_in = True
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting()])
    stoke.turn()
    assert silence(stoke)
    before = len(stoke.fired())
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes"}}
    stoke.clock.now = at("2026-03-20 10:20")
    with stoke.case("SC-1") as body:
        body["meetings"] = [meeting(status="adjourned", effective=False, facts=found)]

    stoke.until("2026-03-20 18:00")

    told = {(to, rung) for _, to, rung in stoke.fired()[before:] if "@" not in to}
    assert {("sam", "interim-plan-now"), ("chris", "interim-plan-now")} <= told
    assert {rung for _, rung in told}.isdisjoint({"new-date-to-book", "duty-due-today"})
