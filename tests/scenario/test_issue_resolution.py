"""Issue resolution with one agency, from the letter of the chair to the partnership: each formal step by a yes."""

from dataclasses import replace
from datetime import date

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came, Draft
from daemon.testing.world import at, person
from tests.scenario.deciding.conftest import CHRIS, INVITEES, ROOM, SUE, meeting, put_to_anybody

WORDS = Draft("Nobody of your agency came.", "Please tell me what kept you away.")


@pytest.fixture
def informal(stoke):
    """The chair has found the presence insufficient without the police, and has written to its lead."""
    stoke.directory.everybody.append(person("lena", "safeguarding_lead_agency", agency="police"))
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(facts=found)])
    stoke.turn()
    stoke.clock.now = at(ROOM)
    stoke.turn()
    send(stoke, CHRIS, "issue-resolution-informal")
    return stoke


def question(world, who, rule):
    found = world.line.decisions.waiting_for(who, world.clock())
    return next((one for one in found if one.rule.name == rule), None)


def send(world, who, rule):
    one = question(world, who, rule)
    came = world.line.decisions.send(who, one.id, WORDS, one.refs, world.clock())
    assert came is Came.DONE
    world.turn()


def decide(world, who, rule, choice="yes", draft=WORDS):
    one = question(world, who, rule)
    assert one is not None, rule
    came = world.line.decisions.decide(
        who, one.id, choice, world.clock(), reason="no_answer", refs=one.refs, draft=draft
    )
    assert came is Came.DONE
    world.turn()


def letters(world):
    return [one.message for one in world.email.sent if one.to == "lena"]


def test_nothing_formal_goes_out_by_itself(informal):
    informal.until("2026-03-31 12:00")

    assert len(letters(informal)) == 1
    assert question(informal, CHRIS, "issue-resolution-stage-one") is not None


def test_an_agency_that_nobody_leads_is_named_and_the_others_get_their_letters(stoke):
    stoke.directory.everybody.append(person("lena", "safeguarding_lead_agency", agency="police"))
    found = [
        {"at": "2026-03-20T10:15", "value": "yes", "about": one} for one in ("police", "health")
    ]
    absent = [{**one, "attendance": "absent"} for one in INVITEES]
    failed = meeting(facts={"presence_failed": found}, invitees=absent)
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[failed])
    stoke.turn()
    stoke.clock.now = at(ROOM)
    stoke.turn()
    asked = stoke.line.decisions.waiting_for(CHRIS, stoke.clock())
    letters_of = {one.agency: one for one in asked if one.rule.name == "issue-resolution-informal"}

    came = {
        agency: stoke.line.decisions.send(CHRIS, one.id, WORDS, one.refs, stoke.clock())
        for agency, one in letters_of.items()
    }
    stoke.turn()

    assert came == {"police": Came.DONE, "health": Came.NOBODY}
    assert len(letters(stoke)) == 1
    with stoke.store.read() as tx:
        listed = [row.problem.what for row in tx.quarantine.open()]
    (unled,) = [one for one in listed if one.startswith("nobody is the safeguarding lead of")]
    assert "health" in unled
    assert "police" not in unled


def test_it_goes_up_stage_by_stage_each_by_a_yes(informal):
    informal.until("2026-03-31 12:00")
    decide(informal, CHRIS, "issue-resolution-stage-one")
    informal.until("2026-04-13 12:00")
    decide(informal, SUE, "issue-resolution-stage-two")
    informal.until("2026-05-01 12:00")
    decide(informal, SUE, "issue-resolution-partnership", draft=None)

    assert [mail.reply_to for mail in letters(informal)] == [
        "chris@council.example", "chris@council.example", "sue@council.example",
    ]  # fmt: skip
    assert informal.journal("approval.answered") == ["answered: yes"] * 3


def further(world, who, rule, reason):
    one = question(world, who, rule)
    assert one is not None, rule
    came = world.line.decisions.take_further(who, one.id, reason, one.refs, world.clock())
    world.turn()
    return came


