"""The part of a story that is a plan: its core groups, mid-points, reviews and end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dates.enquiry import Enquiry


class Plan:
    """A child protection plan from the day of its conference on."""

    def __init__(self, enquiry: Enquiry, day: date) -> None:
        self.enquiry, self.day, self.story, self.dice = enquiry, day, enquiry.story, enquiry.dice
        self.reviewed: set[date] = set()

    def tell(self) -> None:
        tale = self.story
        if tale.chance(0.85) and tale.shown(self.day):
            if tale.chance(0.5):
                tale.plans.append(
                    {
                        "id": f"P-{self.enquiry.mark}",
                        "started_on": self.day.isoformat(),
                        "facts": {},
                    }
                )
            else:
                tale.add("plan_started", self.day)
        self._core_groups()
        ended = self._reviews()
        self._midpoints()
        if ended or tale.chance(0.08):
            self._end(ended or tale.later(self.day, 20, 300))

    def _core_groups(self) -> None:
        tale, day = self.story, tale_day(self, 1, 22)
        while tale.shown(day) and tale.chance(0.85):
            meeting: dict[str, Any] | None = None
            if tale.chance(0.6):
                meeting = self.enquiry._meeting("core_group", day)
                if tale.chance(0.1):
                    meeting["status"] = self.dice.choice(("rearranged", "adjourned"))
                    meeting["held_on"] = day.isoformat()
                else:
                    meeting.update(status="held", held_on=day.isoformat())
                tale.meetings.append(meeting)
            else:
                tale.add("core_group_held", day)
            following = tale.later(day, 12, 50)
            has_failed = meeting is not None and meeting["status"] != "held"
            if tale.chance(0.6) and not has_failed:
                sent = min(tale.later(day, 0, 11), following - timedelta(days=1))
                tale.add("core_group_pack_sent", sent, to=meeting)
            day = following

    def _midpoints(self) -> None:
        tale, day = self.story, tale_day(self, 25, 60)
        while tale.shown(day) and tale.chance(0.7):
            if day not in self.reviewed:  # which of the two neighbours it belongs to, nobody says
                tale.add("midpoint_review_recorded", day)
            day = tale.later(day, 50, 120)

    def _reviews(self) -> date | None:
        """Return the day on which a review ended the plan."""
        tale, held = self.story, self.day
        for number in range(6):
            day = tale.later(held, 40, 100) if number == 0 else tale.later(held, 60, 200)
            self.reviewed.add(day)
            made = tale.later(held, 0, 40)
            if not tale.shown(made) or not tale.chance(0.9):
                return None
            if tale.chance(0.12) and tale.shown(day):
                tale.add("rcpc_held", day)
                tale.add("review_decision_recorded", day, tale.value("continue", "change"))
                held = day
                continue
            meeting = self.enquiry._meeting("rcpc", day)
            if tale.chance(0.12) and tale.shown(day):
                self._fail(meeting, day)
                day = tale.later(day, 3, 15)
                self.reviewed.add(day)
                meeting = self.enquiry._meeting("rcpc", day)
            tale.meetings.append(meeting)
            self._prepare(meeting, held, day)
            if not tale.shown(day) or not tale.chance(0.9):
                return None
            meeting.update(status="held", held_on=day.isoformat())
            if tale.chance(0.3):
                tale.add("minutes_available", tale.later(day, 0, 30), to=meeting)
            decision = tale.value("continue", "change", "continue", "end")
            if tale.chance(0.9):
                tale.add(
                    "review_decision_recorded",
                    day,
                    decision,
                    to=meeting if tale.chance(0.6) else None,
                )
                if decision == "end":
                    return day
            held = day
        return None

    def _fail(self, meeting: dict[str, Any], day: date) -> None:
        meeting["status"] = self.dice.choice(("rearranged", "adjourned", "cancelled"))
        if meeting["status"] != "cancelled":
            meeting["held_on"] = day.isoformat()
        self.story.meetings.append(meeting)

    def _prepare(self, meeting: dict[str, Any], since: date, day: date) -> None:
        tale = self.story
        for name, least, most in (
            ("invite_list_received", -22, -4), ("chair_review_check_recorded", -6, 1),
            ("crm_sw_conversation_recorded", -6, 1), ("review_report_completed", -8, 0),
        ):  # fmt: skip
            if tale.chance(0.6):
                tale.add(
                    name, max(since + timedelta(days=1), tale.later(day, least, most)), to=meeting
                )
        for person in meeting["invitees"]:
            if not tale.chance(0.6):
                continue
            name = "review_report_shared" if person.get("is_family") else "agency_report_submitted"
            value = tale.value("shared", "exempt") if person.get("is_family") else None
            tale.add(name, tale.later(day, -9, 1), value, to=person)
        if not any(one.get("is_family") for one in meeting["invitees"]) and tale.chance(0.6):
            tale.add(
                "review_report_shared", tale.later(day, -9, 1), tale.value("shared"), to=meeting
            )

    def _end(self, day: date) -> None:
        tale = self.story
        if not tale.shown(day):
            return
        value = tale.value(
            "no_longer_at_risk", "no_longer_at_risk", "moved", "age_18", "left_uk", "other"
        )
        own = [plan for plan in tale.plans if plan["id"] == f"P-{self.enquiry.mark}"]
        if own:
            own[0]["ended_on"] = day.isoformat()
            if tale.chance(0.8):
                tale.add("plan_ended", day, value, to=own[0])
        else:
            tale.add("plan_ended", day, value)


def tale_day(plan: Plan, least: int, most: int) -> date:
    return plan.story.later(plan.day, least, most)
