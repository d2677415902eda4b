"""The part of a story that is one enquiry, its conference, and the plan that follows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from tests.dates.plan import Plan
from tests.dates.preparing import Preparing, towards_parents

if TYPE_CHECKING:
    from tests.dates.records import Story


class Enquiry:
    """From a strategy discussion on; `mark` keeps the ids of two enquiries apart."""

    def __init__(self, story: Story, day: date, mark: str, pathway: str) -> None:
        self.story, self.day, self.mark, self.pathway = story, day, mark, pathway
        self.dice = story.dice
        self.count = 0

    def tell(self, *, is_second: bool = False) -> None:
        tale = self.story
        if tale.chance(0.7 if self.pathway == "devon" else 0.15) and not is_second:
            concern = self.day - timedelta(days=self.dice.randrange(12))
            tale.timed.add(concern)
            tale.add("concern_identified", concern)
        if tale.chance(0.04) and not is_second:
            self._transfer_in()
            return
        if tale.chance(0.95):
            self._strategy()
        if is_second and tale.chance(0.3):
            tale.add("conference_requested", tale.later(self.day, 0, 5))
        attempts = self._conference() if tale.chance(0.85) else []
        live = attempts[-1] if attempts else None
        booked = self._day_of(live) if live else tale.later(self.day, 10, 28)
        Preparing(self, attempts, booked).tell()
        if tale.chance(0.8) and live is not None and live["status"] == "booked":
            self._hold(live, booked)
        elif live is None and tale.chance(0.4):
            tale.add("icpc_held", booked)
            self._outcome(None, booked)

    def _strategy(self) -> None:
        tale, day = self.story, self.day
        if tale.chance(0.2):
            if tale.shown(day):
                at = tale.moment(day)
                tale.timed.add(day)
                tale.meetings.append(
                    {"id": f"S-{self.mark}", "kind": "strategy", "status": "held", "held_on": at}
                )
        else:
            tale.add("strategy_discussion_held", day)
        if tale.chance(0.12):
            tale.add("strategy_discussion_held", tale.later(day, 1, 12))
        if tale.chance(0.95):
            roll = self.dice.random()
            value = (
                "section_17" if roll < 0.05 else "none" if roll < 0.08 else tale.value("section_47")
            )
            tale.add(
                "s47_decision_recorded",
                day + timedelta(days=self.dice.choice((0, 0, 0, 1, 3))),
                value,
            )
        if tale.chance(0.6):
            value = tale.value("met", "met", "met", "discrepancy", "not_met")
            tale.add("icpc_threshold_decision_recorded", tale.later(day, 0, 3), value)
        if tale.chance(0.85):
            self._conclude()

    def _conclude(self) -> None:
        tale = self.story
        day = tale.later(self.day, 0, 12)
        value = tale.value("at_risk", "at_risk", "at_risk", "not_at_risk")
        tale.add("s47_concluded", day, value)
        if value == "not_at_risk":
            if tale.chance(0.5):
                tale.add("agency_liaison_recorded", tale.later(day, 0, 4))
            if tale.chance(0.3):
                tale.add(
                    "icpc_not_required", tale.later(day, 0, 4), tale.value("not_at_risk", "other")
                )
        elif tale.chance(0.04):
            tale.add("icpc_not_required", tale.later(day, 0, 4), tale.value("moved", "other"))

    def _meeting(self, kind: str, day: date, **more: Any) -> dict[str, Any]:
        self.count += 1
        at = datetime.combine(
            day, time(self.dice.choice((9, 10, 13, 15)), self.dice.choice((0, 30)))
        )
        return {
            "id": f"{self.mark}-{self.count}", "kind": kind, "status": "booked", "scheduled_at": at.isoformat(),
            "invitees": self._invitees() if self.story.chance(0.6) else [], "facts": {}, **more,
        }  # fmt: skip

    def _invitees(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {
                "id": f"I-{number}",
                "agency": agency,
                "role": "professionals",
                "report_expected": True,
                "key": True,
            }
            for number, agency in enumerate(
                self.dice.sample(("police", "health", "school", "health"), 3)
            )
        ]
        found += [
            {"id": f"P-{number}", "agency": None, "role": "parents_carers", "is_family": True}
            for number in range(self.dice.choice((0, 1, 2)))
        ]
        return found

    def _day_of(self, meeting: dict[str, Any]) -> date:
        return datetime.fromisoformat(meeting["scheduled_at"]).date()

    def _conference(self) -> list[dict[str, Any]]:
        """Return the attempts at the initial conference that the record shows by now."""
        tale = self.story
        made = tale.later(self.day, 0, 10)
        if not tale.shown(made):
            return []
        kind = "pre_birth" if tale.chance(0.05) else "icpc"
        day = tale.later(self.day, 6, 32)
        while day in tale.met_on():
            day += timedelta(days=1)
        attempts = [self._meeting(kind, day)]
        if tale.chance(0.7):
            tale.add("icpc_booked", made)
        while tale.chance(0.18):
            failed = attempts[-1]
            moved = tale.later(self._day_of(failed), -5, 14)
            decided = min(self._day_of(failed), moved)
            if not tale.shown(decided):
                break
            failed["status"] = self.dice.choice(("rearranged", "adjourned", "cancelled"))
            if failed["status"] != "cancelled" and tale.chance(0.4):
                failed["held_on"] = self._day_of(failed).isoformat()
            if tale.chance(0.5) and failed["status"] == "adjourned":
                failed["effective"] = False
            more = {"attempt": len(attempts) + 1} if tale.is_numbered else {}
            day = max(moved, self.day + timedelta(days=5))
            attempts.append(self._meeting(kind, day, **more))
            if failed["status"] == "rearranged":
                failed["rearranged_to"] = attempts[-1]["id"]
            attempts[-1]["invitees"] = failed["invitees"]
            if tale.chance(0.5):
                tale.add("icpc_rearranged", min(decided, moved))
        tale.meetings.extend(attempts)
        return attempts

    def _hold(self, meeting: dict[str, Any], day: date) -> None:
        tale = self.story
        if not tale.shown(day):
            return
        if tale.chance(0.15):
            tale.add("icpc_held", day)
        else:
            meeting["status"] = "held"
            tale.timed.add(day)
            meeting["held_on"] = day.isoformat() if tale.chance(0.5) else meeting["scheduled_at"]
            if tale.chance(0.6):
                hour = self.dice.choice((12, 14, 16, 18))
                meeting["ends_at"] = datetime.combine(
                    day, time(hour, self.dice.choice((0, 20)))
                ).isoformat()
        self._outcome(meeting, day)

    def _transfer_in(self) -> None:
        tale = self.story
        day = tale.later(self.day, 2, 20)
        meeting = self._meeting("transfer_in", day, direction="in")
        if tale.shown(self.day):
            tale.meetings.append(meeting)
            self._hold(meeting, day)

    def _outcome(self, meeting: dict[str, Any] | None, day: date) -> None:
        tale = self.story
        where = meeting if meeting is not None and tale.chance(0.5) else None
        decision = None
        if tale.chance(0.9):
            decision = tale.value("plan", "plan", "plan", "plan", "no_plan")
            tale.add("conference_decision_recorded", day, decision, to=where)
        for name, most in (("decisions_draft_sent", 4), ("minutes_available", 45)):
            if tale.chance(0.6):
                tale.add(name, tale.later(day, 0, most), to=where)
        if tale.chance(0.5):
            shared = tale.later(day, 10, 40)
            towards_parents(
                tale, "minutes_shared_with_family", shared, meeting, where, has_value=True
            )
        if decision != "no_plan":
            Plan(self, day).tell()