def test_what_cannot_wait_goes_to_the_service_manager_at_once_and_no_further_by_itself(stoke):
    """The immediate path: no letter, no first stage; the second is the manager's to open."""
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    stoke.directory.everybody.append(person("lena", "safeguarding_lead_agency", agency="police"))
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(facts=found)])
    stoke.clock.now = at(ROOM)
    stoke.turn()

    came = further(stoke, CHRIS, "issue-resolution-informal", "other")

    assert came is Came.DONE
    assert question(stoke, CHRIS, "issue-resolution-informal") is None
    asked = question(stoke, SUE, "issue-resolution-stage-two")
    assert asked is not None
    assert asked.remarks == ("It was brought here before its time, because it cannot wait.",)
    assert ("2026-03-20 10:20", "sue", "issue-resolution-no-answer") in stoke.fired()
    assert letters(stoke) == []
    (told,) = put_to_anybody(stoke, "issue-resolution-informal")
    assert (told.given.state, told.given.by, told.given.is_further) == ("no", "chris", True)
    decide(stoke, SUE, "issue-resolution-stage-two")
    assert len(letters(stoke)) == 1


def test_a_stage_may_be_skipped_by_whoever_is_asked(informal):
    informal.until("2026-03-31 12:00")

    assert further(informal, CHRIS, "issue-resolution-stage-one", "no_answer") is Came.DONE
    assert further(informal, SUE, "issue-resolution-stage-two", "no_answer") is Came.DONE

    assert question(informal, SUE, "issue-resolution-partnership") is not None
    assert len(letters(informal)) == 1
    assert informal.journal("issue.taken-further") == ["answered: further"] * 2


@pytest.mark.parametrize(
    ("rule", "reason", "came"),
    [
        pytest.param("issue-resolution-stage-one", "because I say so", Came.NO_REASON, id="no coded reason"),
        pytest.param("presence-judged", "no_answer", Came.GONE, id="a question that has no further stage"),
    ],
)  # fmt: skip
def test_a_stage_is_skipped_only_where_there_is_one_and_with_a_reason(informal, rule, reason, came):
    with informal.case("SC-1") as body:
        here = {**body["meetings"][0]["invitees"][1], "attendance": "absent"}
        body["meetings"][0] = {
            **body["meetings"][0],
            "invitees": [body["meetings"][0]["invitees"][0], here],
        }
    informal.until("2026-03-31 12:00")

    assert further(informal, CHRIS, rule, reason) is came
    assert question(informal, SUE, "issue-resolution-stage-two") is None


def test_an_answer_of_the_agency_ends_it(informal):
    informal.until("2026-03-24 12:00")
    with informal.case("SC-1") as body:
        body["meetings"][0]["facts"]["issue_resolution_answered"] = {
            "at": "2026-03-24", "about": "police",
        }  # fmt: skip
    informal.until("2026-04-02 12:00")

    assert question(informal, CHRIS, "issue-resolution-stage-one") is None
    assert len(letters(informal)) == 1


def test_the_chair_may_close_the_matter_instead(informal):
    informal.until("2026-03-31 12:00")

    decide(informal, CHRIS, "issue-resolution-stage-one", choice="no", draft=None)
    informal.until("2026-04-20 12:00")

    assert question(informal, SUE, "issue-resolution-stage-two") is None
    assert len(letters(informal)) == 1


def test_whoever_is_not_asked_opens_no_stage(informal):
    informal.until("2026-03-31 12:00")
    one = question(informal, CHRIS, "issue-resolution-stage-one")

    wes = Who("wes", frozenset({"social_work_service_manager"}))
    came = informal.line.decisions.decide(
        wes, one.id, "yes", informal.clock(), reason="no_answer", refs=one.refs, draft=WORDS
    )

    assert came is Came.GONE
    assert len(letters(informal)) == 1


@pytest.fixture
def unsaid(stoke):
    """The police's lead has an address that may be told nothing; their desk on the list has one that may."""
    lead = person("lena", "safeguarding_lead_agency", agency="police")
    lead = replace(lead, addresses={"email": "lena@elsewhere.example"})
    stoke.directory.everybody.append(lead)
    stoke.house.terms = replace(stoke.house.terms, accepted=frozenset({"police.example"}))
    desk = {**INVITEES[0], "person": "desk@police.example"}
    failed = meeting(facts={
        "presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}
    }, invitees=[desk, INVITEES[1]])  # fmt: skip
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[failed])
    stoke.clock.now = at(ROOM)
    stoke.turn()
    return stoke


