"""How a rule counts up to the day of the sample: the working of an invented message, as a real one would show it."""

from datetime import timedelta
from functools import cache

from daemon.decide.due.deadlines import due
from daemon.decide.due.office import Calendar
from daemon.decide.telling.wording import say_working
from daemon.decide.trying.sample import DUE_AT
from daemon.domain.facts import Fact
from daemon.domain.rules import Rule
from daemon.domain.times import OfficeHours, day_of, london
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook import load_days, shipped

DIVISION = "england-and-wales"
FURTHEST_DAYS = 800  # more than the longest limit of any procedure


def counted(rule: Rule, words: Vocabulary) -> tuple[str, ...]:
    """Return a line a day from where the rule must have begun to be due on the sample's day; none where it never is."""
    last, calendar = day_of(DUE_AT), _calendar()
    for leg in rule.due.legs if rule.due.is_limit else ():
        towards = 1 if leg.is_backward else -1
        for days in range(FURTHEST_DAYS):
            began = Fact(leg.anchor, london(last + timedelta(days=days * towards)), whole_day=True)
            found = due(leg, began, words.on_its_day(leg.anchor), calendar)
            if day_of(found.at) == last:
                return tuple(say_working(found.working))
    return ()


@cache
def _calendar() -> Calendar:
    return Calendar(load_days(shipped(), DIVISION), OfficeHours())
