"""The informal stage: the daemon drafts, the chair sends agency by agency, and what was sent waits for nobody."""

from daemon.engine.answering.dispatch import Came, Draft
from daemon.testing.world import at, person
from tests.scenario.deciding.conftest import CHRIS, SUE, asked, meeting, question, state


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
