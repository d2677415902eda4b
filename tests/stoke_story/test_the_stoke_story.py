"""One family from the strategy discussion to fourteen months: these messages and entries, and no others."""

import pytest

from tests.stoke_story import conference, page
from tests.stoke_story.family import EXCLUDED
from tests.stoke_story.listing import lines
from tests.stoke_story.story import tell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
ONE = pytest.mark.parametrize("backend", ["sqlite"])


def reached(on):
    """Return whom anything went to."""
    return {one.to.partition("@")[0] for one in on.sent()}


def cut(listed, day):
    """Return a list up to the day of that heading."""
    return listed[: listed.index(f"### {day}")]


def test_staff_get_what_the_page_says_and_nothing_else(on):
    tell(on)

    assert lines(on) == page.read()
    assert EXCLUDED not in reached(on)
    assert not {name for name in reached(on) if name.startswith(("mother", "father"))}


@ONE
def test_without_the_exclusion_the_excluded_manager_would_be_told(on):
    for body in on.cases.bodies.values():
        body["excluded"] = []

    conference.enquiry(on)
    on.at("2025-11-10 09:00", "The first week is over.")

    told = cut(lines(on), "Monday 10 November 2025")
    assert told != cut(page.read(), "Monday 10 November 2025")
    assert EXCLUDED in reached(on)
