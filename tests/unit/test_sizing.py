"""What all of England takes: each figure of the page is made here anew from what was measured and counted."""

import re
from collections.abc import Mapping
from math import ceil
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGE, SPEED, STORY = (
    (DOCS / name).read_text("utf-8")
    for name in ("sizing.md", "speed.md", "a-conference-in-full.md")
)
CONFERENCES, ENQUIRIES = 72_000, 230_000  # in a year, children
WORKING_DAYS, OFFICE_S = 253, 8 * 3600
CHANGES = 60  # of one child's record in a year: each has the case decided anew
SOURCES = {  # what was measured, where docs/speed.md says it
    "messages_s": r"composing included, a server that takes them at once \| 208 \| (135) \|",
    "two_workers_s": r"the same, composing included, PostgreSQL \| 135.*\| 134.*\| (200) .*\| 188",
    "rung_us": r"one rung of 1,000 that fire, of a million; it tells two people \| 89 µs \| (145) µs",
    "plan_ms": r"on PostgreSQL it is (10\.5) and 1\.0 ms \(100 cases\)",
    "poll_s": r"poll 100,000 unchanged rows of a SQLite database \| 1\.0 to (1\.5) s",
    "tick_ms": r"a whole tick of the service.*1\.0 times \((18\.7) ms\)",
    "burst_mib": r"122 a second, (149) MiB",
    "mailbox_s": r"Microsoft's limit, is (0\.4) a second",
}


def measured() -> dict[str, float]:
    """Return each figure of the page of measurements that this one stands on."""
    found = {}
    for name, pattern in SOURCES.items():
        match = re.search(pattern, SPEED)
        assert match, f"docs/speed.md no longer says: {pattern}"
        found[name] = float(match[1])
    return found


def told() -> tuple[int, int]:
    """Return how many messages one family's fourteen months bring, and how many of them before its conference."""
    before, _, _ = STORY.partition("### Friday 21 November 2025")
    return tuple(
        len(re.findall(r"^- \d\d:\d\d · ", text, re.MULTILINE)) for text in (STORY, before)
    )  # type: ignore[return-value]


def worked_out() -> Mapping[str, str]:
    """Return what the page must say, by what its row begins with."""
    at, (whole, first) = measured(), told()
    messages = CONFERENCES * whole + (ENQUIRIES - CONFERENCES) * first
    a_day = messages / WORKING_DAYS
    evenly = a_day / OFFICE_S
    morning_s = a_day / 2 / at["two_workers_s"]
    decided = ENQUIRIES * CHANGES / WORKING_DAYS
    deciding_s = decided * at["plan_ms"] / 1000
    return {
        "messages of one family": f"{whole}",
        "of them before its conference": f"{first}",
        "messages a year": f"{messages / 1e6:.1f} million",
        "messages a working day": f"{round(a_day, -2):,.0f}",
        "spread over the office's hours": f"{evenly:.1f} a second",
        "half of a day's at 9 o'clock": f"{morning_s / 60:.1f} minutes",
        "the same, by one run alone": f"{a_day / 2 / at['messages_s'] / 60:.1f} minutes",
        "rungs fired for half a day's": f"{a_day / 2 / 2 * at['rung_us'] / 1e6:.1f} s",
        "decisions a working day": f"{round(decided, -2):,.0f}",
        "processor time for them": f"{deciding_s / 60:.1f} minutes",
        "share of one core in office hours": f"{100 * deciding_s / OFFICE_S:.1f} %",
        "every case decided anew": f"{ENQUIRIES * at['plan_ms'] / 1000 / 60:.0f} minutes",
        "a reading of unchanged rows": f"{ENQUIRIES / 1e5 * at['poll_s']:.1f} s",
        "ticks, an idle second": f"{at['tick_ms'] / 10:.1f} %",
        "mailboxes of Microsoft's limit": f"{ceil(evenly / at['mailbox_s'])}",
    }


@pytest.mark.parametrize("row", worked_out())
def test_the_page_says_what_is_worked_out(row):
    said = re.search(rf"^\| {re.escape(row)} \| ([^|]+) \|", PAGE, re.MULTILINE)

    assert said, f"no row begins with: {row}"
    assert said[1] == worked_out()[row]


@pytest.mark.parametrize(
    "figure", [f"{CONFERENCES:,}", f"{ENQUIRIES:,}", f"{WORKING_DAYS}", f"{CHANGES} times"]
)
def test_the_page_says_what_it_assumes(figure):
    assert figure in PAGE


def test_each_measured_figure_stands_in_the_page_with_its_command():
    for name, value in measured().items():
        assert re.search(rf"(?<![\d.]){re.escape(f'{value:g}')}(?![\d.]*\d)", PAGE), (name, value)
    assert PAGE.count("`python -m tests.") >= 3
