"""A conference without the agencies that it needs: who decides, and what that settles (STK-064 to 070)."""

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.asked import put
from daemon.engine.answering.dispatch import Came, Draft
from daemon.engine.conference.room import Told
from daemon.testing.world import at, person

SUE = Who("sue", frozenset({"safeguarding_service_manager"}))
CHRIS = Who("chris", frozenset({"cp_chair"}))
WES = Who("wes", frozenset({"social_work_service_manager"}))
ROOM = "2026-03-20 10:20"
INVITEES = [
    {"id": "I-1", "agency": "police", "role": "police_officer", "person": "petra", "key": True,
     "invited_at": "2026-03-06", "delivered": True, "attendance": "absent"},
    {"id": "I-2", "agency": "health", "person": "hv@health.example", "key": True,
     "invited_at": "2026-03-06", "delivered": True, "attendance": "present"},
]  # fmt: skip


def meeting(**more):
    return {
        "id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00",
        "facts": {}, "invitees": INVITEES, **more,
    }  # fmt: skip


@pytest.fixture
def room(stoke):
    """Two children of one family, at whose conference nobody is there from the police."""
    for ref in ("SC-1", "SC-2"):
        stoke.opens(ref, family="F-1", roles={"cp_chair": ["chris"]}, meetings=[meeting()])
    stoke.turn()
    stoke.clock.now = at(ROOM)
    stoke.turn()
    return stoke


@pytest.fixture
def failed(room):
    """The chair has found the presence insufficient."""
    stoke = room
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    for ref in ("SC-1", "SC-2"):
        with stoke.case(ref) as body:
            body["meetings"] = [meeting(facts=found)]
    stoke.turn()
    return stoke


def asked(world, who):
    return world.line.decisions.waiting_for(who, world.clock())


def question(world, who, rule):
    return next(one for one in asked(world, who) if one.rule.name == rule)


def state(world, name, ref="SC-1"):
    with world.store.read() as tx:
        return {track.state.value for track in tx.obligations.of([ref])[ref] if track.rule == name}


def answer(
    world, who, one, choice="yes", reason="key_agency_absent", refs=None, draft=None, anew_at=None
):
    return world.line.decisions.decide(
        who, one.id, choice, world.clock(), reason=reason, refs=refs or one.refs, draft=draft,
        anew_at=anew_at,
    )  # fmt: skip


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


def meetings(world, ref="SC-1"):
    with world.store.read() as tx:
        return {one.id: one for one in world.house.record(tx, ref).meetings}


def due_at(world, rule, ref="SC-1"):
    with world.store.read() as tx:
        return {track.due_at for track in tx.obligations.of([ref])[ref] if track.rule == rule}


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


def test_the_chair_sends_the_informal_stage_agency_by_agency_in_words_of_their_own(failed):
    failed.directory.everybody.append(
        person("lena", "safeguarding_lead_agency", agency="police", area=None)
    )
    with failed.case("SC-1") as body:
        body["roles"] = {**body["roles"], "safeguarding_lead_agency/police": ["lena"]}
    failed.turn()
    one = question(failed, CHRIS, "issue-resolution-informal")
    words = Draft("Please tell me what kept your agency away.", "Answer within five working days.")

    came = failed.line.decisions.send(CHRIS, one.id, words, ["SC-1"], failed.clock())
    failed.turn()

    assert came is Came.DONE
    sent = [each for each in failed.email.sent if each.to == "lena"]
    assert len(sent) == 1, failed.journal("notice.cancelled")
    assert words.lead in sent[0].message.text
    assert sent[0].message.reply_to == "chris@council.example"
    assert state(failed, "issue-resolution-informal") == {"met"}


def test_a_draft_that_nobody_would_read_is_not_sent(failed):
    one = question(failed, CHRIS, "issue-resolution-informal")

    came = failed.line.decisions.send(CHRIS, one.id, Draft("a", "b"), one.refs, failed.clock())

    assert came is Came.NOBODY
    assert state(failed, "issue-resolution-informal") == {"open"}


