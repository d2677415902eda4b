"""A pathway that takes every day it is allowed: what its picture shows, as the rulebook itself decides it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.reading import read_record
from daemon.decide.record.timeline import HELD_FACTS
from daemon.domain.obligation import Obligation, State
from daemon.domain.record import SCHEDULED_AND_HELD
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import day_of, london

STARTS_ON = date(2026, 9, 7)  # a Monday; no bank holiday in the five weeks that follow
ENDS_ON = date(2027, 11, 7)  # 14 months on
MOST_STEPS = 600
STORY = {  # how it goes where a duty is met by a fact with several values
    "s47_decision_recorded": "section_47",
    "icpc_threshold_decision_recorded": "met",
    "s47_concluded": "at_risk",
    "conference_decision_recorded": "plan",
    "review_decision_recorded": "continue",
    "drift_identified": "no",
    "drift_audit_completed": "no_drift",
    "presence_failed": "no",
}
CONCLUDED_ON = date(2026, 9, 16)
THAT_DAY = {  # what else the record shows of the day on which a meeting was held
    "icpc": ("conference_decision_recorded", "plan_started"),
    "rcpc": ("review_decision_recorded",),
}
KIND_HELD = {held: kind for kind, held in HELD_FACTS.items()}
AGENCIES = ("police", "health", "school")


@dataclass(frozen=True, slots=True)
class Dated:
    """One duty of the example: where its clock starts, when it may be done first, by when it must be."""

    rule: Rule
    subject: str
    starts_on: date | None
    opens_on: date | None
    due_at: datetime

    @property
    def due_on(self) -> date:
        """The day by whose end it must be done."""
        return day_of(self.due_at)


class Example:
    """The record of the example, which grows as its duties fall due."""

    def __init__(self, deciding: Deciding, pack: Pack) -> None:
        """Begin with the strategy discussion, and the end of the enquiry that follows it."""
        self.deciding, self.pack = deciding, pack
        self.facts: dict[str, list[dict[str, str]]] = {}
        self.meetings: list[dict[str, Any]] = []
        self._record("strategy_discussion_held", STARTS_ON)
        self._record("s47_decision_recorded", STARTS_ON)
        self._record("s47_concluded", CONCLUDED_ON)

    def duties(self) -> list[Dated]:
        """Return every duty that falls due within the 14 months, in order; each for one subject only."""
        found: dict[str, Dated] = {}
        now, done = london(STARTS_ON), set[str]()
        for _ in range(MOST_STEPS):
            waiting = [one for one in self._open(now) if one.id not in done]
            if self._book(waiting):
                continue
            if not waiting:
                break
            first = min(waiting, key=lambda one: (one.due_at or now, one.id))
            done.add(first.id)
            found |= {one.id: dated for one in waiting if (dated := self._dated(one))}
            due_at = first.due_at or now
            now = max(now, due_at)
            self._meet(first, day_of(due_at))
        alike = {(one.rule.name, one.due_at): one for one in found.values()}
        return sorted(alike.values(), key=lambda one: (one.due_at, one.rule.name))

    def _open(self, now: datetime) -> list[Obligation]:
        body = {"ref": "example", "facts": self.facts, "meetings": self.meetings}
        record = read_record(body, self.deciding.words).record
        if record is None:
            return []
        answer = self.deciding.decide(record, now, pack=self.pack)
        return [
            one
            for one in answer.obligations
            if one.state is State.OPEN and one.due_at and day_of(one.due_at) <= ENDS_ON
        ]

    def _book(self, waiting: Sequence[Obligation]) -> bool:
        """Book the meetings that are due, each for its last day; return whether there was one to book."""
        booked = {one["kind"] for one in self.meetings if not one["held_on"]}
        due: dict[str, date] = {}
        for one in waiting:
            kind = next((KIND_HELD[name] for name in one.met_by_any if name in KIND_HELD), None)
            if kind and SCHEDULED_AND_HELD[kind][0] and kind not in booked and one.due_at:
                due[kind] = min(due.get(kind, date.max), day_of(one.due_at))
        for kind, on in due.items():
            name = f"{kind}-{len(self.meetings)}"
            self.meetings.append({
                "id": name, "kind": kind, "status": "booked", "scheduled_at": f"{on}T10:00",
                "ends_at": f"{on}T12:00", "held_on": None, "invitees": [
                    {"id": f"{name}-{agency}", "agency": agency, "role": agency, "key": True, "report_expected": True}
                    for agency in AGENCIES
                ],
            })  # fmt: skip
        return bool(due)

    def _meet(self, one: Obligation, on: date) -> None:
        """Record what meets a duty, on its last day, and what follows from it."""
        rule = self.pack.rule(one.rule)
        names = rule.met_by if rule and rule.needs_all else one.met_by_any[:1]
        for name in names:
            kind = KIND_HELD.get(name)
            meeting = next(
                (m for m in self.meetings if m["kind"] == kind and not m["held_on"]), None
            )
            if meeting is not None:
                meeting |= {"held_on": meeting["scheduled_at"][:10], "status": "held"}
                on = date.fromisoformat(meeting["held_on"])
                for following in THAT_DAY.get(str(kind), ()):
                    self._record(following, on)
            else:
                self._record(name, on, sorted(rule.met_values.get(name, ())) if rule else ())

    def _record(self, name: str, on: date, wanted: Sequence[str] = ()) -> None:
        word = self.deciding.words.facts.get(name)
        choices = wanted or (word.values if word else ())
        value = STORY.get(name) if STORY.get(name) in choices else next(iter(choices), None)
        fact = {"at": on.isoformat(), **({"value": value} if value else {})}
        self.facts.setdefault(name, []).append(fact)

    def _dated(self, one: Obligation) -> Dated | None:
        rule = self.pack.rule(one.rule)
        if rule is None or one.due_at is None:
            return None
        starts_on = day_of(one.starts_at) if one.starts_at else None
        opens_on = day_of(one.opens_at) if one.opens_at else None
        return Dated(rule, str(one.subject), starts_on, opens_on, one.due_at)
