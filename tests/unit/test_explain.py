"""Explain against a slow calculation of our own, day by day, that shares no code with what decides."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import yaml

from daemon.decide.duties.explain import explain
from daemon.decide.record.reading import read_record
from daemon.rulebook import shipped

LONDON = ZoneInfo("Europe/London")
LIST = yaml.safe_load((shipped() / "holidays" / "england-and-wales.yaml").read_text())
BANK_HOLIDAYS = {date.fromisoformat(str(entry["date"])) for entry in LIST["days"]}
RECORDS = 3_000


def five(day):
    return datetime(day.year, day.month, day.day, 17, tzinfo=LONDON)


def walk(day, steps):
    """Return the day that many working days after, one day at a time."""
    while steps:
        day += timedelta(days=1)
        if day.weekday() < 5 and day not in BANK_HOLIDAYS:
            steps -= 1
    return day


def draw(random):
    """Return a history as plain values: days, and what is known at the end."""
    start = date(2019, 1, 1) + timedelta(days=random.randrange(365 * 8))
    later = lambda most: start + timedelta(days=random.randrange(most))  # noqa: E731
    maybe = lambda value: value if random.random() < 0.6 else None  # noqa: E731
    return {
        "strategy": start,
        "decision": random.choice(["section_47"] * 8 + ["section_17", "?"]),
        "concluded": maybe((later(14), random.choice(["at_risk", "at_risk", "not_at_risk", "?"]))),
        "threshold": (later(10), random.choice(["met", "not_met", "discrepancy"]))
        if random.random() < 0.2
        else None,
        "liaison": later(20) if random.random() < 0.2 else None,
        "not_required": (later(20), random.choice(["moved", "other", "?"]))
        if random.random() < 0.1
        else None,
        "listed": maybe(
            datetime.combine(later(12), datetime.min.time())
            + timedelta(minutes=random.randrange(1440))
        ),
        "held": maybe(start + timedelta(days=random.randrange(1, 40))),
        "failed": random.random() < 0.2,
        "outcome": random.choice(["plan", "plan", "no_plan", "?"]),
        "core_group": maybe(start + timedelta(days=random.randrange(1, 70))),
        "asked": start + timedelta(days=random.randrange(80)),
    }


def as_record(ref, one):
    """Return the history as a case record, the conference on a meeting or on the case."""
    facts = {
        "strategy_discussion_held": one["strategy"].isoformat(),
        "s47_decision_recorded": {"at": one["strategy"].isoformat(), "value": one["decision"]},
    }
    for name, key in (
        ("s47_concluded", "concluded"),
        ("icpc_threshold_decision_recorded", "threshold"),
        ("icpc_not_required", "not_required"),
    ):
        if one[key]:
            facts[name] = {"at": one[key][0].isoformat(), "value": one[key][1]}
    if one["liaison"]:
        facts["agency_liaison_recorded"] = one["liaison"].isoformat()
    if one["listed"]:
        facts["invite_list_received"] = one["listed"].isoformat()
    meetings = []
    if one["held"]:
        facts["conference_decision_recorded"] = {
            "at": one["held"].isoformat(),
            "value": one["outcome"],
        }
        meetings.append(
            {
                "id": f"M-{ref}",
                "kind": "icpc",
                "held_on": one["held"].isoformat(),
                "effective": not one["failed"],
            }
        )
    if one["core_group"]:
        facts["core_group_held"] = one["core_group"].isoformat()
    return {"ref": ref, "pathway": "stoke-on-trent", "facts": facts, "meetings": meetings}


def slowly(one):
    """Return {rule: (due, state, late)} by hand, from the words of the procedure."""
    asked = one["asked"]
    seen = lambda entry: entry if entry and entry[0] <= asked else None  # noqa: E731
    concluded, threshold = seen(one["concluded"]), seen(one["threshold"])
    not_required = seen(one["not_required"])
    none_needed = not_required is not None and not_required[1] != "?"
    held = one["held"] if one["held"] and one["held"] <= asked and not one["failed"] else None
    start, found = one["strategy"], {}

    # the list: Day 5, while the enquiry may lead to a conference
    end_of_asked = datetime.combine(asked, time(23, 59))
    listed = one["listed"] if one["listed"] and one["listed"] <= end_of_asked else None
    due = five(walk(start, 4))
    if listed:
        found["icpc-invite-list"] = (due, "met", listed.replace(tzinfo=LONDON) > due)
    else:
        over = (concluded and concluded[1] == "not_at_risk") or (
            threshold and threshold[1] == "not_met"
        )
        found["icpc-invite-list"] = (due, "withdrawn" if over or none_needed else "open", None)

    # the conference: Day 15, and fifteen working days
    told = one["liaison"] and one["liaison"] <= asked
    over = (
        none_needed
        or (threshold and threshold[1] == "not_met")
        or (concluded and concluded[1] == "not_at_risk" and told)
    )
    for rule, days in (("icpc-by-day-15", 14), ("icpc-limit", 15)):
        due = five(walk(start, days))
        if held:
            found[rule] = (due, "met", held > due.date())
        else:
            found[rule] = (due, "withdrawn" if over else "open", None)

    # the first core group: ten working days after the conference that made a plan
    if held and one["outcome"] != "no_plan":
        due = five(walk(held, 10))
        core = one["core_group"]
        if core and held <= core <= asked:
            found["first-core-group"] = (due, "met", core > due.date())
        else:
            found["first-core-group"] = (due, "open", None)
    if one["decision"] == "section_17":  # no enquiry: only a conference that was held all the same
        return {rule: stands for rule, stands in found.items() if rule == "first-core-group"}
    return found


def test_three_thousand_random_histories_agree_with_a_slow_calculation(deciding):
    random = Random(47)
    seen = set()
    for number in range(RECORDS):
        one = draw(random)
        asked = one["asked"]
        reading = read_record(as_record(f"R-{number}", one), deciding.words)
        at = datetime(asked.year, asked.month, asked.day, 23, 59, tzinfo=LONDON)

        said = explain(reading.record, reading.problems, deciding, at)

        found = {
            each["rule"]: (datetime.fromisoformat(each["due_at"]), each["state"], each["late"])
            for each in said["obligations"]
        }
        expected = slowly(one)
        if ended_on_the_day_it_began(one):
            assert "icpc-invite-list" not in found, one  # it was over before it could open
            expected.pop("icpc-invite-list", None)
        assert found == expected, one
        overdue = {each["rule"] for each in said["obligations"] if each["overdue"]}
        assert overdue == {
            rule for rule, (due, state, _) in expected.items() if state == "open" and due < at
        } & set(found)
        seen |= {(rule, state, late) for rule, (_, state, late) in expected.items()}
    assert len(seen) == 15  # every duty in every state that it can have


def ended_on_the_day_it_began(one):
    concluded, threshold = one["concluded"], one["threshold"]
    return (concluded == (one["strategy"], "not_at_risk")) or (
        threshold == (one["strategy"], "not_met")
    )


def test_every_rung_stands_with_its_moment_its_people_and_where_it_comes_from(deciding, read):
    record = read(
        pathway="stoke-on-trent",
        facts={
            "strategy_discussion_held": "2026-08-27",
            "s47_decision_recorded": {"at": "2026-08-27", "value": "section_47"},
        },
    )

    said = explain(record, (), deciding, datetime(2026, 8, 28, tzinfo=LONDON))

    (listed,) = [one for one in said["obligations"] if one["rule"] == "icpc-invite-list"]
    assert [
        (one["name"], one["at"], one["kind"], one["from_document"]) for one in listed["rungs"]
    ] == [
        ("invite-list-reminder", "2026-09-02T08:00:00+00:00", "tell", False),
        ("invite-list-due-today", "2026-09-03T08:00:00+00:00", "tell", False),
        ("invite-list-missed", "2026-09-03T16:00:00+00:00", "ask", True),
        ("invite-list-still-missing", "2026-09-04T12:00:00+00:00", "tell", False),
    ]


@pytest.mark.parametrize(
    ("pathway", "clauses"),
    [
        pytest.param("stoke-on-trent", ["STK-055"], id="a pack that carries it"),
        pytest.param("statutory-england", [], id="the base itself"),
        pytest.param("atlantis", [], id="a pathway without a pack"),
    ],
)
def test_a_shared_rule_names_the_clauses_of_the_records_own_pathway(
    deciding, read, pathway, clauses
):
    record = read(
        pathway=pathway,
        facts={
            "strategy_discussion_held": "2026-03-02",
            "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
        },
    )

    said = explain(record, (), deciding, datetime(2026, 3, 4, tzinfo=LONDON))

    (limit,) = [one for one in said["obligations"] if one["rule"] == "icpc-limit"]
    assert (limit["clauses"], limit["basis"]) == (clauses, "statutory")
    assert (said["problems"] == []) == (pathway != "atlantis")


def test_an_answer_says_the_day_to_the_second_and_sorts_nothing_away(deciding, read):
    said = explain(
        read(pathway="stoke-on-trent"), (), deciding, datetime(2026, 3, 4, tzinfo=LONDON)
    )

    assert said == {
        "ref": "SC-1",
        "at": "2026-03-04T00:00:00+00:00",
        "obligations": [],
        "problems": [],
    }
