"""Deadlines, rungs' times, repeats, clocks and dates, from the words of a rule."""

import re
from datetime import date, time
from typing import TYPE_CHECKING

from daemon.domain.deadline import Deadline, Finish, Origin, RungTime, Unit
from daemon.domain.times import WEEKDAYS
from daemon.domain.vocabulary import guess
from daemon.rulebook.phrases import Misread, parse

if TYPE_CHECKING:
    from lark import Token, Tree

LONGEST_DAYS = 366 * 5  # the table of working days reaches a little further than this
DAYS_OF = {
    Unit.WORKING_DAYS: 1.5,
    Unit.CALENDAR_DAYS: 1,
    Unit.WEEKS: 7,
    Unit.MONTHS: 31,
    Unit.WORKING_HOURS: 0.2,
    Unit.ELAPSED_HOURS: 1 / 24,
    Unit.ELAPSED_MINUTES: 1 / 1440,
}


def deadline(text: str) -> Deadline:
    """Return the deadline that a phrase says. Raises Misread.

    Source: DOMAIN section 3, READINGS section 1.
    """
    tree = parse("deadline", text)
    end = _finish(tree)
    words = _words(tree)
    if tree.data == "numbered_day":
        number, anchor = words
        spans = _checked([(int(number), Unit.WORKING_DAYS)])
        return Deadline(text, anchor, spans, is_day_number=True, finish=end)
    if tree.data == "numbered_week":  # week 6 is the days +35 to +41: the last of them is due
        number, anchor = words
        spans = _checked([(int(number) * 7 - 1, Unit.CALENDAR_DAYS)])
        return Deadline(text, anchor, spans, finish=end)
    side, anchor = words
    return Deadline(text, anchor, _checked(_spans(tree, side)), finish=end)


def rung_time(text: str) -> RungTime:
    """Return when a rung fires. Raises Misread."""
    tree = parse("moment", text)
    words = _words(tree)
    if tree.data == "at_due":
        return RungTime(text)
    if tree.data == "at_once":
        return RungTime(text, Origin.OPENING, unit=Unit.ELAPSED_MINUTES)
    if tree.data == "day_of_due":
        return RungTime(text, clock=clock(words[0]))
    side, *at = words
    ((count, unit),) = _checked(_spans(tree, side))
    if tree.data == "after_opening":
        if count < 0:
            raise Misread("nobody can be told before the duty opens", 'write "at once"')
        return RungTime(text, Origin.OPENING, count, unit)
    return RungTime(text, Origin.DUE, count, unit, clock(at[0]) if at else None)


def every(text: str) -> int:
    """Return the working days of "every 5 working days". Raises Misread."""
    return _working_days(parse("repeat", text))


def length(text: str) -> int:
    """Return the working days of "2 working days". Raises Misread."""
    return _working_days(parse("length", text))


def clock(text: str) -> time:
    """Return a time of day written "09:00". Raises Misread."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise Misread(f'"{text}" is no time of day', 'write it like "09:00"')
    return time.fromisoformat(text)


def day(text: str) -> date:
    """Return a date written "2026-03-09". Raises Misread."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Misread(f"there is no {text}", "look at a calendar") from None
    raise Misread(f'"{text}" is no date', 'write it like "2026-03-09"')


def weekday(text: str) -> int:
    """Return a weekday's number, Monday being 0. Raises Misread."""
    if text not in WEEKDAYS:
        raise Misread(f'"{text}" is no weekday', guess(text, WEEKDAYS))
    return WEEKDAYS.index(text)


def _words(tree: "Tree[Token]") -> list[str]:
    """Return the phrase's own words: those of a span or a finish stand in trees of their own."""
    return [str(part) for part in tree.children if not _is_tree(part)]


def _spans(tree: "Tree[Token]", side: str) -> list[tuple[int, Unit]]:
    spans = []
    for part in tree.find_pred(lambda found: found.data in ("span", "short")):
        number, unit = part.scan_values(lambda _: True)
        count = int(str(number))
        spans.append((-count if side == "before" else count, Unit(unit.type.lower())))
    return spans


def _checked(spans: list[tuple[int, Unit]]) -> tuple[tuple[int, Unit], ...]:
    if sum(abs(count) * DAYS_OF[unit] for count, unit in spans) > LONGEST_DAYS:
        raise Misread("this is longer than five years", "check the number and its unit")
    if len(spans) > 1 and any(unit is Unit.WORKING_DAYS for _, unit in spans):
        raise Misread("working days are not added to other spans", "count in calendar days")
    return tuple(spans)


def _finish(tree: "Tree[Token]") -> Finish | time:
    if next(tree.find_data("same_time"), None):
        return Finish.SAME_TIME
    at = next(tree.find_data("clock"), None)
    return clock(str(at.children[0])) if at else Finish.CLOSE_OF_BUSINESS


def _working_days(tree: "Tree[Token]") -> int:
    ((count, _),) = _checked([(int(_words(tree)[0]), Unit.WORKING_DAYS)])
    return count


def _is_tree(part: object) -> bool:
    return hasattr(part, "data")  # a token has none; Tree itself would have to be imported
