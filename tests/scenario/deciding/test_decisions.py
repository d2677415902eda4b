"""A conference without the agencies that it needs: who decides, and what that settles (STK-064 to 070)."""

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.engine.conference.room import Told
from daemon.testing.world import at, person
from tests.scenario.deciding.conftest import (
    CHRIS,
    INVITEES,
    SUE,
    WES,
    answer,
    asked,
    due_at,
    meeting,
    meetings,
    question,
    state,
)


def test_the_manager_is_asked_once_for_all_children_of_the_conference(failed):
    one = question(failed, SUE, "rearrangement-approval")

    assert one.refs == ("SC-1", "SC-2")
    assert one.to_json()["conference"] == "M-1"
    assert any(title.startswith("Initial conference") for title, _ in one.limits)


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(CHRIS, id="the chair, who is told but does not decide"),
        pytest.param(WES, id="the other service manager"),
        pytest.param(Who("sue"), id="the manager, whose sign-in says nothing of the role"),
        pytest.param(Who("sam", SUE.roles), id="somebody whom the directory does not name"),
        pytest.param(Who("nobody", SUE.roles), id="somebody who is in no directory"),
    ],
)
def test_nobody_else_can_answer(failed, who):
    one = question(failed, SUE, "rearrangement-approval")

    assert one.id not in {each.id for each in asked(failed, who)}
    assert answer(failed, who, one) is Came.GONE
    assert state(failed, "rearrangement-approval") == {"open"}


def test_before_anything_is_booked_brothers_and_sisters_are_one_question(stoke):
    stoke.directory.everybody.append(person("dora", "duty_cp_chair"))
    for ref, family in (("SC-1", "F-1"), ("SC-2", "F-1"), ("SC-3", "F-3")):
        stoke.opens(ref, family=family)
    stoke.turn()

    dora = Who("dora", frozenset({"duty_cp_chair"}))
    found = [one.refs for one in asked(stoke, dora) if one.rule.name == "duty-chair-triage"]
    assert sorted(found) == [("SC-1", "SC-2"), ("SC-3",)]


def test_an_answer_settles_every_child_at_once_and_the_ladder_falls_silent(failed):
    came = answer(failed, SUE, question(failed, SUE, "rearrangement-approval"))

    assert came is Came.DONE
    for ref in ("SC-1", "SC-2"):
        assert state(failed, "rearrangement-approval", ref) == {"met"}
    before = len(failed.email.sent)
    failed.until("2026-03-20 11:00")
    later = failed.fired()[before:]
    assert not [rung for _, _, rung in later if rung.startswith("rearrangement-unanswered")]
    assert failed.journal("approval.answered") == ["answered: yes", "answered: yes"]


def test_a_yes_may_bring_the_new_date_which_counts_at_once_for_every_child(failed):
    one = question(failed, SUE, "rearrangement-approval")
    before = due_at(failed, "chair-checklist")

    assert one.takes_date
    assert answer(failed, SUE, one, anew_at=at("2026-03-26 14:00")) is Came.DONE

    for ref in ("SC-1", "SC-2"):
        shown = meetings(failed, ref)
        assert (shown["M-1"].failed, shown["M-1"].rearranged_to) == (True, "M-1+20260326")
        assert shown["M-1+20260326"].scheduled[0] == at("2026-03-26 14:00")
    assert due_at(failed, "chair-checklist") == {at("2026-03-24 17:00")} != before
    failed.turn()
    assert state(failed, "rearrangement-approval") == {"met"}


def test_the_chairs_new_date_is_changed_and_stands_once(failed):
    (told,) = failed.line.room.conferences(CHRIS, failed.clock())
    said = Told({}, effective=False, without=("police",), anew_at=at("2026-03-27 10:00"))
    failed.line.room.tell(CHRIS, told.id, said, failed.clock())
    failed.clock.now = at("2026-03-20 10:30")
    one = question(failed, SUE, "rearrangement-approval")
    assert one.anew_at == at("2026-03-27 10:00")

    assert answer(failed, SUE, one, anew_at=at("2026-03-30 10:00")) is Came.DONE

    ahead = [one.scheduled[0] for one in meetings(failed).values() if not one.failed]
    assert ahead == [at("2026-03-30 10:00")]


def test_a_date_that_the_diary_shows_already_is_changed_there(failed):
    anew = {
        "id": "M-2",
        "kind": "icpc",
        "status": "booked",
        "scheduled_at": "2026-03-27T10:00",
        "invitees": INVITEES,
    }
    for ref in ("SC-1", "SC-2"):
        with failed.case(ref) as body:
            found = {
                "presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}
            }
            first = meeting(facts=found, status="rearranged", rearranged_to="M-2")
            body["meetings"] = [first, anew]
    failed.turn()

    one = question(failed, SUE, "rearrangement-approval")

    assert (one.takes_date, one.anew_at) == (False, at("2026-03-27 10:00"))
    assert answer(failed, SUE, one, anew_at=at("2026-03-30 10:00")) is Came.BAD_DATE
    assert state(failed, "rearrangement-approval") == {"open"}