def test_seen_hours_late_nobody_hears_that_an_answer_is_missing_before_it_was_asked_for(room):
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    room.clock.now = at("2026-03-20 13:00")
    with room.case("SC-1") as body:
        body["meetings"] = [meeting(facts=found)]
    room.turn()

    def told(until):
        room.until(until)
        return {(to, rung) for _, to, rung in room.fired()}

    assert ("sue", "rearrangement-asked") in told("2026-03-20 13:20")
    assert not [rung for _, rung in told("2026-03-20 13:25") if rung == "rearrangement-unanswered"]
    assert ("sue", "rearrangement-unanswered") in told("2026-03-20 13:35")
    assert "wes" not in {
        to for to, rung in told("2026-03-20 16:30") if rung == "approval-unanswered"
    }


def test_a_draft_that_has_been_sent_waits_for_nobody_though_the_duty_is_still_open(stoke):
    """STK-028: the service manager escalates, and the list itself is still missing."""
    stoke.clock.now = at("2026-03-06 16:00")
    stoke.opens("SC-1")
    stoke.turn()
    stoke.until("2026-03-06 17:05")
    one = question(stoke, SUE, "icpc-invite-list")
    words = Draft("The list is missing.", "Please have it sent today.")

    came = stoke.line.decisions.send(SUE, one.id, words, one.refs, stoke.clock())
    stoke.turn()

    assert came is Came.DONE
    assert [each.message.reply_to for each in stoke.email.sent if each.to == "tom"][
        -1
    ] == "sue@council.example"
    assert state(stoke, "icpc-invite-list") == {"open"}
    assert "icpc-invite-list" not in {each.rule.name for each in asked(stoke, SUE)}
    assert stoke.line.decisions.send(SUE, one.id, words, one.refs, stoke.clock()) is Came.GONE


def put_to_anybody(world, rule):
    with world.store.read() as tx:
        every = put(tx, world.house, world.clock())
    return [one for one in every if one.question.rule.name == rule]


def test_the_list_of_questions_shows_each_in_the_form_of_the_contract(failed):
    rule = "rearrangement-approval"
    waiting = question(failed, SUE, rule)
    (before,) = put_to_anybody(failed, rule)
    answer(failed, SUE, waiting, refs=["SC-1"])
    answered, waits = sorted(
        put_to_anybody(failed, rule), key=lambda one: one.given.state, reverse=True
    )

    assert before.question.to_json(before.given) == waiting.to_json()
    assert (waits.question.refs, waits.given.state) == (("SC-2",), "open")
    assert answered.question.refs == ("SC-1",)
    assert answered.question.to_json(answered.given) == {
        "id": waiting.id, "conference": "M-1", "question": waiting.rule.approval.question,
        "asked_of": "safeguarding_service_manager", "due_at": "2026-03-20T10:15:00+00:00",
        "state": "yes", "answered_by": "sue", "reason": "key_agency_absent",
        "answered_at": "2026-03-20T10:20:00+00:00",
    }  # fmt: skip


def test_a_question_that_the_record_settles_has_lapsed(failed):
    for ref in ("SC-1", "SC-2"):
        with failed.case(ref) as body:
            facts = {**body["meetings"][0]["facts"], "rearrangement_approved": "2026-03-20T10:25"}
            body["meetings"] = [meeting(facts=facts)]
    failed.clock.now = at("2026-03-20 10:30")
    failed.turn()

    (one,) = put_to_anybody(failed, "rearrangement-approval")

    assert (one.given.state, one.given.by) == ("lapsed", None)


def test_of_a_restricted_case_the_list_says_that_it_is_one(failed):
    with failed.case("SC-1", restricted=True, holders=["sue"]):
        pass
    failed.turn()

    found = put_to_anybody(failed, "rearrangement-approval")

    assert {(one.question.refs, one.is_restricted) for one in found} == {
        (("SC-1",), True), (("SC-2",), False),
    }  # fmt: skip


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
