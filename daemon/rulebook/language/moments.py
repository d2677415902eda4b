"""Deadlines, rungs' times, repeats, clocks and dates, from the words of a rule."""

import re
from collections.abc import Container
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING

from daemon.domain.deadline import Deadline, Finish, Origin, Roll, RungTime, Unit, Which
from daemon.domain.times import WEEKDAYS
from daemon.domain.vocabulary import guess
from daemon.rulebook.language.phrases import Misread, parse

if TYPE_CHECKING:
    from lark import Token, Tree
    from typing_extensions import TypeIs

LONGEST_DAYS = 366 * 5  # the table of working days reaches a little further than this
LONGEST_YEARS = 25  # from a birth: counted on no table
DAYS_OF = {
    Unit.WORKING_DAYS: 1.5,
    Unit.CALENDAR_DAYS: 1,
    Unit.WEEKS: 7,
    Unit.MONTHS: 31,
    Unit.YEARS: 366,
    Unit.WORKING_HOURS: 0.2,
    Unit.ELAPSED_HOURS: 1 / 24,
    Unit.ELAPSED_MINUTES: 1 / 1440,
}
AT_ONCE = ((0, Unit.ELAPSED_MINUTES),)
LIMITS = {
    *("counted", "elapsed", "numbered_day", "numbered_week"),
    *("at_once", "on_the_day", "by_the_start"),
}
ANCHORS = {
    "usual": Which.USUAL,
    "latest": Which.LATEST,
    "before": Which.BEFORE,
    "own": Which.OWN,
    "nth": Which.NTH,
}
ORDINALS = ("first", "second", "third", "fourth")


def deadline(text: str, future: Container[str] = ()) -> Deadline:
    """Return the deadline that a phrase says; `future` are the facts that may lie ahead. Raises Misread.

    Source: DOMAIN section 3, READINGS section 1.
    """
    tree = parse("deadline", text)
    parts = [part for part in tree.children if is_tree(part)]
    end = next((part for part in parts if part.data not in LIMITS), None)
    first, *others = (_limit(text, part, end, future) for part in parts if part.data in LIMITS)
    return replace(first, or_earlier=others[0]) if others else first


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
    ((count, unit),) = _checked(_spans(tree))
    at = clock(words[0]) if words else None
    if tree.data == "after_opening":
        if count < 0:
            raise Misread("nobody can be told before the duty opens", 'write "at once"')
        return RungTime(text, Origin.OPENING, count, unit, at)
    return RungTime(text, Origin.DUE, count, unit, at)


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


def _limit(
    text: str, tree: "Tree[Token]", end: "Tree[Token] | None", future: Container[str]
) -> Deadline:
    (found,) = (part for part in tree.children if is_tree(part) and part.data in ANCHORS)
    *ordinal, anchor = _words(found)
    made = Deadline(
        text,
        anchor,
        (),
        which=ANCHORS[found.data],
        finish=_finish(end),
        roll=_roll(end),
        nth=ORDINALS.index(ordinal[0]) + 1 if ordinal else 1,
    )
    if tree.data == "at_once":
        return replace(made, spans=AT_ONCE)
    if tree.data == "by_the_start":
        return replace(made, spans=AT_ONCE, finish=Finish.START)
    if tree.data == "on_the_day":
        roll = Roll.BACK if anchor in future else Roll.FORWARD
        return replace(made, spans=((0, Unit.CALENDAR_DAYS),), roll=roll)
    if tree.data == "numbered_day":
        spans = _checked([(int(_words(tree)[0]), Unit.WORKING_DAYS)])
        return replace(made, spans=spans, is_day_number=True)
    if tree.data == "numbered_week":  # week 6 is the days +35 to +41: the last of them is due
        spans = _checked([(int(_words(tree)[0]) * 7 - 1, Unit.CALENDAR_DAYS)])
        return replace(made, spans=spans)
    spans = _checked(_spans(tree))
    if end is not None and spans[0][1] is Unit.WORKING_DAYS and made.roll is Roll.NOT:
        raise Misread("working days end on a working day", 'leave ", not rolled back" out')
    if end is not None and tree.data == "elapsed":
        raise Misread(
            "what is counted in hours ends at its own moment", "leave out what follows the comma"
        )
    return replace(made, spans=spans)


def _words(tree: "Tree[Token]") -> list[str]:
    """Return the phrase's own words: those of a span or an anchor stand in trees of their own."""
    return [str(part) for part in tree.children if not is_tree(part)]


def _spans(tree: "Tree[Token]") -> list[tuple[int, Unit]]:
    (side,) = next(tree.find_data("side")).children
    spans = []
    for part in tree.children:
        if is_tree(part) and part.data in ("span", "short"):
            number, unit = part.scan_values(lambda _: True)
            count = int(number)
            spans.append((-count if side == "before" else count, Unit(unit.type.lower())))
    return spans


def _checked(spans: list[tuple[int, Unit]]) -> tuple[tuple[int, Unit], ...]:
    longest = LONGEST_DAYS
    if any(unit is Unit.YEARS for _, unit in spans):
        longest = 366 * LONGEST_YEARS
    if sum(abs(count) * DAYS_OF[unit] for count, unit in spans) > longest:
        raise Misread("this is longer than five years", "check the number and its unit")
    if len(spans) > 1 and any(unit is Unit.WORKING_DAYS for _, unit in spans):
        raise Misread("working days are not added to other spans", "count in calendar days")
    return tuple(spans)


def _finish(end: "Tree[Token] | None") -> Finish | time:
    if end is not None and end.data == "same_time":
        return Finish.SAME_TIME
    if end is not None and end.data == "clock":
        return clock(str(end.children[0]))
    return Finish.CLOSE_OF_BUSINESS


def _roll(end: "Tree[Token] | None") -> Roll:
    return Roll.NOT if end is not None and end.data == "not_rolled" else Roll.BACK


def ahead(text: str) -> int:
    """Return the working days of "20 working days" or "4 weeks". Raises Misread."""
    number, unit = parse("ahead", text).children
    count = int(str(number))
    return count * 5 if getattr(unit, "type", "") == "WEEKS" else count


def rhythm(text: str) -> tuple[int | None, time]:
    """Return the weekday (None: every working day) and the time of a digest. Raises Misread."""
    tree = parse("rhythm", text)
    words = _words(tree)
    return (weekday(words[0]) if tree.data == "weekly" else None), clock(words[-1])


def _working_days(tree: "Tree[Token]") -> int:
    ((count, _),) = _checked([(int(_words(tree)[0]), Unit.WORKING_DAYS)])
    return count


def is_tree(part: "Tree[Token] | Token") -> "TypeIs[Tree[Token]]":
    """Return whether a part of a phrase is no single word."""
    return hasattr(part, "data")  # Tree itself would have to be imported, which takes 60 ms
