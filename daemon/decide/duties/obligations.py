"""From a case and its rules to obligations, and from what stood before to moves with their reasons."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import NamedTuple

from daemon.decide.case.scene import Scene
from daemon.decide.case.subjects import Case, look_at
from daemon.decide.case.unpaired import unpaired
from daemon.decide.case.view import Terms
from daemon.decide.due.deadlines import rung_at
from daemon.decide.due.office import Calendar
from daemon.decide.duties.by_hand import is_kept
from daemon.decide.duties.carry import Course, Entry, Made, look_again, news_since
from daemon.decide.duties.clock import Clock, start, wind
from daemon.decide.duties.reads import Readers
from daemon.decide.duties.standing import Judge
from daemon.decide.duties.targets import differences, limits
from daemon.decide.people.recipients import Access, access_of
from daemon.decide.record.elsewhere import said_elsewhere
from daemon.domain.errors import Problem
from daemon.domain.obligation import Obligation, State, obligation_id
from daemon.domain.record import Record
from daemon.domain.rules import Pack, Rule, Rulebook
from daemon.domain.times import day_of, say, say_day
from daemon.domain.vocabulary import Vocabulary

NO_ENTRIES: Mapping[str, Sequence[Entry | None]] = {}


class Answer(NamedTuple):
    """How a case stands: its obligations, what is wrong with it, the case itself and what each rule made of it."""

    obligations: tuple[Obligation, ...]
    problems: tuple[Problem, ...]
    pack: Pack
    case: Case
    made: Mapping[str, Made]

    @property
    def not_started(self) -> tuple[tuple[Rule, Scene], ...]:
        """The rules that have nothing to count from yet, with the subjects."""
        return tuple(
            (rule, scene)
            for rule in self.pack.rules
            for scene, one in self.made.get(rule.name, ())
            if one is None
        )

    @property
    def looks_again_at(self) -> datetime | None:
        """When the next fact counts, or the child's next birthday where a rule asks for the age."""
        asks = any("age" in rule.when.traits for rule in self.pack.rules)
        return look_again(self.case, None, by_age=asks)


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

    def access(self, record: Record) -> Access:
        """Return who may know of a case, under the pack of its pathway."""
        return access_of(record, self.pack_for(record)[0].stands_in)

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
        only: Container[str] | None = None,
    ) -> Answer:
        """Return every obligation of a case as it stands at `at`; those of a few rules `only`, where named.

        Plans that another authority holds raise no clocks of ours (READINGS section 2, 7).
        """
        problems: list[Problem] = []
        if pack is None:
            pack, wrong = self.pack_for(record)
            problems += wrong
        case = look_at(record, at, self.words, kept, self.terms(pack))
        problems += () if record.plan_held_by else unpaired(record, case)
        problems += (one.problem for one in case.doubts)
        problems += filter(None, [said_elsewhere(record, pack)])
        made: dict[str, Made] = {}
        rules = (rule for rule in pack.rules if only is None or rule.name in only)
        for rule in self._make(case, pack, rules, made):
            what = "its dates lie outside the calendar that is known"
            problems.append(Problem(f"{record.ref}: {rule.name}", what, "check the dates"))
        problems += differences(record, pack, made)
        every = tuple(one for each in made.values() for _, one in each if one)
        return Answer(every, tuple(problems), pack, case, made)

    def doubted(self, record: Record, at: datetime) -> tuple[Problem, ...]:
        """Return what a record alone shows as wrong: its contradictions, and targets that are not ours."""
        pack, _ = self.pack_for(record)
        answer = self.decide(record, at, pack=pack, only={rule.name for rule in limits(pack)})
        shown = differences(record, pack, answer.made)
        return (*(one.problem for one in answer.case.doubts), *shown)

    def follow(
        self, record: Record, at: datetime, readers: Readers, before: Course | None = None
    ) -> Course:
        """Return what the readers' rules make of a case at `at`.

        What they made of the same record `before`, and nothing new touches, is taken from there.
        """
        pack = readers.pack
        facts = before.case.facts if before else None
        case = look_at(record, at, self.words, None, self.terms(pack), facts)
        if before:
            case.follows(before.case)
        news = news_since(before, case) if before else None
        made: dict[str, Made] = {}
        stands: dict[str, Sequence[Entry | None]] = {}
        if before and news:
            rules, made = news.rules, {**before.made}
            rows = {**before.rows, **{subject: case.of(subject) for subject in news.seen}}
            for name in rules:
                rule = readers.rules[name]
                stands[name] = news.stands(
                    rule, readers.reads[name], made.pop(name, ()), rows[rule.subject]
                )
        else:
            rules = readers.rules.keys()
            rows = {subject: case.of(subject) for subject in readers.of_subject}
        for _ in self._make(case, pack, (readers.rules[name] for name in rules), made, stands):
            pass
        return Course(case, made, readers, rules, rows)

    def terms(self, pack: Pack) -> Terms:
        """Return what of a pack a case is looked at with."""
        return Terms(pack.attendance, pack.transfer_needs, self.calendar.days)

    def _make(
        self, case: Case, pack: Pack, rules: Iterable[Rule], made: dict[str, Made],
        stands: Mapping[str, Sequence[Entry | None]] = NO_ENTRIES,
    ) -> Iterator[Rule]:  # fmt: skip
        """Put what each rule makes of a case into `made`; yield those whose dates nobody knows.

        `stands` is what some rules have made of some scenes already.
        """
        judge = Judge(case, self.words)
        is_elsewhere = bool(case.record.plan_held_by)
        for rule in rules:
            if rule.name in pack.unwatched or (is_elsewhere and not rule.held_elsewhere):
                continue
            try:
                made[rule.name] = tuple(self._of_rule(judge, pack, rule, stands.get(rule.name, ())))
            except OverflowError:
                yield rule

    def _of_rule(
        self, judge: Judge, pack: Pack, rule: Rule, stands: Sequence[Entry | None]
    ) -> Iterator[Entry]:
        scenes = judge.case.of(rule.subject)
        for index, (scene, entry) in enumerate(zip_longest(scenes, stands)):
            yield entry or (scene, self.obligation(judge, pack, rule, scenes, index))

    def obligation(
        self, judge: Judge, pack: Pack, rule: Rule, scenes: Sequence[Scene], index: int
    ) -> Obligation | None:
        """Return the obligation of one rule towards one subject of a row, or None where it has not started."""
        scene = scenes[index]
        try:
            clock = wind(rule, scene, pack.rules, self.words, self.calendar)
        except OverflowError:
            if rule.when.test(scene) is False:  # it lies too far off to be ours yet
                return None
            raise
        if clock is None:
            return None
        following = _following(scenes, index, rule)
        state, because, met = judge.standing(rule, scene, following, clock)
        if state is None:
            return None
        doubt = _doubt(judge.case, scene) if state is State.OPEN and not is_kept(rule) else None
        if doubt:
            state, because = State.WITHDRAWN, doubt
        if clock.due_at and self.calendar.days.is_near_an_end(day_of(clock.due_at)):
            self._climb(rule, clock.due_at)
        if met and self.words.facts[met.name].future:  # that it is booked, not when that was done
            met = None
        return Obligation(
            id=obligation_id(judge.case.record.ref, rule.name, scene.subject),
            ref=judge.case.record.ref,
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
            because=because or self._say_due(rule, clock),
            starts_at=None if judge.lies_ahead(rule) else clock.anchor.at,
            opens_at=clock.opens_at,
            due_at=clock.due_at,
            met_at=met.at if met else None,
            late=not met.is_in_time(clock.due_at)
            if met and clock.due_at and not clock.is_provisional
            else None,
            steps=clock.steps,
            remarks=tuple(remark.say for remark in rule.remarks if remark.when.test(scene))
            if state is State.OPEN
            else (),
            is_provisional=clock.is_provisional,
        )

    def _climb(self, rule: Rule, due_at: datetime) -> None:
        """Raise OverflowError where a step of the ladder lies outside the calendar that is known."""
        for rung in rule.ladder:
            rung_at(rung.at, due_at, due_at, self.calendar, urgent=rung.urgent)

    def _say_due(self, rule: Rule, clock: Clock) -> str:
        label = self.words.label(rule.due.anchor)
        if clock.is_provisional:
            return (
                f"nothing is recorded of {label}: due by {say(clock.due_at)}"
                if clock.due_at
                else ""
            )
        shown = f"the record shows {self.words.dated(rule.due.anchor, say_day(clock.anchor.day))}"
        return f"{shown}: due by {say(clock.due_at)}" if clock.due_at else shown


def _doubt(case: Case, scene: Scene) -> str | None:
    """Return why nobody is told of a subject's duties: the record contradicts itself in what they count from.

    Source: FEEDS 2.3.
    """
    wrong = (one.problem for one in case.doubts if one.touches(scene))
    return next((f"the record contradicts itself: {one.what}" for one in wrong), None)


def _following(scenes: Sequence[Scene], index: int, rule: Rule) -> Scene | None:
    """Return the next subject for which the duty has begun, not the next agency of the same meeting."""
    own = scenes[index].subject
    if own.kind == "action" or index + 1 == len(scenes):
        return None
    later = (
        scene
        for scene in scenes[index + 1 :]
        if own.number is None or scene.subject.number != own.number
    )
    return next((scene for scene in later if start(scene, rule.due)), None)
