"""From a case and its rules to obligations, and from what stood before to moves with their reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from daemon.decide.deadlines import due
from daemon.decide.office import Calendar
from daemon.decide.subjects import Case, Scene, look_at
from daemon.domain.errors import Problem, Severity
from daemon.domain.facts import Fact
from daemon.domain.obligation import Obligation, State, obligation_id
from daemon.domain.record import Record
from daemon.domain.rules import Pack, Rule, Rulebook
from daemon.domain.times import day_of, say, say_day
from daemon.domain.vocabulary import Vocabulary

ENDS_EVERYTHING = ("child_died", "pregnancy_ended")
WAIVED = "obligation_waived"


class Answer(NamedTuple):
    """How a case stands: its obligations, those not started, and what is wrong with the record."""

    obligations: tuple[Obligation, ...]
    not_started: tuple[tuple[Rule, Scene], ...]
    problems: tuple[Problem, ...]
    looks_again_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deciding:
    """What every decision needs: the rulebook and the calendar of one authority."""

    rulebook: Rulebook
    calendar: Calendar
    default_pathway: str | None = None

    @property
    def words(self) -> Vocabulary:
        """The rulebook's vocabulary."""
        return self.rulebook.vocabulary

    def pack_for(
        self, record: Record, forced: str | None = None
    ) -> tuple[Pack, tuple[Problem, ...]]:
        """Return the pack of the record's pathway; the statutory base, with a problem, where there is none."""
        pathway = forced or record.pathway or self.default_pathway
        pack = self.rulebook.pack(pathway)
        if pathway is not None and pathway in self.rulebook.packs:
            return pack, ()
        what = f'no pack is called "{pathway}"' if pathway else "no pathway is given"
        mend = f"decided under {pack.name}; use one of: {', '.join(sorted(self.rulebook.packs))}"
        return pack, (Problem(f"{record.ref}: pathway", what, mend),)

    def decide(
        self,
        record: Record,
        at: datetime,
        *,
        pack: Pack | None = None,
        kept: Mapping[date, int] | None = None,
    ) -> Answer:
        """Return every obligation of a case as it stands at `at`.

        Plans that another authority holds raise no clocks of ours (READINGS section 2, 7).
        """
        problems: list[Problem] = []
        if pack is None:
            pack, wrong = self.pack_for(record)
            problems += wrong
        case = look_at(record, at, self.words, kept)
        if record.plan_held_by:
            return Answer((), (), tuple(problems), case.facts.later)
        problems += _unpaired(record, case)
        found: list[Obligation] = []
        waiting: list[tuple[Rule, Scene]] = []
        for rule in pack.rules:
            scenes = case.of(rule.subject)
            for index, scene in enumerate(scenes):
                following = _following(scenes, index)
                try:
                    made = self.obligation(case, pack, rule, scene, following)
                except OverflowError:
                    where = f"{record.ref}: {rule.name}"
                    problems.append(
                        Problem(
                            where,
                            "its dates lie outside the calendar that is known",
                            "check the dates",
                        )
                    )
                    continue
                if made is None:
                    waiting.append((rule, scene))
                else:
                    found.append(made)
        return Answer(tuple(found), tuple(waiting), tuple(problems), case.facts.later)

    def obligation(
        self, case: Case, pack: Pack, rule: Rule, scene: Scene, following: Scene | None
    ) -> Obligation | None:
        """Return the obligation of one rule towards one subject, or None where it has not started."""
        anchor = scene.anchor(rule.due.anchor)
        if anchor is None:
            return None
        state, met, because = self._state(case, rule, scene, following, anchor)
        if state is None:
            return None
        when = due(rule.due, anchor, self.words.label(rule.due.anchor), self.calendar)
        if not because:
            because = (
                f"the record shows {self.words.label(rule.due.anchor)} on {say_day(anchor.day)}: "
                f"due by {say(when.at)}"
            )
        return Obligation(
            id=obligation_id(case.record.ref, rule.name, scene.subject),
            ref=case.record.ref,
            rule=rule.name,
            pack=rule.pack,
            pack_digest=self.rulebook.digests.get(rule.pack, ""),
            clauses=pack.clauses(rule),
            basis=rule.basis,
            subject=scene.subject,
            state=state,
            responsible=rule.responsible,
            relies_on=rule.relies_on,
            met_by_any=rule.met_by,
            because=because,
            starts_at=None if self._lies_ahead(rule) else anchor.at,
            due_at=when.at,
            met_at=met.at if met and state is State.MET else None,
            late=not met.is_in_time(when.at) if met and state is State.MET else None,
            working=when.working,
            remarks=tuple(remark.say for remark in rule.remarks if remark.when.test(scene))
            if state is State.OPEN
            else (),
        )

    def _state(
        self, case: Case, rule: Rule, scene: Scene, following: Scene | None, anchor: Fact
    ) -> tuple[State | None, Fact | None, str]:
        applies = rule.when.test(scene) is not False
        if not applies and not self._has_applied(case, rule, scene):
            return None, None, ""
        met = self._met(rule, scene, following, anchor)
        if met is not None:
            return (
                State.MET,
                met,
                f"the record shows {self.words.label(met.name)} on {say_day(met.day)}",
            )
        for name in ENDS_EVERYTHING:
            if case.facts.of(name):
                return State.WITHDRAWN, None, f"the record shows {self.words.label(name)}"
        about = f"{rule.name}/{scene.subject}"
        waived = [item.fact for item in case.facts.of(WAIVED) if item.fact.about == about]
        if waived and waived[-1].known:
            return State.WAIVED, None, f"waived: {(waived[-1].value or 'other').replace('_', ' ')}"
        if rule.withdrawn_when is not None and rule.withdrawn_when.test(scene):
            return State.WITHDRAWN, None, self._say_why(rule.withdrawn_when.facts, scene)
        if applies:
            return State.OPEN, None, ""
        return State.WITHDRAWN, None, self._say_why(rule.when.facts, scene)

    def _met(self, rule: Rule, scene: Scene, following: Scene | None, anchor: Fact) -> Fact | None:
        """Return the first qualifying fact at or after the start and before the next subject's (DOMAIN section 4)."""
        upto = following.anchor(rule.due.anchor) if following else None
        since = scene.since if self._lies_ahead(rule) else anchor.day
        wide = replace(scene, since=since, until=upto.day if upto else None)
        facts = sorted(
            (
                fact
                for name in rule.met_by
                for fact in wide.of(name)
                if fact.known
                and fact != anchor
                and (self._lies_ahead(rule) or not _is_before(fact, anchor))
            ),
            key=lambda fact: fact.at,
        )
        to_all = next((fact for fact in facts if fact.about is None or not rule.met_by_each), None)
        first = {fact.about: fact for fact in reversed(facts)}
        if to_all is not None or not rule.met_by_each or not first.keys() >= set(rule.met_by_each):
            return to_all
        return max((first[who] for who in rule.met_by_each), key=lambda fact: fact.at)

    def _lies_ahead(self, rule: Rule) -> bool:
        """Return whether a clock counts from a date that lies ahead, so that what meets it comes before."""
        word = self.words.facts.get(rule.due.anchor)
        return rule.due.is_backward or (word is not None and word.future)

    def _has_applied(self, case: Case, rule: Rule, scene: Scene) -> bool:
        """Return whether the rule's condition held at some earlier moment, so that it was open and is withdrawn."""
        moments = sorted({fact.at for name in rule.when.facts for fact in scene.of(name)})
        for moment in moments[:-1]:
            then = look_at(
                case.record,
                moment,
                self.words,
                {one.anchor_on: one.number for one in case.conferences},
            )
            for old in then.of(rule.subject):
                if (
                    old.subject.number == scene.subject.number
                    and old.anchor(rule.due.anchor)
                    and rule.when.test(old) is not False
                ):
                    return True
        return False

    def _say_why(self, names: Iterable[str], scene: Scene) -> str:
        said = []
        for name in sorted(names):
            facts = scene.of(name)
            if facts:
                value = f" as {facts[-1].value.replace('_', ' ')}" if facts[-1].value else ""
                said.append(f"{self.words.label(name)}{value}")
        return (
            "it no longer applies, for the record shows " + " and ".join(said)
            if said
            else "it no longer applies"
        )


