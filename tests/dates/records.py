"""Case records by seed: likely ones and unlikely ones, as the feeds of an authority could show them on one day.

A story is told from its first concern on; what lies after the day of looking is not in the record.
"""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple

from tests.dates.enquiry import Enquiry
from tests.dates.slow_days import LONDON

PATHWAYS = (
    ("stoke-on-trent",) * 5
    + ("devon", "worcestershire", "procedures-manual") * 2
    + ("gloucestershire",)
)
FIRST, LAST = date(2019, 1, 2), date(2027, 6, 1)
YEARLY = ((3, 27), (10, 25), (12, 12), (12, 23), (12, 31), (1, 31), (8, 31), (11, 30))
AWKWARD = [
    *(date(year, month, day) for year in range(2019, 2027) for month, day in YEARLY),
    *(date(2020, 2, 29), date(2024, 2, 29), date(2020, 4, 9), date(2022, 5, 27)),
    *(date(2022, 9, 16), date(2023, 5, 5), date(2026, 3, 28)),
]
STRUCTURE = (
    "strategy_discussion_held",
    "s47_decision_recorded",
    "icpc_held",
    "rcpc_held",
    "core_group_held",
)


class Drawn(NamedTuple):
    """A record and the moment to look at it."""

    record: dict[str, Any]
    at: datetime