@pytest.mark.parametrize(
    ("choice", "day"),
    [
        pytest.param("yes", "2026-03-20 10:00", id="it is past"),
        pytest.param("yes", "2026-03-28 10:00", id="a Saturday"),
        pytest.param("yes", "2026-04-06 10:00", id="a bank holiday"),
        pytest.param("no", "2026-03-26 14:00", id="it goes ahead, on no other day"),
    ],
)
def test_a_new_date_that_is_none_is_not_taken_and_nothing_is_answered(failed, choice, day):
    one = question(failed, SUE, "rearrangement-approval")

    assert answer(failed, SUE, one, choice, anew_at=at(day)) is Came.BAD_DATE
    assert state(failed, "rearrangement-approval") == {"open"}
    assert set(meetings(failed)) == {"M-1"}


def test_an_answer_for_one_child_leaves_the_other_open(failed):
    one = question(failed, SUE, "rearrangement-approval")

    answer(failed, SUE, one, refs=["SC-2"])

    assert state(failed, "rearrangement-approval", "SC-1") == {"open"}
    assert question(failed, SUE, "rearrangement-approval").refs == ("SC-1",)


def test_who_saves_the_days_page_again_with_a_date_asks_nobody_a_second_time(room):
    (one,) = room.line.room.conferences(CHRIS, room.clock())
    absent = {"attendance": {"I-1": "absent"}, "effective": False, "without": ["police"]}
    room.line.room.tell(CHRIS, one.id, Told(**absent), room.clock())
    room.turn()
    answer(room, SUE, question(room, SUE, "rearrangement-approval"))

    room.clock.now = at("2026-03-20 10:40")
    anew = Told(**absent, anew_at=at("2026-03-26 10:00"))
    room.line.room.tell(CHRIS, one.id, anew, room.clock())
    room.until("2026-03-20 16:00")

    assert state(room, "rearrangement-approval") == {"met"}
    assert len(room.only("rearrangement-asked")) == 2  # one a child, in one message
    assert room.only("rearrangement-unanswered") == []


def test_a_second_answer_finds_nothing_left(failed):
    one = question(failed, SUE, "rearrangement-approval")
    answer(failed, SUE, one)

    assert answer(failed, SUE, one, choice="no") is Came.GONE


def test_a_reason_that_is_not_in_the_list_is_refused(failed):
    one = question(failed, SUE, "rearrangement-approval")

    assert answer(failed, SUE, one, reason="because I say so") is Came.NO_REASON
    assert state(failed, "rearrangement-approval") == {"open"}


def test_unanswered_it_climbs(failed):
    failed.until("2026-03-20 10:55")

    told = {(to, rung) for _, to, rung in failed.fired()}
    assert ("chris", "rearrangement-unanswered") in told
    assert ("sue", "rearrangement-unanswered") in told


def test_what_a_feed_says_otherwise_stands_in_the_record_s_problems_and_the_answer_stays(room):
    failed = room
    one = question(failed, CHRIS, "presence-judged")
    answer(failed, CHRIS, one, reason="quorum_not_met")
    otherwise = {"presence_failed": {"at": "2026-03-20T10:15", "value": "no", "about": "police"}}
    with failed.case("SC-1") as body:
        body["meetings"] = [meeting(facts=otherwise)]
    failed.turn()

    with failed.store.read() as tx:
        reading = failed.house.read_cases(tx, ["SC-1"])["SC-1"]
    assert any("otherwise than was answered here" in problem.what for problem in reading.problems)
    assert "rearrangement-approval" in {each.rule.name for each in asked(failed, SUE)}


def test_what_the_last_review_decided_an_hour_after_it_met_answers_nothing_of_the_next(stoke):
    stoke.clock.now = at("2026-08-06 10:00")
    stoke.opens(
        "SC-1", plans=[{"id": "P-1", "started_on": "2026-03-20"}],
        meetings=[
            meeting(status="held", held_on="2026-03-20T10:00", effective=True),
            {"id": "R-1", "kind": "rcpc", "status": "held", "held_on": "2026-05-20T10:00"},
            {"id": "R-2", "kind": "rcpc", "status": "booked", "scheduled_at": "2026-08-20T10:00"},
        ],
    )  # fmt: skip
    decided = {"at": "2026-05-20T12:30", "value": "continue"}
    proposed = {"at": "2026-08-05T09:00", "value": "yes"}
    stoke.fact("SC-1", review_decision_recorded=decided, stepdown_proposed=proposed)
    stoke.turn()

    assert "ending-agreed-safeguarding" in {one.rule.name for one in asked(stoke, SUE)}
