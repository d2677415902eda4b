"""The page about how dates are counted: each of its rows is worked out anew."""

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from daemon.decide.due.deadlines import due
from daemon.decide.due.office import Calendar
from daemon.domain.facts import Fact, moment
from daemon.domain.times import OfficeHours, say
from daemon.rulebook import load_days, shipped
from daemon.rulebook.language.moments import deadline

PAGE = Path(__file__).parents[2] / "docs" / "how-dates-are-counted.md"
ROWS = re.findall(
    r"^\| ([a-z0-9_ ]+ icpc_held) \| ([\dT:-]+) \| ([^|]+) \| ([^|]+) \|$",
    PAGE.read_text("utf-8"),
    re.MULTILINE,
)
CALENDAR = Calendar(load_days(shipped(), "england-and-wales"), OfficeHours())


@pytest.mark.parametrize(("phrase", "anchor", "expected", "why"), ROWS)
def test_a_date_of_the_page_is_what_the_product_counts(phrase, anchor, expected, why):
    value = datetime.fromisoformat(anchor) if "T" in anchor else date.fromisoformat(anchor)

    found = due(deadline(phrase), Fact("icpc_held", *moment(value)), "the conference", CALENDAR)

    assert say(found.at) == expected
    assert ("it may still move" in found.working[-1].why) == ("it may still move" in why)


def test_the_page_has_rows():
    assert len(ROWS) == 12
