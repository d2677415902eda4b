"""Where lists end and ways lead: the past, pages that are no more, forms that are stale, and who is from outside."""

import pytest

from daemon.domain.link import case_code, page_code
from daemon.testing.world import at, person
from tests.doors.console.conftest import SAM, SUE, claims, conference
from tests.doors.console.test_looks import OVER
from tests.doors.console.test_pages import OPEN, plain, search

RECORD = f"/conferences/{page_code('M-F-1')}/record"
LENA = claims("lena", "DK-Leads-Outside")


def held(world):
    """Have the conference of the two siblings be held."""
    world.clock.now = at("2026-03-20 12:30")
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["meetings"] = [conference("M-F-1", "2026-03-20T10:00", held_on="2026-03-20")]
    world.turn()


def test_past_conferences_are_a_page_of_their_own(come, world):
    held(world)
    world.clock.now = at("2026-03-23 09:30")
    world.turn()
    with come(SUE) as browser:
        page = browser.get("/conferences/past")

    assert page.status_code == 200
    assert "<h1>Past conferences</h1>" in page.text
    assert RECORD in page.text


def test_a_conference_of_years_ago_is_still_found_from_its_case(come, world):
    held(world)
    world.clock.now = at("2027-09-20 09:30")
    world.turn()
    with come(SUE) as browser:
        case = browser.get(f"/cases/{case_code('SC-1')}")
        page = browser.get(RECORD)

    assert f'href="{RECORD}"' in case.text
    assert page.status_code == 200
    assert "Friday 20 March 2026" in plain(page)


@pytest.mark.parametrize(
    "path", ["/board/soon", "/cases", "/conferences", "/issues", "/people", "/service/deliveries"]
)
def test_a_page_behind_the_last_one_does_not_say_that_there_is_nothing(come, path):
    with come(SUE) as browser:
        page = browser.get(f"{path}?page=99")

    assert page.status_code == 200
    assert "Nothing stands on this page any more." in page.text
    assert f'<a href="{path}">Go to the first page</a>' in page.text


def test_whoever_goes_astray_while_signed_in_keeps_the_navigation(come):
    with come(SUE) as browser:
        pages = [
            browser.get("/questions/none"),
            browser.get("/conferences/none"),
            browser.post("/cases", data={"nonce": "stale", "ref": "SC-1"}),
            browser.post("/cases", data={"ref": "A" * 20_000}),
            browser.get("/nowhere"),
            browser.get("/sign-out"),
            browser.get("/accessibility"),
        ]

    assert [one.status_code for one in pages] == [404, 404, 403, 413, 404, 405, 200]
    assert [one.text.count('aria-label="Sections"') for one in pages] == [1] * len(pages)
    assert [one.text.count("Signed in as sue") for one in pages] == [1] * len(pages)


@pytest.mark.parametrize("path", ["/nowhere", "/sign-out", "/accessibility"])
def test_whoever_is_not_signed_in_finds_a_way_back_and_nobodys_name(place, path):
    with place.browser(follows=False) as stranger:
        page = stranger.get(path)
        stranger.cookies.set("daykeeper-session", "x" * 43)
        again = stranger.get(path)

    for one in (page, again):
        assert '<a href="/">Go to the first page</a>' in one.text
        assert "Signed in as" not in one.text


def test_somebody_from_outside_sees_no_case_and_who_else_was_told_of_none(come, world, place):
    lena = person("lena", "safeguarding_lead_agency", agency="police")
    world.directory.everybody.append(lena)
    world.turn()
    with come(LENA) as browser:
        pages = {path: browser.get(path).text for path in OPEN}
        pages["journal"] = search(browser, "/journal", about="SC-1").text
        case = browser.get(f"/cases/{case_code('SC-1')}")

    assert case.status_code == 404
    assert [path for path, text in pages.items() if "SC-" in text.replace("SC-1", "", 1)] == []
    assert "Signed in as lena" in pages["/board"]
    assert 'href="/people"' not in pages["/board"]
    assert "You may not see this" in pages["/people"]


def test_why_a_family_is_on_hold_is_for_service_managers_alone(come, world):
    world.fact("SC-2", child_died="2026-03-19")
    world.turn()
    with come(SUE) as browser:
        manager = plain(browser.get("/held"))
    with come(SAM) as browser:
        worker = plain(browser.get("/held"))

    assert "A child of the family has died" in manager
    assert "A family on hold Messages about this family have stopped." in worker
    assert "died" not in worker


@pytest.mark.parametrize("where", ["case", "conference"])
def test_a_reference_of_sixty_letters_is_broken_on_a_phone(place, provider, world, tab, where):
    ref = "SC-" + "4f9c" * 15
    with world.case(ref) as body:
        body["facts"] = {"strategy_discussion_held": "2026-03-02"}
        body["meetings"] = [conference("M-LONG", "2026-03-20T10:00")]
    world.turn()
    provider.claims = SUE
    way = {
        "case": f"/cases/{case_code(ref)}",
        "conference": f"/conferences/{page_code('M-LONG')}/record",
    }

    tab.open(f"{place.address}{way[where]}", width=360)

    assert ref in tab.value("document.querySelector('main').innerText")
    assert tab.value(OVER) == 0
