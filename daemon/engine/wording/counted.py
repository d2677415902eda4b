"""How a rule counts up to the day of the sample: the working of an invented message, as a real one would show it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from daemon.decide.due.deadlines import Due, due
from daemon.decide.due.office import Calendar
from daemon.decide.telling.wording import say_working
from daemon.decide.trying.sample import DUE_AT
from daemon.domain.deadline import Deadline, Finish
from daemon.domain.facts import Fact
from daemon.domain.rules import Rule
from daemon.domain.times import OfficeHours, day_of, london
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook import load_days, shipped

DIVISION = "england-and-wales"
BEGINS = time(10)  # of an invented meeting
MEETS_AT = london(day_of(DUE_AT) + timedelta(days=2), BEGINS)
FURTHEST_DAYS = 800  # more than the longest limit of any procedure


def counted(rule: Rule, words: Vocabulary) -> tuple[str, ...]:
    """Return a line a day from where the rule must have begun to be due on the sample's day; none where it never is."""
    for _, _, found in _counts(rule, words):
        if day_of(found.at) == day_of(DUE_AT):
            return tuple(say_working(found.working))
    return ()


def meets_at(rule: Rule, words: Vocabulary) -> datetime:
    """Return when the meeting is from which a rule counts back to the sample's day; without one, two days after it."""
    for leg, day, found in _counts(rule, words):
        if day_of(found.at) == day_of(DUE_AT):
            at_once = leg.finish is Finish.START
            return DUE_AT if at_once else london(day, BEGINS) if leg.is_backward else MEETS_AT
    return MEETS_AT


def _counts(rule: Rule, words: Vocabulary) -> Iterator[tuple[Deadline, date, Due]]:
    """Yield each day on which a rule may have begun, nearest first, with when it would be due."""
    last, calendar = day_of(DUE_AT), _calendar()
    for leg in rule.due.legs if rule.due.is_limit else ():
        towards = 1 if leg.is_backward else -1
        for days in range(FURTHEST_DAYS):
            day = last + timedelta(days=days * towards)
            began = Fact(leg.anchor, london(day), whole_day=True)
            yield leg, day, due(leg, began, words.on_its_day(leg.anchor), calendar)


@cache
def _calendar() -> Calendar:
    return Calendar(load_days(shipped(), DIVISION), OfficeHours())