def _following(scenes: Sequence[Scene], index: int) -> Scene | None:
    """Return the subject after this one: the next conference, not the next agency of the same one."""
    own = scenes[index].subject
    if own.kind == "action":
        return None
    later = (scene for scene in scenes[index + 1 :] if scene.subject.number != own.number)
    return next(later, None) if own.number is not None else next(iter(scenes[index + 1 :]), None)


def _is_before(fact: Fact, start: Fact) -> bool:
    if fact.whole_day or start.whole_day:
        return fact.day < start.day
    return fact.at < start.at


def _unpaired(record: Record, case: Case) -> Sequence[Problem]:
    """Return what keeps a clock from starting: a section 47 decision that no strategy discussion precedes."""
    discussions = [item.fact.day for item in case.facts.of("strategy_discussion_held")]
    starts = [
        item.fact.day
        for item in case.facts.of("s47_decision_recorded")
        if item.fact.value == "section_47" or not item.fact.known
    ]
    problems = [
        Problem(
            f"{record.ref}: s47_decision_recorded",
            f"no strategy discussion is recorded at or before {say_day(start)}, so no clock starts",
            "record the date of the strategy discussion",
        )
        for start in starts
        if not any(day <= start for day in discussions)
    ]
    anchors = {one.strategy.day for one in case.conferences if one.strategy}
    for start in starts:
        before = [day for day in discussions if day <= start]
        if before and before[-1] not in anchors and anchors:
            problems.append(
                Problem(
                    f"{record.ref}: s47_decision_recorded",
                    f"the strategy discussion of {say_day(before[-1])} starts no clock of its own: "
                    "an earlier enquiry is open, or the child is on a plan",
                    "record how the earlier enquiry ended, or that a conference is requested",
                    Severity.WARNING,
                )
            )
    if (
        case.facts.of("s47_concluded")
        and not case.facts.of("s47_decision_recorded")
        and discussions
    ):
        problems.append(
            Problem(
                f"{record.ref}: s47_decision_recorded",
                "a section 47 enquiry is concluded and no decision to start one is recorded, so no clock starts",
                "record the decision of the strategy discussion",
                Severity.WARNING,
            )
        )
    return problems


def beyond_horizon(obligations: Iterable[Obligation], known_until: date) -> list[Obligation]:
    """Return the open obligations whose due date lies after the published bank holidays."""
    return [
        one
        for one in obligations
        if one.state is State.OPEN and one.due_at and day_of(one.due_at) > known_until
    ]
