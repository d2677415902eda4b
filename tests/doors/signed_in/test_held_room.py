"""After a death nothing of a family's conferences is shown: whoever chairs them sees why, and who releases it."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from tests.axe import grave_faults
from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import CHRIS, SAM

NAME = sha256(b"conference\0M-1").hexdigest()[:20]
EXPECTED = f"/conferences/{NAME}"
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = os.environ.get("DAYKEEPER_PICTURES")


@pytest.fixture
def chair(place, provider):
    provider.claims = CHRIS
    with place.browser() as browser:
        browser.get("/")
        yield browser


def dies(world, *refs):
    for ref in refs:
        with world.case(ref) as body:
            body["facts"] = {**body["facts"], "child_died": "2026-03-20"}
    world.turn()


def test_after_a_death_the_chair_sees_that_it_is_held_and_who_releases_it(chair, world):
    dies(world, "SC-2")

    home, page = (" ".join(chair.get(path).text.split()) for path in ("/", EXPECTED))

    for shown in (home, page):
        assert "Initial conference, Friday 20 March 2026, 10am: on hold" in shown
        assert "until the service manager (safeguarding unit), sue, releases it" in shown
        assert "SC-2" not in shown
        assert "died" not in shown
    assert "Case SC-1." in home
    assert EXPECTED not in home


def test_a_conference_about_that_child_alone_is_held_without_a_reference(chair, world):
    dies(world, "SC-1", "SC-2")

    home = chair.get("/").text

    assert "10am: on hold" in home
    assert "SC-" not in home


def test_what_is_said_of_a_conference_that_is_held_is_not_taken(chair, world):
    page = chair.get(EXPECTED)
    dies(world, "SC-2")

    came = chair.post(EXPECTED, data={"nonce": nonce_in(page), "effective": "yes"})

    assert came.status_code == 409
    assert "Nothing has changed now." in came.text
    with world.store.read() as tx:
        assert world.house.record(tx, "SC-1").meetings[0].effective is None


def test_once_released_the_chair_has_the_page_again(chair, world):
    dies(world, "SC-2")
    with world.case("SC-2") as body:
        body["facts"] = {**body["facts"], "siblings_released": "2026-03-20"}
    world.turn()

    assert EXPECTED in chair.get("/").text
    assert "on hold" not in chair.get(EXPECTED).text


def test_who_does_not_chair_it_hears_nothing_of_it(chair, world, provider, place):
    dies(world, "SC-2")
    provider.claims = SAM

    with place.browser() as other:
        home, page = other.get("/"), other.get(EXPECTED)

    assert "on hold</h3>" not in home.text
    assert page.status_code == 404


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(820, id="tablet")])
@pytest.mark.parametrize(
    "path", [pytest.param("/", id="what waits"), pytest.param(EXPECTED, id="the conference")]
)
def test_its_page_fits_and_keeps_nobody_out(place, world, provider, tab, path, width):
    dies(world, "SC-2")
    provider.claims = CHRIS
    tab.open(f"{place.address}/", width=width)

    faults = grave_faults(tab, f"{place.address}{path}", width=width)

    assert faults == []
    assert tab.value(OVER) == 0
    assert ": on hold" in tab.value("document.body.innerText")
    if PICTURES:
        name = f"held{path.replace('/', '-')[:6]}{width}.png"
        Path(PICTURES, name).write_bytes(tab.picture())
