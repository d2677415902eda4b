"""Which facts of a case one subject sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from daemon.decide.record.timeline import (
    BIRTH,
    HELD_FACTS,
    LOOKED_AFTER,
    TIME_PASSED,
    Placed,
    Timeline,
    kind_of,
)
from daemon.domain.facts import Fact
from daemon.domain.obligation import Subject
from daemon.domain.parts import Attendance
from daemon.domain.record import SCHEDULED_AND_HELD
from daemon.domain.times import day_of
from daemon.domain.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a pack a case is looked at with.

    How it judges attendance, the facts that must be there before a child who moved is another
    authority's, and the working days that it counts.
    """

    attendance: Mapping[str, Attendance] = field(default_factory=dict)
    transfer_needs: tuple[str, ...] = ("receiving_conference_held",)
    days: WorkingDays | None = None


USUAL_TERMS = Terms()
REVIEWED = "review_decision_recorded"
TRANSFER = "receiving_authority_notified"
DISCUSSION, DECISION = "strategy_discussion_held", "s47_decision_recorded"
OF_THE_CHILD = frozenset({  # how the child is, whenever that was recorded
    *(BIRTH, LOOKED_AFTER, "birth_expected"),
    *("unborn_child_flag", "foreign_link_flag", "offender_plan_flag"),
    *("police_investigation_open", "interpreter_need_recorded"),
})  # fmt: skip
SEEN_BY_ALL = frozenset({
    *(name for pair in SCHEDULED_AND_HELD.values() for name in pair if name),
    *("conference_decision_recorded", REVIEWED, "plan_started", "plan_ended"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """One subject and the facts that it sees: its window is [since, until) in London days.

    `own` are the ids of the subject's meetings, in the order of their attempts. For a numbered
    meeting the held fact of its own kind that it counts **from** is the one before it (`after`), and
    the one that it is met by is its own (`held`); `ordinal` counts it within the present plan, whose
    conference was held `begun_on`. For one agency, invitee or parent, `invitees` are the ids that
    it covers and `names` what a fact may be about to be about it. An initial conference has the
    discussion that `began` its enquiry, and its `decision`.
    """

    subject: Subject
    facts: Timeline
    since: date | None = None
    until: date | None = None
    own: tuple[str, ...] = ()
    own_kind: str | None = None
    invitees: frozenset[str] | None = None
    names: frozenset[str] = frozenset()
    plan: str | None = None
    action: str | None = None
    after: Fact | None = None
    held: Fact | None = None
    ordinal: int | None = None
    begun_on: date | None = None
    began: Fact | None = None
    decision: Fact | None = None
    terms: Terms = USUAL_TERMS
    _seen: dict[str, tuple[Fact, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def of(self, name: str) -> tuple[Fact, ...]:
        """Return this subject's facts of one name, oldest first; looked for once."""
        found = self._seen.get(name)
        if found is None:
            found = self._seen[name] = self.between(name, self.since, self.until)
        return found

    def between(self, name: str, since: date | None, until: date | None) -> tuple[Fact, ...]:
        """Return what this subject would see of one name if its window were another.

        What began an enquiry is its own discussion and decision, whatever others the record shows
        (READINGS section 1, "several strategy discussions").
        """
        if self.own_kind == "icpc" and name == DECISION:
            return (self.decision,) if self.decision else ()
        items = self._latest(name) if name == TIME_PASSED else self.facts.of(name)
        return tuple(item.fact for item in items if self.sees(item, since, until)) if items else ()

    def _latest(self, name: str) -> tuple[Placed, ...]:
        """Return the last that the record shows of this meeting: a later date takes the place of an earlier one."""
        shown = self.facts.shown.by_name.get(name, ())
        own = [item for item in shown if item.meeting and item.meeting.id in self.own]
        return tuple(item for item in own[-1:] if item.fact.at <= self.facts.at)

    def sees(self, item: Placed, since: date | None, until: date | None) -> bool:
        """Return whether a fact would belong to this subject if its window were this one.

        Facts of a meeting of the subject's own kind count by that meeting; all others by their day.
        """
        if (self.action or item.action) and item.action != self.action:
            return False
        if self.plan and item.plan and item.plan != self.plan:
            return False
        if self.invitees is not None and not self._is_about(item):
            return False
        if self._is_of_another(item):
            return False
        if self.is_counted and item.fact.name == HELD_FACTS.get(self.own_kind or ""):
            return item.fact in (self.after, self.held)
        if item.meeting is not None and kind_of(item.meeting) == self.own_kind:
            return item.meeting.id in self.own
        return self._is_within(item.fact, since, until)

    def _is_of_another(self, item: Placed) -> bool:
        """Return whether a fact is another meeting's own: its booking and what it decided all may see."""
        if item.meeting is None or self.own_kind is None or item.fact.name in SEEN_BY_ALL:
            return False
        return kind_of(item.meeting) != self.own_kind

    @property
    def _takes_place_on(self) -> date | None:
        """The day on which this meeting was held, or is booked for."""
        if self.held is not None:
            return self.held.day
        own = [one for one in self.facts.record.meetings if one.id in self.own and one.scheduled]
        return day_of(own[-1].scheduled[0]) if own and own[-1].scheduled else None

    @property
    def is_counted(self) -> bool:
        """It is the n-th meeting of a kind, counted by those held; initial conferences are not."""
        return self.own_kind not in (None, "icpc")

    def _is_about(self, item: Placed) -> bool:
        if item.invitee is not None:
            return item.invitee in (self.invitees or ())
        return item.fact.about is None or item.fact.about in self.names

    def _is_within(self, fact: Fact, since: date | None, until: date | None) -> bool:
        """Return whether a fact lies in a window of the subject's.

        What happened on the day of the meeting before this one belongs to that one, unless it is later
        by the clock. What a review decided is recorded when it has met: until the next one meets it is
        no other's.
        """
        if fact.name in OF_THE_CHILD:
            return True
        if fact.name == REVIEWED and self._takes_place_on is not None:
            is_over = until is not None and fact.day >= until
            return self._takes_place_on <= fact.day and not is_over
        if self.after is not None and fact.day == self.after.day:
            return not (fact.whole_day or self.after.whole_day) and fact.at > self.after.at
        if fact.day == self.begun_on and fact.name not in SEEN_BY_ALL:
            return False  # of the conference that begins the plan
        return (since is None or since <= fact.day) and (until is None or fact.day < until)

    @property
    def attendance(self) -> Attendance:
        """How the pack judges who came to a meeting of this kind."""
        return self.terms.attendance.get(self.own_kind or "", Attendance())

    def own_fact(self, name: str) -> Fact | None:
        """Return this meeting's own fact of a name, the last one there is."""
        if self.is_counted and name == HELD_FACTS.get(self.own_kind or ""):
            return self.held
        return next(reversed(self.of(name)), None)

    def anchor(self, name: str) -> Fact | None:
        """Return the fact that a deadline counts from."""
        if self.is_counted and name == HELD_FACTS.get(self.own_kind or ""):
            return self.after
        if self.own_kind == "icpc" and name == DISCUSSION:
            return self.began
        found = self.of(name)
        if self.own_kind == "icpc" and name == TRANSFER and (held := self.own_fact("icpc_held")):
            # a later one is not about it
            found = tuple(fact for fact in found if fact.day <= held.day)
        if not found:
            return None
        return found[-1] if name.endswith("_scheduled") else found[0]