class Story:
    """One child's case, told with the dice of one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.start = self._first_day()
        self.end = self.start + timedelta(
            days=self.dice.choice((3, 9, 16, 25, 40, 70, 130, 280, 520))
        )
        self.end += timedelta(days=self.dice.randrange(5))
        self.facts: dict[str, list[Any]] = {}
        self.meetings: list[dict[str, Any]] = []
        self.plans: list[dict[str, Any]] = []
        self.timed: set[date] = set()
        self.is_numbered = True  # whether meetings say which attempt they are: a number within their own conference
        clock = self.dice.choice((time(0, 1), time(9), time(16, 59), time(17), time(23, 59)))
        self.at = datetime.combine(self.end, clock, LONDON).astimezone(UTC)

    def _first_day(self) -> date:
        if self.chance(0.3):
            return self.dice.choice(AWKWARD) + timedelta(days=self.dice.randrange(-2, 3))
        return FIRST + timedelta(days=self.dice.randrange((LAST - FIRST).days))

    def chance(self, likelihood: float) -> bool:
        return self.dice.random() < likelihood

    def later(self, day: date, least: int, most: int) -> date:
        """Return a day that many days on; mostly one of Monday to Friday."""
        found = day + timedelta(days=self.dice.randint(least, max(least, most)))
        while found.weekday() > 4 and self.chance(0.85):
            found += timedelta(days=1)
        return found

    def moment(self, day: date) -> str:
        """Return the day alone, or with a time in London or with its offset."""
        if self.chance(0.6):
            return day.isoformat()
        at = datetime.combine(
            day, time(self.dice.randrange(8, 20), self.dice.choice((0, 1, 30, 59)))
        )
        if self.chance(0.2):
            at = datetime.combine(day, time(17))
        return at.isoformat() if self.chance(0.7) else at.replace(tzinfo=LONDON).isoformat()

    def shown(self, day: date) -> bool:
        """Return whether a record of the day of looking would show it."""
        return day < self.end

    def add(
        self, name: str, day: date, value: str | None = None, *,
        to: dict[str, Any] | None = None, about: str | None = None,
    ) -> None:  # fmt: skip
        """Record a fact on the case, or on a meeting, plan or action."""
        if not self.shown(day) and (name in STRUCTURE or not self.chance(0.03)):
            return
        at = self.moment(day)
        if day in self.timed:  # which came first that day, nobody asks: clocks count by the day
            at = day.isoformat()
        elif name in STRUCTURE and "T" in at:
            self.timed.add(day)
        body: Any = at
        if value is not None or about is not None:
            body = {"at": at}
            if value is not None and value != "missing":
                body["value"] = value
            if about is not None:
                body["about"] = about
        table = self.facts if to is None else to.setdefault("facts", {})
        table.setdefault(name, []).append(body)

    def value(self, *choices: str) -> str:
        """Return one of the choices; now and then none, or one that is on no list."""
        roll = self.dice.random()
        return (
            "missing" if roll < 0.03 else "unheard_of" if roll < 0.06 else self.dice.choice(choices)
        )

    def record(self, seed: int) -> Drawn:
        pathway = self.dice.choice(PATHWAYS)
        begun = Enquiry(self, self.start, "M", pathway)
        self.is_numbered = not (has_second := self.chance(0.2))
        begun.tell()
        if has_second:
            again = self.later(self.start, 2, 300)
            # two enquiries that meet on one day: decision 0003 leaves it open
            while again in self.met_on():
                again += timedelta(days=1)
            Enquiry(self, again, "N", pathway).tell(is_second=True)
        self._ends()
        reviewed = {
            one["held_on"] for one in self.meetings if one["kind"] == "rcpc" and "held_on" in one
        }
        reviewed |= {str(day)[:10] for day in self.facts.get("rcpc_held", ())}
        looks = self.facts.pop("midpoint_review_recorded", [])
        # on the day of a review, whose is it?
        if looks := [day for day in looks if day[:10] not in reviewed]:
            self.facts["midpoint_review_recorded"] = looks
        facts = {name: items if len(items) > 1 else items[0] for name, items in self.facts.items()}
        record = {
            "ref": f"SC-{seed:06d}", "pathway": pathway, "family": f"F-{seed // 3}", "formerly": [],
            "born_on": self._born(), "facts": facts, "meetings": self.meetings, "plans": self.plans,
            "actions": self._actions(),
        }  # fmt: skip
        if self.chance(0.02):
            record["plan_held_by"] = "another-council"
        if self.chance(0.3):
            record["as_known_at"] = self.at.isoformat()
        return Drawn(record, self.at)

    def met_on(self) -> set[date]:
        """Return the days of the conferences so far."""
        days = {str(one["scheduled_at"])[:10] for one in self.meetings if "scheduled_at" in one}
        days |= {
            str(one.get("at", one) if isinstance(one, dict) else one)[:10]
            for one in self.facts.get("icpc_held", ())
        }
        return {date.fromisoformat(day) for day in days}

    def _born(self) -> str | None:
        if self.chance(0.1):
            return None
        day = self.end - timedelta(days=self.dice.choice((200, 3000, 6300, 6500, 6570, 6580)))
        return self.dice.choice((day.isoformat(), "2008-02-29", day.replace(day=28).isoformat()))

    def _ends(self) -> None:
        for plan in self.plans:  # nobody ends one plan while another runs
            begun = [str(day)[:10] for day in self.facts.get("plan_started", ())]
            begun += [other["started_on"] for other in self.plans]
            if any(plan["started_on"] < other <= plan.get("ended_on", "") for other in begun):
                plan.pop("ended_on")
                plan["facts"].pop("plan_ended", None)
        day = self.later(self.start, 1, 400)
        if self.chance(0.015):
            self.add(self.dice.choice(("child_died", "pregnancy_ended")), day)
        if self.chance(0.06):
            self.add("child_moved_area", day, self.value("permanent", "permanent", "temporary"))
        if self.chance(0.2):
            self.add("receiving_authority_notified", day)
            if self.chance(0.5):
                held = self.later(day, 2, 40)
                if self.chance(0.5):
                    self.add("receiving_conference_held", held)
                elif self.shown(held):
                    kind = {"kind": "transfer_in", "direction": "out", "status": "held"}
                    self.meetings.append({"id": "T-1", **kind, "held_on": held.isoformat()})
            if self.chance(0.4):
                self.add("transfer_accepted", self.later(day, 0, 30))

    def _actions(self) -> list[dict[str, Any]]:
        found = []
        for number in range(self.dice.choice((0, 0, 1, 3))):
            due = self.later(self.start, 20, 200)
            action: dict[str, Any] = {"id": f"A-{number}", "facts": {}}
            if self.chance(0.9):
                action["due_on"] = due.isoformat()
            if self.chance(0.5):
                self.add("plan_action_completed", self.later(due, -15, 15), to=action)
            found.append(action)
        return found


def draw(seed: int) -> Drawn:
    """Return the record of a seed and when to look at it."""
    return Story(seed).record(seed)
