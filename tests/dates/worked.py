"""The worked cases as records: a plain one, one over Christmas, one before Easter, and two rearranged ones.

Source: clauses.md section 14 (A to C: the conference is held on Day 15, each review on its limit),
READINGS section 4 (D and E: the anchor is the conference held, not Day 15).
"""

from datetime import UTC, datetime
from typing import Any

STRATEGY = {
    "A": "2025-11-03",
    "B": "2025-12-12",
    "C": "2026-03-28",
    "D": "2025-11-03",
    "E": "2025-11-03",
}
CONFERENCE = {
    "A": "2025-11-21",
    "B": "2026-01-06",
    "C": "2026-04-20",
    "D": "2025-11-26",
    "E": "2025-11-19",
}
CORE_GROUP = {"A": "2025-12-05", "B": "2026-01-20", "C": "2026-05-05"}
REVIEW = {"A": "2026-02-20", "B": "2026-04-02", "C": "2026-07-20"}
SECOND_REVIEW = {"A": "2026-08-20", "B": "2026-10-02", "C": "2027-01-20"}
INVITEES = [
    {"id": "I-1", "agency": "police", "role": "police_officer", "report_expected": True, "key": True},
    {"id": "I-2", "role": "parents_carers", "is_family": True},
]  # fmt: skip


def case(letter: str, pathway: str, clause: str = "") -> dict[str, Any]:
    """Return the whole case, as it is known after its first review, with what a clause needs beside it."""
    strategy, conference = STRATEGY[letter], CONFERENCE[letter]
    facts: dict[str, Any] = {
        "concern_identified": strategy,
        "strategy_discussion_held": strategy,
        "s47_decision_recorded": {"at": strategy, "value": "section_47"},
        "s47_concluded": {"at": strategy, "value": "at_risk"},
        "conference_decision_recorded": {"at": conference, "value": "plan"},
        "plan_started": conference,
    }
    meetings = [_meeting("M-1", "icpc", conference, held=True)]
    if letter in "DE":
        first = _meeting("M-0", "icpc", "2025-11-21", held=False)
        meetings.insert(0, {**first, "status": "rearranged", "rearranged_to": "M-1"})
    else:
        facts["core_group_held"] = CORE_GROUP[letter]
        facts["review_decision_recorded"] = {"at": REVIEW[letter], "value": "continue"}
        meetings += [
            _meeting("M-2", "rcpc", REVIEW[letter], held=True),
            _meeting("M-3", "rcpc", SECOND_REVIEW[letter], held=False),
        ]
    if clause == "MAN-074":
        facts["receiving_authority_notified"] = strategy
    if clause == "DEV-047":
        review = REVIEW[letter]
        facts["review_decision_recorded"] = {"at": review, "value": "end"}
        facts["plan_ended"] = {"at": review, "value": "no_longer_at_risk"}
        facts["cin_plan_started"] = {"at": review, "value": "started"}
    return {
        "ref": f"CASE-{letter}", "pathway": pathway, "born_on": "2008-02-29", "facts": facts, "meetings": meetings
    }  # fmt: skip


def _meeting(name: str, kind: str, day: str, *, held: bool) -> dict[str, Any]:
    more = {"held_on": f"{day}T10:00", "ends_at": f"{day}T12:30"} if held else {}
    return {
        "id": name, "kind": kind, "status": "held" if held else "booked", "scheduled_at": f"{day}T10:00",
        "invitees": INVITEES, **more,
    }  # fmt: skip


def known(letter: str) -> datetime:
    """Return a moment after the first review and before the second."""
    day = REVIEW.get(letter, "2025-12-29")
    return datetime.fromisoformat(f"{day}T20:00").replace(tzinfo=UTC)
