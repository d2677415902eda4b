"""The list of questions: what was put to whom, by when, and what became of it."""

from daemon.testing.world import at
from tests.scenario.deciding.conftest import SUE, answer, meeting, put_to_anybody, question


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
