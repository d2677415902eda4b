"""Key agencies at a review: asked before, heard through a report, and never silently missing (STK-102 to 104)."""

import pytest

from tests.scenario.test_attendance import NURSE, POLICE, came, said

REPORT = {"at": "2026-04-08", "about": "police"}
ENQUIRY_OPEN = {"at": "2026-02-02", "value": "open"}


@pytest.fixture
def review(stoke):
    """Return what shows a child on a plan whose first review is on Friday 10 April 2026, after Easter."""

    def show(*invitees, facts=(), held=False, **more):
        meeting = {
            "id": "R-1", "kind": "rcpc", "status": "held" if held else "booked", "invitees": list(invitees),
            "scheduled_at": "2026-04-10T10:00", "held_on": "2026-04-10" if held else None, "facts": dict(facts),
        }  # fmt: skip
        plan = {"id": "P-1", "started_on": "2026-01-12"}
        with stoke.case(
            "SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting], plans=[plan]
        ) as body:
            body["facts"] |= {
                "icpc_held": "2026-01-12",
                "conference_decision_recorded": {"at": "2026-01-12", "value": "plan"}, **more,
            }  # fmt: skip
        stoke.turn()
        return stoke

    return show


def told(world, *rungs):
    return sorted(world.only(*rungs))


def test_a_key_agency_that_was_missing_is_named_to_the_chair_the_next_morning(review):
    review(POLICE, NURSE).until("2026-04-10 12:00")
    world = review(*came((POLICE, "absent"), (NURSE, "present")), held=True)

    world.until("2026-04-17 12:00")

    assert told(world, "review-agency-missing") == [
        ("2026-04-13 09:00", "chris", "review-agency-missing")
    ]
    (text,) = said(world, "chris", "was expected at the review conference")
    assert "Agency: police" in text


def test_its_report_excuses_it_from_a_review(review):
    review(POLICE, NURSE).until("2026-04-10 12:00")
    world = review(
        *came((POLICE, "absent"), (NURSE, "present")),
        held=True,
        facts={"report_in_lieu_received": REPORT},
    )

    world.until("2026-04-17 12:00")

    assert told(world, "review-agency-missing") == []


def test_no_review_is_stopped_by_an_absence(review):
    """READINGS: the consequences of an absence from an initial conference are not those of a review."""
    review(POLICE, NURSE).until("2026-04-10 12:00")
    world = review(*came((POLICE, "absent"), (NURSE, "present")), held=True)

    world.until("2026-04-17 12:00")

    assert told(world, "presence-question", "rearrangement-asked", "issue-resolution-draft") == []


def test_an_agency_of_which_nobody_has_accepted_is_asked_for_a_report_and_then_named(review):
    world = review(POLICE, {**NURSE, "response": "accepted"})

    world.until("2026-04-08 17:00")

    assert told(world, "review-report-in-lieu-asked", "review-agency-no-answer") == [
        ("2026-04-01 09:00", "petra", "review-report-in-lieu-asked"),
        ("2026-04-08 17:00", "chris", "review-agency-no-answer"),
        ("2026-04-08 17:00", "duty", "review-agency-no-answer"),
    ]


@pytest.mark.parametrize(
    "facts", [{}, {"police_investigation_open": ENQUIRY_OPEN}], ids=["no enquiry", "an open one"]
)
def test_while_an_enquiry_is_open_the_officer_is_asked_a_week_before(review, facts):
    world = review(POLICE, **facts)

    world.until("2026-03-30 12:00")

    expected = [("2026-03-30 09:00", "petra", "agency-coming")] if facts else []
    assert told(world, "agency-coming") == expected
    assert not any(
        "enquiry" in text or "investigation" in text for to, text in world.texts() if to == "petra"
    )
