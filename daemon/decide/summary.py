"""When the weekly summary of open overdue items goes out (DOMAIN 5.8)."""

from datetime import datetime, timedelta

from daemon.decide.office import Calendar
from daemon.domain.parts import WeeklySummary
from daemon.domain.rules import Pack, Rulebook
from daemon.domain.times import day_of, london


def summary_pack(book: Rulebook, pathway: str | None) -> Pack | None:
    """Return the pack whose summary an authority gets: its own pathway's, else the base's; there is one a week."""
    return next(
        (pack for pack in (book.pack(pathway), book.packs[book.base]) if pack.summary), None
    )


def next_summary(summary: WeeklySummary, after: datetime, calendar: Calendar) -> datetime:
    """Return the first summary moment after `after`; a closed office moves it to the next opening."""
    day = day_of(after)
    day += timedelta(days=(summary.weekday - day.weekday()) % 7 - 7)
    while True:
        at = calendar.opening(london(day, summary.clock))
        if at > after:
            return at
        day += timedelta(days=7)
