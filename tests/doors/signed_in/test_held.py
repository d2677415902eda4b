"""The page of what is held, as each who signs in sees it."""

from tests.doors.signed_in.stage import SAM, hold_much


def test_a_manager_sees_what_is_held_why_since_when_and_where_it_is_released(place, world):
    hold_much(world)

    with place.browser() as browser:
        home = browser.get("/")
        page = browser.get("/held")

    assert 'href="/held"' in home.text
    assert "sending is paused by the operator" in page.text
    assert "SC-2" in page.text
    assert "Friday 20 March 2026, 10:20am" in page.text
    assert 'href="/silence"' in page.text
    assert 'href="/service/stops">whoever runs the service</a>' in page.text


def test_whoever_holds_no_role_in_a_case_hears_of_the_pause_alone(place, world, provider):
    for ref in ("SC-1", "SC-2"):
        with world.case(ref, team="south"):
            pass
    world.turn()
    hold_much(world)
    provider.claims = SAM

    with place.browser() as browser:
        browser.get("/")
        page = browser.get("/held")

    assert "sending is paused" in page.text
    assert "SC-" not in page.text
    assert "not shown" not in page.text
    assert "/service/stops" not in page.text


def test_nobody_sees_it_without_signing_in(place):
    with place.browser(follows=False) as scanner:
        assert scanner.get("/held").status_code == 303
