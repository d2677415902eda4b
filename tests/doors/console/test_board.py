"""The board and the pages of its parts: to each who has signed in what is theirs, and nothing of the rest."""

import re

import pytest

from tests.doors.console.conftest import OLA, SAM, SUE, TOM, claims

SOUTH = claims("tess", "DK-Leads")


def refs(text: str) -> set[str]:
    return set(re.findall(r"SC-\w+", text))


def test_a_service_manager_sees_this_weeks_conferences_and_what_is_due(come):
    with come(SUE) as browser:
        page = browser.get("/board").text

    for heading in (
        "Conferences this week", "Overdue", "Due today", "At risk in the next five working days",
        "Waiting for approval", "Held",
    ):  # fmt: skip
        assert f"{heading}</h2>" in page
    assert {"SC-1", "SC-2", "SC-3", "SC-SECRET"} <= refs(page)
    assert "Friday 20 March 2026, 10am" in page


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        pytest.param(SUE, {"SC-HIDDEN", "SC-NOBODY"}, id="whom a case excludes"),
        pytest.param(TOM, {"SC-3", "SC-SECRET", "SC-NOBODY"}, id="a team's manager"),
        pytest.param(SOUTH, {"SC-1", "SC-2", "SC-HIDDEN", "SC-SECRET"}, id="another team's"),
        pytest.param(SAM, {"SC-3", "SC-SECRET", "SC-NOBODY"}, id="a social worker of the team"),
        pytest.param(OLA, {"SC-1", "SC-2", "SC-3", "SC-HIDDEN", "SC-SECRET"}, id="the operator"),
    ],
)
def test_nobody_sees_a_case_that_is_not_theirs(come, who, hidden):
    with come(who) as browser:
        pages = [browser.get("/board").text, browser.get("/cases").text]
        pages += [
            browser.get(f"/board/{part}").text
            for part in ("conferences", "overdue", "today", "soon", "approvals", "held")
        ]

    assert not hidden & refs("".join(pages))


def test_who_holds_no_role_in_any_case_finds_an_empty_board(come):
    with come(OLA) as browser:
        page = browser.get("/board").text

    assert "No conference is booked this week." in page
    assert "Nothing is overdue." in page
    assert refs(page) == set()


def test_a_long_list_is_cut_into_pages_and_each_entry_stands_once(come, world):
    for at in range(30):
        with world.case(f"SC-L{at:02}", roles={"cp_chair": ["chris"]}) as body:
            body["facts"] = {"strategy_discussion_held": "2026-03-02"}
    world.turn()
    with come(SUE) as browser:
        first = browser.get("/cases").text
        second = browser.get("/cases?page=2").text

    assert 'href="/cases?page=2" rel="next"' in first
    assert not refs(first) & refs(second)
    assert {f"SC-L{at:02}" for at in range(30)} <= refs(first + second)


def test_a_pause_stands_on_the_board_for_everybody(come, much_held):
    with come(SAM) as browser:
        page = browser.get("/board").text

    assert "sending is paused by the operator" in page


def test_after_a_death_nothing_of_the_family_stands_on_the_board(come, world):
    world.fact("SC-2", child_died="2026-03-19")
    world.turn()
    with come(SUE) as browser:
        page = browser.get("/board").text + browser.get("/cases").text

    assert not {"SC-1", "SC-2"} & refs(page)


def test_every_page_has_the_one_navigation_and_shows_where_one_is(come):
    with come(SUE) as browser:
        for path in (
            "/",
            "/board",
            "/cases",
            "/conferences",
            "/issues",
            "/people",
            "/held",
            "/silence",
            "/journal",
            "/service",
        ):
            page = browser.get(path).text
            assert page.count('aria-label="Sections"') == 1
            assert page.count('aria-current="true"') == 1
            assert 'href="/service"' in page
    with come(SAM) as browser:
        assert 'href="/service"' not in browser.get("/board").text


def test_nobody_sees_it_without_signing_in(place):
    with place.browser(follows=False) as scanner:
        for path in ("/board", "/board/overdue", "/cases", "/cases/abc"):
            assert scanner.get(path).status_code == 303
