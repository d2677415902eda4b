"""The pages on which a reply is recorded."""

import re

import pytest

from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import BOTH, CHRIS, SAM, state, with_lead

NO_DAY = "the day on which it came"


@pytest.fixture
def written(place, world, provider):
    """The chair has written to the lead of the police, and is signed in."""
    provider.claims = CHRIS
    with_lead(world)
    with place.browser() as browser:
        letter = re.findall(r'href="(/questions/\w+)">Informal stage', browser.get("/").text)[0]
        words = {"answer": "yes", "lead": "Nobody came.", "clear": "Tell me why.", **BOTH}
        browser.post(letter, data={"nonce": nonce_in(browser.get(letter)), **words})
        world.turn()
        yield browser


def page_of(browser):
    return re.findall(r'href="(/replies/\w+)"', browser.get("/replies").text)


def press(browser, path, **fields):
    return browser.post(path, data={"nonce": nonce_in(browser.get(path)), **fields})


def test_the_chair_finds_the_issue_and_records_the_reply(written, world):
    home = written.get("/")
    (path,) = page_of(written)
    shown = written.get(path)
    done = press(written, path, outcome="absence_explained", **{"came-on": "2026-03-20"}, **BOTH)

    assert 'href="/replies"' in home.text
    assert "no_answer" not in shown.text
    assert (done.status_code, "It is recorded." in done.text) == (200, True)
    assert page_of(written) == []
    assert state(world, "issue-resolution-stage-one") == {"withdrawn"}


@pytest.mark.parametrize(
    ("fields", "mistake"),
    [
        pytest.param({"came-on": "2026-03-20", **BOTH}, "Choose what came of it", id="no outcome"),
        pytest.param({"outcome": "settled_otherwise", **BOTH}, NO_DAY, id="no day"),
        pytest.param({"came-on": "2026-03-21", "outcome": "settled_otherwise", **BOTH}, NO_DAY, id="tomorrow"),
        pytest.param({"came-on": "2026-03-20", "outcome": "settled_otherwise"}, "Choose at least one", id="no case"),
    ],
)  # fmt: skip
def test_a_reply_that_is_half_filled_says_what_is_missing(written, world, fields, mistake):
    answered = press(written, page_of(written)[0], **fields)

    assert answered.status_code == 400
    assert mistake in answered.text
    assert state(world, "issue-resolution-stage-one") == {"open"}


def test_a_social_worker_is_not_shown_it(written, place, provider):
    (path,) = page_of(written)
    provider.claims = SAM

    with place.browser() as other:
        assert "/replies" not in other.get("/").text
        assert page_of(other) == []
        assert other.get(path).status_code == 404
