"""What an agency replies to an issue that was raised with it, as the chair or the coordinator records it.

A reply that settles the issue ends its ladder; one that does not is put on record, and the next stage is
asked on its day.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

import structlog

from daemon.decide.conference.challenges import ENDS_BY_REPLY, NOT_SETTLED
from daemon.decide.people.recipients import may_know
from daemon.decide.telling.letters import on_day_at
from daemon.domain.answer import Said, Way
from daemon.domain.obligation import State
from daemon.domain.question import Question
from daemon.domain.rules import Rule
from daemon.domain.who import CHAIRS, Who
from daemon.engine.answering.answers import give
from daemon.engine.answering.dispatch import Came
from daemon.engine.answering.questions import (
    Found,
    asking_rules,
    holds,
    identity_of,
    look_up,
    question_of,
)
from daemon.engine.house import House
from daemon.engine.records.assess import Assessor
from daemon.engine.telling.quiet import resting_refs
from daemon.store import Store, Tx, apart

log = structlog.get_logger("daykeeper.respond")
RECORDERS = (*CHAIRS, "conference_coordinator", "safeguarding_service_manager")


@dataclass(frozen=True, slots=True)
class Raised:
    """An issue that waits for a reply: the question of its next stage. `name` is the fact that its reply is.

    `since_at` is when it was raised, `asked_on_at` when the next stage is asked; `outcomes` are the coded
    ones of the pathway.
    """

    question: Question
    name: str
    since_at: datetime
    asked_on_at: datetime | None
    outcomes: tuple[str, ...]

    @property
    def id(self) -> str:
        """Its name in addresses, which says nothing of the case."""
        return self.question.id

    @property
    def refs(self) -> tuple[str, ...]:
        """The cases that it is about."""
        return self.question.refs


class Replies:
    """Shows what waits for a reply, and takes it. A reply takes effect once."""

    def __init__(self, store: Store, house: House, assessor: Assessor) -> None:
        self.store, self.house, self.assessor = store, house, assessor

    def open_for(self, who: Who, now: datetime) -> list[Raised]:
        """Return what was raised and waits for a reply, the oldest first."""
        with self.store.read() as tx:
            return self._raised(tx, who, now)

    def find(self, who: Who, name: str, now: datetime) -> Raised | None:
        """Return one of these; None where it is answered, closed, or not theirs."""
        return next((one for one in self.open_for(who, now) if one.id == name), None)

    def record(
        self, who: Who, name: str, on: date, outcome: str, refs: Collection[str], now: datetime
    ) -> Came:
        """Take a reply that came on a day, with its coded outcome, for some of the cases.

        Source: STK-067, the right of reply.
        """
        with self.store.write() as tx:
            tx.obligations.of(refs, to_change=True)
            raised = next((one for one in self._raised(tx, who, now) if one.id == name), None)
            if raised is None:
                return Came.GONE
            if not refs:
                return Came.NO_CASE
            if outcome not in raised.outcomes:
                return Came.NO_REASON
            came_at = on_day_at(on, raised.since_at, now)
            if came_at is None:
                return Came.NOT_THEN
            asked = [one for one in raised.question.asked if one.place.ref in refs]
            facts: list[tuple[str, str | None]] = [(raised.name, outcome)]
            if outcome not in NOT_SETTLED:
                facts.append((ENDS_BY_REPLY[raised.name], None))
            said = [
                Said(uuid4().hex, one.place, fact, came_at, now, who.person, Way.SIGNED_IN, value, one.about,
                     outcome, name)
                for one in asked for fact, value in facts
            ]  # fmt: skip
            give(tx, self.assessor.settle, said, now)
            for one in asked:
                tx.journal.write(
                    now, "reply.recorded", one.obligation, f"a reply of {on.isoformat()}: {outcome}",
                    {"person": who.person, "reason": outcome, "question": name},
                )  # fmt: skip
        log.info("reply.recorded", question=name, outcome=outcome)
        return Came.DONE

    def _raised(self, tx: Tx, who: Who, now: datetime) -> list[Raised]:
        groups: dict[str, list[Found]] = {}
        for found in self._waiting(tx, who, now):
            groups.setdefault(identity_of(found), []).append(found)
        every = [_as_raised(name, each, self.house) for name, each in groups.items()]
        return sorted(every, key=lambda one: (one.since_at, one.id))

    def _waiting(self, tx: Tx, who: Who, now: datetime) -> Iterator[Found]:
        """Yield the next stages that are open, of the cases in which this person records replies."""
        people = self.house.people(tx)
        person = people.get(who.person)
        tracks = tx.obligations.open_of(asking_rules(self.house)) if person else []
        cases, _ = apart(tx.cases.of, {one.ref for one in tracks}, "cases")
        raised = [
            (one, rule)
            for one in tracks
            if (case := cases.get(one.ref))
            and (rule := self.house.rule_of(one, case.pathway))
            and reply_to(rule)
        ]
        refs = {one.ref for one, _ in raised}
        resting = resting_refs(tx, {ref: cases[ref] for ref in refs})
        readings = self.house.read_cases(tx, refs - resting)
        for track, rule in raised:
            reading = readings.get(track.ref)
            record = reading.record if reading else None
            if record is None or person is None or track.state is not State.OPEN:
                continue
            access = self.house.deciding.access(record)
            if may_know(person, access, people) and any(
                holds(who, role, role, record, access, people, now) for role in RECORDERS
            ):
                found = look_up(tx, self.house, track, rule, rule.ladder[0], record, now)
                if found is not None:
                    yield found


def reply_to(rule: Rule) -> str | None:
    """Return the fact that a reply to this stage is, None where nothing was raised by it."""
    ended_by = rule.withdrawn_when.facts if rule.withdrawn_when and rule.approval else ()
    return next((name for name, end in ENDS_BY_REPLY.items() if end in ended_by), None)


def _as_raised(name: str, found: list[Found], house: House) -> Raised:
    question = question_of(name, found)
    obligation, fact = found[0].obligation, reply_to(question.rule) or ""
    values = house.deciding.words.facts[fact].values
    reasons = question.rule.approval.reasons if question.rule.approval else ()
    return Raised(
        question,
        fact,
        obligation.starts_at or question.asked_at,
        obligation.opens_at or question.due_at,
        tuple(one for one in reasons if one in values),
    )
