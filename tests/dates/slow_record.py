"""One case record in its JSON form, read plainly into facts, each with what it stands on.

Written from DOMAIN section 2; no code of the service is used.
"""

from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple

from tests.dates.slow_days import LONDON, london_day

YES_NO = ("yes", "no")
SHARED = ("shared", "exempt")
VALUES = {
    "s47_decision_recorded": ("section_47", "section_17", "none"),
    "icpc_threshold_decision_recorded": ("met", "not_met", "discrepancy"),
    "s47_concluded": ("at_risk", "not_at_risk"),
    "icpc_not_required": ("not_at_risk", "threshold_not_met", "moved", "other"),
    "conference_decision_recorded": ("plan", "no_plan"),
    "review_decision_recorded": ("continue", "change", "end"),
    "plan_ended": ("no_longer_at_risk", "age_18", "moved", "died", "left_uk", "other"),
    "child_attendance_advice_recorded": ("attend", "not_attend"),
    "venue_risk_discussion_recorded": ("risk", "no_risk"),
    "parent_arrangements_recorded": ("help_needed", "in_place"),
    "advocacy_offer_recorded": ("accepted", "declined"),
    "conference_report_shared": SHARED,
    "review_report_shared": SHARED,
    "agency_report_shared_with_family": SHARED,
    "minutes_shared_with_family": SHARED,
    "child_moved_area": ("permanent", "temporary"),
}
AHEAD = ("_scheduled", "plan_action_due", "policy_review_date")
KINDS = {
    "icpc": "icpc",
    "pre_birth": "icpc",
    "rcpc": "rcpc",
    "core_group": "core_group",
    "strategy": "strategy",
}
HELD = {
    "icpc": "icpc_held", "rcpc": "rcpc_held", "core_group": "core_group_held", "strategy": "strategy_discussion_held",
    "midpoint_review": "midpoint_review_recorded", "transfer_out": "receiving_conference_held",
}  # fmt: skip


class Fact(NamedTuple):
    """Something that has happened, and what it stands on."""

    at: datetime
    name: str
    whole: bool
    value: str | None = None
    known: bool = True
    about: str | None = None
    meeting: str | None = None
    kind: str | None = None
    invitee: str | None = None
    part: str | None = None  # the plan or action

    @property
    def day(self) -> date:
        return london_day(self.at)


def moment(text: str) -> tuple[datetime, bool]:
    if "T" not in text:
        return datetime.combine(date.fromisoformat(text), time(), LONDON).astimezone(UTC), True
    value = datetime.fromisoformat(text)
    return (value if value.tzinfo else value.replace(tzinfo=LONDON)).astimezone(UTC), False


def kind_of(meeting: dict[str, Any]) -> str:
    if meeting["kind"] == "transfer_in":
        return "icpc" if meeting.get("direction") == "in" else "transfer_out"
    return str(KINDS.get(meeting["kind"], meeting["kind"]))


def has_failed(meeting: dict[str, Any]) -> bool:
    """READINGS section 2, 12: a failed conference is not held, whatever `held_on` says."""
    return meeting.get("effective") is False or meeting.get("status") in ("adjourned", "rearranged")


def is_live(meeting: dict[str, Any]) -> bool:
    return bool(
        meeting.get("scheduled_at")
        and not has_failed(meeting)
        and meeting.get("status") != "cancelled"
    )


def ids(meetings: list[dict[str, Any]]) -> list[str]:
    return [meeting["id"] for meeting in meetings]


def _table(facts: dict[str, Any], **where: str | None) -> list[Fact]:
    found = []
    for name, value in facts.items():
        for item in value if isinstance(value, list) else [value]:
            body = item if isinstance(item, dict) else {"at": item}
            at, whole = moment(body["at"])
            said = body.get("value")
            if name in VALUES and said is None and VALUES[name] == SHARED:
                said = "shared"
            known = name not in VALUES or said in VALUES[name]
            found.append(Fact(at, name, whole, said, known, body.get("about"), **where))
    return found


def everything(record: dict[str, Any]) -> list[Fact]:
    """Return every fact of the record, those that meetings, plans and actions carry by their dates included."""
    found = _table(record["facts"])
    failed, alive = set(), set()
    for meeting in record.get("meetings", ()):
        kind = kind_of(meeting)
        here = {"meeting": meeting["id"], "kind": kind}
        found += _table(meeting.get("facts", {}), **here)
        for invitee in meeting.get("invitees", ()):
            found += _table(invitee.get("facts", {}), **here, invitee=invitee["id"])
        if meeting.get("held_on") and not has_failed(meeting) and kind in HELD:
            at, whole = moment(meeting["held_on"])
            found.append(Fact(at, HELD[kind], whole, **here))
        if has_failed(meeting):
            days = [meeting[key] for key in ("held_on", "scheduled_at") if meeting.get(key)]
            failed |= {(HELD.get(kind), london_day(moment(day)[0])) for day in days}
        elif is_live(meeting):
            alive.add((HELD.get(kind), day_of(meeting)))
    for plan in record.get("plans", ()):
        found += _table(plan.get("facts", {}), part=plan["id"])
        if plan.get("started_on"):
            found.append(Fact(*_whole(plan["started_on"], "plan_started"), part=plan["id"]))
        if plan.get("ended_on") and "plan_ended" not in plan.get("facts", {}):
            ended = _whole(plan["ended_on"], "plan_ended")
            found.append(Fact(*ended, known=False, part=plan["id"]))
    for action in record.get("actions", ()):
        found += _table(action.get("facts", {}), part=action["id"])
    kept = [one for one in found if one.meeting or (one.name, one.day) not in failed - alive]
    return sorted(kept, key=lambda one: one.at)


def _whole(text: str, name: str) -> tuple[datetime, str, bool]:
    return moment(text)[0], name, True


def day_of(meeting: dict[str, Any]) -> date:
    return london_day(moment(meeting.get("held_on") or meeting["scheduled_at"])[0])


def place(meeting: dict[str, Any]) -> tuple[date, int, str]:
    return day_of(meeting), meeting.get("attempt") or 0, meeting["id"]
