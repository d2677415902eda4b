"""How one duty stands: open, met by which fact, waived, or withdrawn, and why (DOMAIN section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from daemon.decide.case.scene import Scene
from daemon.decide.case.subjects import Case
from daemon.decide.duties.clock import Clock, start
from daemon.decide.record.timeline import HELD_FACTS
from daemon.domain.facts import Fact
from daemon.domain.obligation import State
from daemon.domain.rules import Rule
from daemon.domain.times import DAY, say_day
from daemon.domain.vocabulary import Vocabulary

ENDS_EVERYTHING = ("child_died", "pregnancy_ended")
WAIVED = "obligation_waived"
MICROSECOND = timedelta(microseconds=1)


class Standing(NamedTuple):
    """A state with its reason; `met` is the fact that met it. No state: the duty has never begun."""

    state: State | None
    because: str = ""
    met: Fact | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Says how the duties of one case stand."""

    case: Case
    words: Vocabulary

    def standing(self, rule: Rule, scene: Scene, following: Scene | None, clock: Clock) -> Standing:
        """Return how a duty stands whose clock has started; `following` is the subject after this one."""
        applies = rule.when.test(scene) is not False
        if not applies and not self._has_applied(rule, scene, clock.anchor):
            return Standing(None)
        met = self._met(rule, scene, following, clock)
        if met is not None:
            because = f"the record shows {self.words.dated(met.name, say_day(met.day))}"
            return Standing(State.MET, because, met)
        for name in ENDS_EVERYTHING:
            if self.case.facts.of(name) and not rule.after_death:
                return Standing(State.WITHDRAWN, f"the record shows {self.words.label(name)}")
        about = f"{rule.name}/{scene.subject}"
        waived = [item.fact for item in self.case.facts.of(WAIVED) if item.fact.about == about]
        if waived and waived[-1].known:
            reason = (waived[-1].value or "other").replace("_", " ")
            return Standing(State.WAIVED, f"waived: {reason}")
        if rule.withdrawn_when is not None and rule.withdrawn_when.test(scene):
            return Standing(State.WITHDRAWN, self._say_why(rule.withdrawn_when.facts, scene))
        if applies:
            return Standing(State.OPEN)
        return Standing(State.WITHDRAWN, self._say_why(rule.when.facts, scene))

    def lies_ahead(self, rule: Rule) -> bool:
        """Return whether a clock counts from a date that lies ahead, so that what meets it comes before."""
        word = self.words.facts.get(rule.due.anchor)
        return rule.due.is_backward or (word is not None and word.future)

    def _met(self, rule: Rule, scene: Scene, following: Scene | None, clock: Clock) -> Fact | None:
        """Return the first qualifying fact at or after the start and before the next subject's."""
        facts = self._qualifying(rule, scene, following, clock.anchor)
        if rule.met_from_opening and clock.opens_at:
            facts = [fact for fact in facts if fact.at >= clock.opens_at]
        if rule.met_by_due and clock.due_at:
            facts = [fact for fact in facts if fact.is_in_time(clock.due_at)]
        if rule.needs_all:
            return self._last_of(rule.met_by, {fact.name: fact for fact in reversed(facts)})
        to_all = next((fact for fact in facts if fact.about is None or not rule.met_by_each), None)
        if to_all is not None or not rule.met_by_each:
            return to_all
        return self._last_of(rule.met_by_each, {fact.about: fact for fact in reversed(facts)})

    def _last_of(self, wanted: Iterable[str], first: dict[str | None, Fact]) -> Fact | None:
        """Return the last of the first facts, once there is one for each that is wanted."""
        found = [first.get(each) for each in wanted]
        if None in found:
            return None
        return max((fact for fact in found if fact), key=lambda fact: fact.at)

    def _qualifying(
        self, rule: Rule, scene: Scene, following: Scene | None, anchor: Fact
    ) -> list[Fact]:
        if not any(scene.facts.of(name) for name in rule.met_by):
            return []
        ahead = self.lies_ahead(rule)
        since, until = self._window(rule, scene, following, anchor, ahead=ahead)
        found = [
            fact
            for name in rule.met_by
            for fact in scene.between(name, since, until)
            if fact.known and fact not in (anchor, scene.after)
            if fact.value in rule.met_values.get(name, (fact.value,))
            if ahead or not _is_before(fact, anchor, by_day=rule.due.is_by_day)
        ]
        return sorted(found, key=lambda fact: fact.at)

    def _window(
        self, rule: Rule, scene: Scene, following: Scene | None, anchor: Fact, *, ahead: bool
    ) -> tuple[date | None, date | None]:
        """Return from which day and up to which the duty can be met.

        What prepares a meeting is done before the next enquiry, or before the meeting was held where that is
        one of a row; all else from the start on and before the next subject's.
        """
        if not ahead:
            upto = start(following, rule.due) if following else None
            is_from_held = rule.due.anchor == HELD_FACTS.get(scene.own_kind or "")
            ends = (upto.day if upto else None, None if is_from_held else scene.until)
            return anchor.day, min((day for day in ends if day), default=None)
        if scene.is_counted and scene.held:
            return scene.since, scene.held.day + DAY
        return scene.since, scene.until

    def _has_applied(self, rule: Rule, scene: Scene, anchor: Fact) -> bool:
        """Return whether the rule's condition held at some earlier moment: it was open, and is withdrawn."""
        facts = [fact for name in rule.when.facts for fact in scene.of(name)]
        began = (scene.decision,) if scene.decision else ()  # an enquiry is none before that
        moments = sorted({_fully(fact) for fact in (anchor, *began, *facts)})
        for moment in moments[:-1]:
            for old in self.case.then(moment, self.words).of(rule.subject):
                is_same = str(old.subject) == str(scene.subject)
                if is_same and start(old, rule.due) and rule.when.test(old) is not False:
                    return True
        return False

    def _say_why(self, names: Iterable[str], scene: Scene) -> str:
        """Return what ended a duty: the latest of the facts that its condition asks for."""
        shown = [facts[-1] for name in sorted(names) if (facts := scene.of(name))]
        if not shown:
            return "it no longer applies"
        last = max(shown, key=lambda fact: fact.at)
        value = f" as {last.value.replace('_', ' ')}" if last.value else ""
        return f"it no longer applies, for the record shows {self.words.label(last.name)}{value}"


def _fully(fact: Fact) -> datetime:
    """Return the moment from which a fact counts with all that happened that day: a date covers its whole day."""
    return fact.at + DAY - MICROSECOND if fact.whole_day else fact.at


def _is_before(fact: Fact, start: Fact, *, by_day: bool) -> bool:
    if by_day or fact.whole_day or start.whole_day:
        return fact.day < start.day
    return fact.at < start.at
