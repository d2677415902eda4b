"""An attempt to sign in: it is one browser's, counts once, and runs out."""

from datetime import timedelta
from typing import Any

import pytest

from daemon.testing.world import World
from tests.doors.entrance import Entrance
from tests.doors.provider import WickedProvider


def test_the_state_of_another_browser_signs_nobody_in(place: Entrance) -> None:
    with place.browser(follows=False) as mine, place.browser(follows=False) as other:
        other.get("/sign-in")
        theirs = mine.get(mine.get("/sign-in").headers["location"]).headers["location"]

        page = other.get(theirs)

    assert page.status_code == 403
    assert place.sessions() == []


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: "", id="none"),
        pytest.param(lambda text: text[:-1], id="a letter less"),
        pytest.param(lambda text: f"A{text[1:]}" if text[0] != "A" else f"B{text[1:]}", id="a letter changed"),
        pytest.param(lambda text: text.rpartition(".")[0] + ".L2Vsc2U=", id="another page to go to"),
        pytest.param(lambda _: "a.b.c", id="another's"),
        pytest.param(lambda _: f"a.{'9' * 4000}.c", id="the end of time"),
        pytest.param(lambda _: "....", id="junk"),
    ],
)  # fmt: skip
def test_an_attempt_that_was_changed_signs_nobody_in(place: Entrance, spoil: Any) -> None:
    with place.browser(follows=False) as browser:
        begun = browser.get("/sign-in")
        back = browser.get(begun.headers["location"]).headers["location"]
        text = browser.cookies["daykeeper-sign-in"]
        browser.cookies.clear()

        page = browser.get(back, headers={"cookie": f"daykeeper-sign-in={spoil(text)}"})

    assert page.status_code == 403
    assert place.sessions() == []


def test_an_answer_counts_once_also_where_the_provider_takes_a_code_twice(
    place: Entrance, provider: WickedProvider
) -> None:
    provider.forgets_codes = False
    with place.browser(follows=False) as browser:
        begun = browser.get("/sign-in")
        cookie = browser.cookies["daykeeper-sign-in"]
        back = browser.get(begun.headers["location"]).headers["location"]
        first = browser.get(back)
        browser.cookies.clear()

        again = browser.get(back, headers={"cookie": f"daykeeper-sign-in={cookie}"})

    assert (first.status_code, again.status_code) == (303, 403)
    assert len(place.sessions()) == 1


def test_a_code_that_the_provider_has_seen_signs_nobody_in(
    place: Entrance, provider: WickedProvider
) -> None:
    with place.browser(follows=False) as browser:
        back = browser.get(browser.get("/sign-in").headers["location"]).headers["location"]
        provider.codes.clear()

        page = browser.get(back)

    assert page.status_code == 403
    assert place.sessions() == []


def test_an_attempt_runs_out(place: Entrance, world: World) -> None:
    with place.browser(follows=False) as browser:
        back = browser.get(browser.get("/sign-in").headers["location"]).headers["location"]
        world.clock.now += timedelta(minutes=11)

        page = browser.get(back)

    assert page.status_code == 403
    assert place.sessions() == []
