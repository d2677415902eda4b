"""A provider that is away: nobody signs in meanwhile, and nothing else stops."""

from daemon.testing.world import World
from tests.doors.entrance import Entrance, entrance
from tests.doors.provider import WickedProvider


def test_a_provider_that_is_away_stops_nothing_else(
    place: Entrance, provider: WickedProvider
) -> None:
    provider.is_away = True
    with place.browser() as browser:
        refused, alive = browser.get("/"), browser.get("/health/live")
        provider.is_away = False
        signed_in = browser.get("/")

    assert refused.status_code == 503
    assert "messages go out as before" in refused.text
    assert alive.status_code == 200
    assert signed_in.status_code == 200


def test_a_provider_that_goes_away_in_the_middle_signs_nobody_in(
    place: Entrance, provider: WickedProvider
) -> None:
    with place.browser(follows=False) as browser:
        back = browser.get(browser.get("/sign-in").headers["location"]).headers["location"]
        provider.is_away = True

        page = browser.get(back)

    assert page.status_code == 503
    assert place.sessions() == []


def test_a_provider_that_was_never_there_is_a_page_in_words(world: World) -> None:
    with entrance(world, "http://127.0.0.1:9") as place, place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 503
    assert "Traceback" not in page.text
