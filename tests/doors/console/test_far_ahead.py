"""A slip of the pen: a conference that is booked for 2060 is shown where a manager sees it, and spoils no drawing."""

import re

import pytest

from daemon.domain.link import case_code, page_code
from tests.doors.console.conftest import SUE, conference
from tests.doors.console.test_pages import plain

FAR = f"/conferences/{page_code('M-FAR')}/record"
DRAWN = re.compile(r'<circle class="fact" cx="([\d.]+)%" cy')


@pytest.fixture
def slipped(world):
    """Have one family's second conference be booked for 2060, which was to be 2026."""
    with world.case("SC-3") as body:
        body["meetings"] = [*body["meetings"], conference("M-FAR", "2060-04-14T10:00")]
    world.turn()
    return world


def test_a_conference_too_far_ahead_to_be_true_is_listed_and_said_to_be_so(come, slipped):
    with come(SUE) as browser:
        page, second = browser.get("/conferences"), browser.get("/conferences?page=2")
        record = browser.get(FAR)

    assert "Is the date right? Booked more than two years ahead." in plain(page)
    assert page.text.index(FAR) < page.text.index("Within two years")
    assert "Wednesday 14 April 2060" in plain(page)
    assert "Is the date right?" not in second.text
    assert "It is booked more than two years ahead." in plain(record)


def test_where_every_date_can_be_true_nobody_is_asked_about_one(come):
    with come(SUE) as browser:
        page = browser.get("/conferences")
        record = browser.get(f"/conferences/{page_code('M-F-1')}/record")

    assert "Is the date right?" not in page.text
    assert "more than two years ahead" not in record.text


def test_a_year_that_was_mistyped_squeezes_no_drawing_and_is_named_beside_it(come, slipped):
    with come(SUE) as browser:
        page = browser.get(f"/cases/{case_code('SC-3')}")

    places = [float(x) for x in DRAWN.findall(page.text)]
    assert len(places) >= 3
    assert max(places) - min(places) > 50  # per cent of the width
    assert "2060" not in page.text.partition("<desc")[2].partition("</desc>")[0]
    beside = plain(page).partition("Not drawn, for it lies too far from the rest.")[2]
    assert "Wednesday 14 April 2060" in beside.partition("Duties")[0]


def test_a_case_that_ended_long_ago_is_drawn_as_it_was(come, world):
    world.clock.now = world.clock.now.replace(year=2031)
    world.turn()
    with come(SUE) as browser:
        page = browser.get(f"/cases/{case_code('SC-3')}")

    assert len(DRAWN.findall(page.text)) >= 3
    assert "Not drawn" not in page.text
