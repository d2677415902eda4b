"""Invented records of a quarter, from the strategy discussion to the reviews: in time, late, and left lying."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from daemon.domain.rules import Rule
from daemon.domain.vocabulary import Vocabulary

FIRST, LAST = date(2025, 10, 1), date(2025, 12, 31)
EARLIER = 270  # days before the quarter on which its oldest enquiry began
TEAMS = ("north", "south", "east", "west")
AGENCIES = ("police", "health", "school")
STORY = {
    "s47_decision_recorded": "section_47",
    "icpc_threshold_decision_recorded": "met",
    "s47_concluded": "at_risk",
    "conference_decision_recorded": "plan",
    "review_decision_recorded": "continue",
    "drift_identified": "no",
    "drift_audit_completed": "no_drift",
}
SELDOM = {
    "icpc_not_required",
    "plan_ended",
    "child_died",
    "pregnancy_ended",
    "presence_failed",
    "icpc_rearranged",
}
MEETINGS = {
    "icpc_held",
    "icpc_scheduled",
    "rcpc_held",
    "rcpc_scheduled",
    "core_group_held",
    "core_group_scheduled",
}


def quarter(
    cases: int, rules: Sequence[Rule], words: Vocabulary, pathway: str = "stoke-on-trent"
) -> Iterator[dict[str, Any]]:
    """Yield so many case records, the same in every run; every third has a sibling beside it.

    Nine duties in ten are met near their day.
    """
    chance = Random(2025)
    span = (LAST - FIRST).days + EARLIER
    for number in range(cases):
        if number % 3 != 1:  # else: a sibling of the one before, with the same dates
            begun = FIRST + timedelta(days=chance.randrange(span) - EARLIER)
            family, seed = f"F-{number:05}", chance.random()
        made = body(f"SC-{100_000 + number}", family, begun, pathway, Random(seed))
        yield _met(made, begun, rules, words, Random(seed))


def body(ref: str, family: str, begun: date, pathway: str, chance: Random) -> dict[str, Any]:
    """Return one case; what would lie after the quarter has not happened yet."""
    held = begun + timedelta(days=chance.choice((16, 18, 20, 21, 22, 25, 30)))
    booked = begun + timedelta(days=chance.randrange(2, 7))
    facts: dict[str, Any] = {
        "strategy_discussion_held": on(begun, chance),
        "s47_decision_recorded": {"at": on(begun, chance), "value": "section_47"},
        "s47_concluded": {"at": on(begun, chance, chance.randrange(4, 12)), "value": "at_risk"},
    }
    meetings = [meeting("M-1", "icpc", booked, held, chance)]
    if chance.random() < 0.8:
        facts["conference_decision_recorded"] = {"at": held.isoformat(), "value": "plan"}
        facts["plan_started"] = held.isoformat()
        group, review = held, held + timedelta(days=chance.choice((80, 85, 90, 100)))
        for number in range(1, 9):
            group += timedelta(days=chance.choice((9, 12, 14, 28, 28, 35)))
            meetings.append(meeting(f"M-g{number}", "core_group", group, group, chance))
        meetings.append(meeting("M-r1", "rcpc", held, review, chance))
    else:
        facts["conference_decision_recorded"] = {"at": held.isoformat(), "value": "no_plan"}
    team = chance.choice(TEAMS)
    return {
        "ref": ref, "pathway": pathway, "family": family, "team": team,
        "roles": {
            "social_worker": f"sw{chance.randrange(180):03}@council.example",
            "team_manager": f"tm-{team}@council.example",
        },
        "facts": {name: what for name, what in facts.items() if day_of(what) <= LAST},
        "meetings": [one for one in meetings if _day(one) <= LAST],
        "as_known_at": f"{LAST}T17:30:00Z",
    }  # fmt: skip


def _met(
    made: dict[str, Any], begun: date, rules: Sequence[Rule], words: Vocabulary, chance: Random
) -> dict[str, Any]:
    """Record what meets the rules, near the day on which each begins; a few are late, and a few never met."""
    first = next(iter(made["meetings"]), None)
    from_held = dict.fromkeys(("plan_started", "icpc_held", "icpc_scheduled"), first)
    for rule in rules:
        name = rule.met_by[0] if rule.met_by else ""
        kind = rule.subject.rpartition(" ")[2]
        if name not in words.facts or name in SELDOM | MEETINGS or name in made["facts"]:
            continue
        if kind == "icpc":
            meeting = from_held.get(rule.due.anchor)
            places = [(made["facts"], _day(meeting) if meeting else begun)]
        else:
            places = [(one["facts"], _day(one)) for one in made["meetings"] if one["kind"] == kind]
        for facts, start in places:
            late = chance.randrange(5, 25) if chance.random() < 0.1 else 0
            day = start + timedelta(
                days=chance.randrange(-9, -3) if rule.due.is_backward else chance.randrange(0, 4)
            )
            if day + timedelta(days=late) <= LAST and chance.random() < 0.98:
                value = STORY.get(name) or next(iter(words.facts[name].values), None)
                facts[name] = {"at": on(day, chance, late)} | ({"value": value} if value else {})
    return made


def _day(meeting: Mapping[str, Any]) -> date:
    return date.fromisoformat(meeting["scheduled_at"][:10])


def meeting(name: str, kind: str, booked: date, held: date, chance: Random) -> dict[str, Any]:
    """Return one meeting with its list of agencies."""
    start = datetime.combine(held, time(10))
    over = held <= LAST
    return {
        "id": name, "kind": kind, "status": "held" if over else "booked",
        "scheduled_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "held_on": f"{held}" if over else None, "facts": {},
        "invitees": [_invitee(f"{name}-{agency}", agency, booked, chance, over=over) for agency in AGENCIES],
    }  # fmt: skip


def _invitee(
    name: str, agency: str, booked: date, chance: Random, *, over: bool
) -> Mapping[str, Any]:
    return {
        "id": name, "agency": agency, "role": agency, "person": f"desk@{agency}.example", "key": True,
        "report_expected": True, "invited_at": f"{booked}T09:00", "delivered": True,
        "response": chance.choice(("accepted", "accepted", "none", "declined")),
        "attendance": chance.choice(("present", "present", "present", "absent")) if over else None,
    }  # fmt: skip


def on(day: date, chance: Random, later: int = 0) -> str:
    """Return a day so many days later; one in four with its time, as case systems have it."""
    day += timedelta(days=later)
    if chance.random() < 0.75:
        return day.isoformat()
    return f"{day}T{chance.randrange(9, 17):02}:{chance.randrange(0, 60, 5):02}"


def day_of(what: Any) -> date:
    """Return the day of a fact as a record writes it."""
    return date.fromisoformat((what["at"] if isinstance(what, dict) else what)[:10])
