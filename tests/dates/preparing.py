"""The part of a story that comes before an initial conference: visits, lists, reports and calls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.dates.enquiry import Enquiry
    from tests.dates.records import Story

PREPARATION = (
    "duty_chair_triage_recorded", "cp_chair_allocated", "weekly_diary_entry_added", "child_seen", "family_met",
    "chair_s47_review_recorded", "child_voice_work_recorded", "child_attendance_mode_recorded",
    "chair_checklist_started", "conference_report_authorised", "police_report_received",
    "service_manager_advised", "s47_initiated", "icpc_required_notified",
)  # fmt: skip
CHOICES = {
    "child_attendance_advice_recorded": ("attend", "not_attend"),
    "venue_risk_discussion_recorded": ("risk", "no_risk"),
    "parent_arrangements_recorded": ("help_needed", "in_place"),
    "advocacy_offer_recorded": ("accepted", "declined"),
}


class Preparing:
    """What is done between a strategy discussion and its conference, on the case or on the meeting."""

    def __init__(self, enquiry: Enquiry, attempts: list[dict[str, Any]], booked: date) -> None:
        self.story, self.dice, self.day, self.booked = (
            enquiry.story,
            enquiry.dice,
            enquiry.day,
            booked,
        )
        self.live = attempts[-1] if attempts else None
        self.reach = (booked - enquiry.day).days + 4

    def place(self) -> dict[str, Any] | None:
        return self.live if self.live is not None and self.story.chance(0.5) else None

    def some_day(self, least: int = 0) -> date:
        return self.story.later(self.day, least, self.reach)

    def tell(self) -> None:
        tale = self.story
        for name in PREPARATION:
            if tale.chance(0.55):
                tale.add(name, self.some_day(), to=self.place())
        for name, choices in CHOICES.items():
            if tale.chance(0.55):
                tale.add(name, self.some_day(), tale.value(*choices), to=self.place())
        if tale.chance(0.3):
            tale.add("venue_risk_assessment_completed", self.some_day(3), to=self.place())
        if tale.chance(0.7):
            self._list(tale.later(self.day, 0, 9), self.place())
        for name, value in (
            ("conference_report_shared", True),
            ("chair_parent_contact_recorded", False),
        ):
            if tale.chance(0.6):
                near = tale.later(self.booked, -6, 1)
                towards_parents(tale, name, near, self.live, self.place(), has_value=value)
        self._reports()

    def _reports(self) -> None:
        tale = self.story
        for person in self.live["invitees"] if self.live else ():
            if person.get("is_family") or not tale.chance(0.5):
                continue
            on_list = tale.chance(0.5)
            about = None if on_list else self.dice.choice((person["agency"], person["id"]))
            where = person if on_list else self.live
            tale.add(
                "agency_report_submitted", tale.later(self.booked, -9, 2), to=where, about=about
            )
            if tale.chance(0.5):
                day, value = tale.later(self.booked, -5, 2), tale.value("shared", "exempt")
                tale.add("agency_report_shared_with_family", day, value, to=where, about=about)

    def _list(self, day: date, where: dict[str, Any] | None) -> None:
        tale = self.story
        if tale.chance(0.6):
            tale.add("invite_list_received", day, to=where)
            return
        everybody = ("conference_information_mailbox", "health", "police")
        for who in self.dice.sample(everybody, self.dice.choice((1, 2, 3, 3))):
            tale.add("invite_list_received", tale.later(day, 0, 3), to=where, about=who)


def towards_parents(
    tale: Story, name: str, day: date, meeting: dict[str, Any] | None, where: dict[str, Any] | None, *,
    has_value: bool,
) -> None:  # fmt: skip
    """Record a fact towards each parent on the list, on a day near the one given; of nobody where there is none."""
    parents = [one for one in meeting["invitees"] if one.get("is_family")] if meeting else []
    value = tale.value("shared", "shared", "exempt") if has_value else None
    if not parents:
        tale.add(name, day, value, to=where)
    for parent in parents:
        if tale.chance(0.7):
            when = tale.later(day, 0, 3)
            if tale.chance(0.5):
                tale.add(name, when, value, to=parent)
            else:
                tale.add(name, when, value, to=meeting, about=parent["id"])
