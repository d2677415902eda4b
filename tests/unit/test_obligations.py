"""From records to obligations: what opens, meets and withdraws each of them."""

import pytest

from tests.unit.enquiry import ENQUIRY, at, states

DUTIES = ("icpc-invite-list", "icpc-by-day-15", "icpc-limit", "first-core-group")
NOT_AT_RISK = {"s47_concluded": {"at": "2026-03-06", "value": "not_at_risk"}}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param({}, "open", id="nothing more is known"),
        pytest.param(
            {"s47_concluded": {"at": "2026-03-05", "value": "at_risk"}}, "open", id="at risk"
        ),
        pytest.param(
            {"s47_concluded": {"at": "2026-03-05", "value": "?"}},
            "open",
            id="a conclusion nobody can read",
        ),
        pytest.param(NOT_AT_RISK, "withdrawn", id="not at risk"),
        pytest.param(
            {"icpc_threshold_decision_recorded": {"at": "2026-03-04", "value": "not_met"}},
            "withdrawn",
            id="threshold not met",
        ),
        pytest.param(
            {"icpc_threshold_decision_recorded": {"at": "2026-03-04", "value": "discrepancy"}},
            "open",
            id="a discrepancy",
        ),
        pytest.param(
            {"icpc_not_required": {"at": "2026-03-04", "value": "moved"}},
            "withdrawn",
            id="none is needed",
        ),
        pytest.param(
            {"icpc_not_required": "2026-03-04"}, "open", id="none is needed, for no reason given"
        ),
        pytest.param({"invite_list_received": "2026-03-06"}, "met", id="received"),
        pytest.param(
            {"invite_list_received": "2026-03-01"}, "open", id="a list from before the enquiry"
        ),
        pytest.param(
            {
                "s47_decision_recorded": [
                    ENQUIRY["s47_decision_recorded"],
                    {"at": "2026-03-05", "value": "section_17"},
                ]
            },
            "open",
            id="another discussion decides otherwise while the enquiry is open",
        ),
        pytest.param({"child_died": "2026-03-04"}, "withdrawn", id="the child has died"),
        pytest.param({"pregnancy_ended": "2026-03-04"}, "withdrawn", id="the pregnancy has ended"),
        pytest.param({"child_died": "2026-05-04"}, "open", id="a death dated ahead"),
    ],
)
def test_the_invite_list_stands(stand, facts, expected):
    assert states(stand(facts=facts))["icpc-invite-list"] == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(NOT_AT_RISK, "open", id="not at risk, and nobody told the agencies"),
        pytest.param(
            {**NOT_AT_RISK, "agency_liaison_recorded": "2026-03-09"},
            "withdrawn",
            id="not at risk, and they were told",
        ),
        pytest.param(
            {"icpc_threshold_decision_recorded": {"at": "2026-03-04", "value": "not_met"}},
            "withdrawn",
            id="threshold not met",
        ),
        pytest.param(
            {"icpc_not_required": {"at": "2026-03-04", "value": "other"}},
            "withdrawn",
            id="none is needed",
        ),
        pytest.param(
            {"icpc_not_required": {"at": "2026-03-04", "value": "perhaps"}},
            "open",
            id="none is needed, in words nobody knows",
        ),
        pytest.param({"icpc_held": "2026-03-20"}, "met", id="held"),
    ],
)
@pytest.mark.parametrize("duty", ["icpc-by-day-15", "icpc-limit"])
def test_the_conference_stands(stand, duty, facts, expected):
    assert states(stand(facts=facts))[duty] == expected


@pytest.mark.parametrize(
    ("meetings", "facts", "expected"),
    [
        pytest.param(
            [{"id": "M", "kind": "icpc", "status": "held"}], {}, "open", id="a status meets nothing"
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "status": "cancelled", "scheduled_at": "2026-03-20"}],
            {},
            "open",
            id="a status withdraws nothing",
        ),
        pytest.param([{"id": "M", "kind": "icpc", "held_on": "2026-03-20"}], {}, "met", id="held"),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "effective": False}],
            {},
            "open",
            id="not effective",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "status": "adjourned"}],
            {},
            "open",
            id="adjourned",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "status": "Adjourned"}],
            {},
            "open",
            id="adjourned, with a capital",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "status": "abandoned"}],
            {},
            "open",
            id="a status that nobody can read",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "status": "rearranged"}],
            {},
            "open",
            id="rearranged",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "scheduled_at": "2026-03-20T10:00", "effective": False}],
            {"icpc_held": "2026-03-20"},
            "open",
            id="failed in one feed, held in another",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "effective": "no"}],
            {},
            "open",
            id="whether it came about cannot be read",
        ),
        pytest.param(
            [{"id": "M", "kind": "icpc", "held_on": "2026-03-20", "effective": False}],
            {"icpc_held": "2026-03-27"},
            "met",
            id="failed, and held a week later",
        ),
    ],
)
def test_a_failed_conference_was_not_held(stand, meetings, facts, expected):
    assert states(stand(meetings=meetings, facts=facts))["icpc-limit"] == expected