def informal_letter(world, draft):
    one = question(world, CHRIS, "issue-resolution-informal")
    came = world.line.decisions.send(CHRIS, one.id, draft, one.refs, world.clock())
    world.turn()
    return came


def written_to(world):
    return [one.to for one in world.email.sent if WORDS.lead in one.message.text]


@pytest.mark.parametrize("unknown_gets", ["L0", "nothing"])
def test_a_letter_that_could_say_nothing_is_not_sent_and_no_clock_runs(unsaid, unknown_gets):
    unsaid.house.terms = replace(unsaid.house.terms, unknown_gets=unknown_gets)

    assert informal_letter(unsaid, WORDS) is Came.UNSAID

    unsaid.until("2026-04-07 12:00")
    assert question(unsaid, CHRIS, "issue-resolution-informal") is not None
    assert question(unsaid, CHRIS, "issue-resolution-stage-one") is None
    assert letters(unsaid) == []
    assert written_to(unsaid) == []


def test_a_formal_stage_is_not_opened_by_a_letter_that_could_say_nothing(unsaid):
    informal_letter(unsaid, replace(WORDS, by_hand_on=date(2026, 3, 20)))
    unsaid.until("2026-03-31 12:00")
    one = question(unsaid, CHRIS, "issue-resolution-stage-one")

    for draft, came in ((WORDS, Came.UNSAID), (None, Came.GONE)):
        assert came is unsaid.line.decisions.decide(
            CHRIS, one.id, "yes", unsaid.clock(), reason="no_answer", refs=one.refs, draft=draft
        )

    unsaid.until("2026-04-20 12:00")
    assert question(unsaid, SUE, "issue-resolution-stage-two") is None


def test_it_may_go_to_somebody_else_of_the_agency_instead(unsaid):
    one = question(unsaid, CHRIS, "issue-resolution-informal")

    readers, others = unsaid.line.decisions.readers(one, unsaid.clock())
    came = informal_letter(unsaid, replace(WORDS, contact="desk@police.example"))

    assert [(each.person.id, each.is_told) for each in readers] == [("lena", False)]
    assert [each.person.id for each in others] == ["desk@police.example"]
    assert came is Came.DONE
    assert written_to(unsaid) == ["desk@police.example"]


def test_it_goes_to_nobody_who_is_not_of_the_agency(unsaid):
    assert informal_letter(unsaid, replace(WORDS, contact="hv@health.example")) is Came.NOBODY
    assert written_to(unsaid) == []


def test_a_letter_by_hand_starts_the_clock_on_its_day(unsaid):
    unsaid.until("2026-03-24 12:00")

    came = informal_letter(unsaid, replace(WORDS, by_hand_on=date(2026, 3, 23)))

    assert came is Came.DONE
    assert letters(unsaid) == []
    assert unsaid.journal("letter.by-hand") == ["sent: by hand on 2026-03-23"]
    unsaid.until("2026-04-20 12:00")
    reached = [at for at, _, rung in unsaid.fired() if rung == "issue-resolution-no-answer"]
    assert reached[:1] == ["2026-03-31 09:00"]


def test_a_day_on_which_it_cannot_have_been_sent_is_refused(unsaid):
    came = informal_letter(unsaid, replace(WORDS, by_hand_on=date(2026, 3, 19)))

    assert came is Came.NOT_THEN
    assert question(unsaid, CHRIS, "issue-resolution-informal") is not None


def test_a_lead_who_is_away_is_not_written_to_by_way_of_our_own_mailbox(unsaid):
    today = date(2026, 3, 20)
    unsaid.restaff("lena", absences=((today, today),), addresses={"email": "lena@police.example"})
    unsaid.turn()

    assert informal_letter(unsaid, WORDS) is Came.NOBODY