@pytest.mark.parametrize(
    ("received", "late"),
    [
        pytest.param("2026-03-06", False, id="a date on the due day"),
        pytest.param("2026-03-06T17:00", False, id="at five"),
        pytest.param("2026-03-06T17:01", True, id="a minute past five"),
        pytest.param("2026-03-07", True, id="the day after"),
    ],
)
def test_late_or_in_time(stand, received, late):
    assert stand(facts={"invite_list_received": received})["icpc-invite-list"].late is late


def test_whichever_of_several_facts_came_first_meets_it(read, rule_of, under):
    met_by = ("agency_report_submitted", "invite_list_received")
    rule = rule_of(
        "icpc", "day 5 of strategy_discussion_held", "strategy_discussion_held is recorded", met_by
    )
    record = read(
        facts={
            **ENQUIRY,
            "agency_report_submitted": "2026-03-12",
            "invite_list_received": "2026-03-05",
        }
    )

    (found,) = under(rule, record, at("2026-04-01T12:00")).values()

    assert (found.late, found.met_at) == (False, at("2026-03-05T00:00"))


EACH = ("conference_information_mailbox", "health", "police")


@pytest.mark.parametrize(
    ("received", "met_at"),
    [
        pytest.param(["2026-03-05"], "2026-03-05", id="one receipt"),
        pytest.param([("2026-03-04", "police")], None, id="the police only"),
        pytest.param(
            [("2026-03-04", "conference_information_mailbox")], None, id="the desk only, by name"
        ),
        pytest.param([("2026-03-04", "education")], None, id="somebody who need not have it"),
        pytest.param([("2026-03-03", "police"), ("2026-03-05", "health")], None, id="two of three"),
        pytest.param(
            [("2026-03-05", EACH[0]), ("2026-03-03", EACH[1]), ("2026-03-04", EACH[2])],
            "2026-03-05",
            id="all three: the last",
        ),
        pytest.param(
            [
                ("2026-03-03", EACH[0]),
                ("2026-03-09", EACH[0]),
                ("2026-03-04", EACH[1]),
                ("2026-03-04", EACH[2]),
            ],
            "2026-03-04",
            id="a second receipt changes nothing",
        ),
        pytest.param(
            [("2026-03-03", "police"), "2026-03-09"],
            "2026-03-09",
            id="one of them, and one without a name",
        ),
    ],
)
def test_a_list_for_three_recipients(stand, received, met_at):
    facts = [one if isinstance(one, str) else {"at": one[0], "about": one[1]} for one in received]

    found = stand(facts={"invite_list_received": facts})["icpc-invite-list"]

    assert (found.met_at and found.met_at.date().isoformat()) == met_at


def test_a_plan_held_elsewhere_raises_no_clock_of_ours(stand):
    assert stand(plan_held_by="another-shire") == {}


def test_a_first_core_group_is_for_a_plan_only(stand):
    held = {"icpc_held": "2026-03-20"}
    plan = {"conference_decision_recorded": {"at": "2026-03-20", "value": "plan"}}
    none = {"conference_decision_recorded": {"at": "2026-03-20", "value": "no_plan"}}
    unread = {"conference_decision_recorded": {"at": "2026-03-20", "value": "?"}}

    assert "first-core-group" not in stand(facts=held)
    assert "first-core-group" not in stand(facts={**held, **none})
    assert states(stand(facts={**held, **plan}))["first-core-group"] == "open"
    # when in doubt, open
    assert states(stand(facts={**held, **unread}))["first-core-group"] == "open"


def test_two_enquiries_keep_their_facts_apart(deciding, read):
    record = read(
        pathway="stoke-on-trent",
        facts={
            "strategy_discussion_held": ["2026-03-02", "2026-06-01"],
            "s47_decision_recorded": [
                {"at": day, "value": "section_47"} for day in ("2026-03-02", "2026-06-01")
            ],
            "s47_concluded": [
                {"at": "2026-03-06", "value": "at_risk"},
                {"at": "2026-06-05", "value": "not_at_risk"},
            ],
            "invite_list_received": "2026-03-06",
            "icpc_held": "2026-03-20",
        },
    )

    answer = deciding.decide(record, at("2026-07-01T12:00"))

    assert {one.id: str(one.state) for one in answer.obligations} == {
        "SC-1/icpc-invite-list/icpc-1": "met",
        "SC-1/icpc-by-day-15/icpc-1": "met",
        "SC-1/icpc-limit/icpc-1": "met",
        "SC-1/icpc-invite-list/icpc-2": "withdrawn",
        "SC-1/icpc-by-day-15/icpc-2": "open",
        "SC-1/icpc-limit/icpc-2": "open",
    }


def test_an_obligation_decided_earlier_does_not_know_what_came_later(stand):
    facts = {"invite_list_received": "2026-03-05T12:00"}

    assert states(stand("2026-03-05T11:59", facts=facts))["icpc-invite-list"] == "open"
    assert states(stand("2026-03-05T12:00", facts=facts))["icpc-invite-list"] == "met"


def test_a_remark_is_made_while_its_condition_holds(stand):
    (remark,) = stand()["icpc-invite-list"].remarks

    assert "not recorded as concluded" in remark
    assert (
        stand(facts={"s47_concluded": {"at": "2026-03-05", "value": "at_risk"}})[
            "icpc-invite-list"
        ].remarks
        == ()
    )
