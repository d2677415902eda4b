"""Every page of the service, as a stranger finds it: what is not public is shut, and nothing breaks."""

import re
from collections.abc import Iterator
from random import Random

import pytest
from starlette.routing import Route

from daemon.metrics import Metrics
from daemon.testing.world import World
from tests.chromium import Page
from tests.doors.entrance import Entrance, entrance
from tests.doors.provider import provided

PUBLIC = {  # what a stranger may ask for, each with the statuses that it may answer with
    "/health/live": {200},
    "/health/ready": {200, 503},
    "/metrics": {200},
    "/accessibility": {200},
    "/item/{token}": {404},  # of links that nobody sent
    "/sign-in": {303},
    "/sign-in/back": {403},
    "/api/records": {404, 415},  # signed, and refused where what comes is no JSON
    "/api/openapi.json": {200},
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
PHONE = 320
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def place(world: World) -> Iterator[Entrance]:
    with provided() as provider, entrance(world, provider.issuer, metrics=Metrics()) as one:
        yield one


def paths(place: Entrance) -> list[str]:
    """Return every path that the service answers, with something in place of what varies."""
    return [one.path for one in place.app.routes if isinstance(one, Route)]


def test_whatever_is_not_public_is_shut_to_a_stranger(place: Entrance) -> None:
    wrong = []
    with place.browser(follows=False) as stranger:
        for path in paths(place):
            for method in METHODS:
                answer = stranger.request(method, re.sub(r"{\w+(:\w+)?}", "A" * 30, path))
                allowed = PUBLIC.get(path, {303}) | {401, 403, 405}
                if answer.status_code not in allowed:
                    wrong.append((method, path, answer.status_code))

    assert wrong == []
    assert PUBLIC.keys() <= set(paths(place))
    assert len(paths(place)) > len(PUBLIC)


def test_every_answer_forbids_frames_scripts_and_caches(place: Entrance) -> None:
    with place.browser(follows=False) as stranger, place.browser() as sue:
        sue.get("/")
        answers = [
            one.request(method, re.sub(r"{\w+(:\w+)?}", "A" * 30, path))
            for one in (stranger, sue)
            for path in [*paths(place), "/nowhere"]
            for method in ("GET", "POST")
        ]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_junk_breaks_no_page_with_a_session_or_without(place: Entrance) -> None:
    chance = Random(4)
    junk = [
        "",
        "%00",
        "%ff%fe",
        "..%2f..",
        "A" * 3000,
        "%F0%9F%A6%86",
        "<script>",
        "{{7*7}}",
        "-1",
        "%0d%0aa:b",
    ]
    failed = []
    with place.browser(follows=False) as stranger, place.browser() as sue:
        sue.get("/")
        for _ in range(300):
            path = re.sub(
                r"{\w+(:\w+)?}", lambda _: chance.choice(junk), chance.choice(paths(place))
            )
            names = chance.sample(["to", "code", "state", "error", "nonce", "iss", "x"], 3)
            query = "&".join(f"{name}={chance.choice(junk)}" for name in names)
            body = chance.choice(junk).encode() * chance.choice([1, 1, 9000])
            method = chance.choice(["GET", "POST"])
            for one in (stranger, sue):
                answer = one.request(
                    method, f"{path}?{query}", content=body, follow_redirects=False,
                    headers={"content-type": "application/x-www-form-urlencoded"},
                )  # fmt: skip
                if answer.status_code >= 500:
                    failed.append((method, path, query, answer.status_code))

    assert failed == []


def test_a_real_browser_signs_in_sees_what_waits_and_signs_out(place: Entrance, tab: Page) -> None:
    tab.open(f"{place.address}/", width=PHONE)
    home = (tab.value("location.pathname"), tab.value("document.body.innerText"), tab.value(OVER))
    cookies = tab.value("document.cookie")
    tab.value("document.querySelector('.who button').click()")
    left = until(tab, "You are signed out")
    ours = (tab.value(OVER), tab.value("document.querySelector('main a').getAttribute('href')"))

    assert home[0] == "/"
    assert "Signed in as sue" in home[1]
    assert "Case SC-1" in home[1]
    assert home[2] == 0
    assert cookies == ""  # no script could read one
    assert left
    assert ours == (0, "/sign-in?to=/")
    assert [ends > begun for _, begun, ends in place.sessions()] == [False]


def until(tab: Page, words: str, *, tries: int = 200) -> bool:
    """Return whether a page with these words has come."""
    for _ in range(tries):
        if words in str(tab.value("document.body ? document.body.innerText : ''")):
            return True
        tab.value("new Promise(done => setTimeout(done, 50))")
    return False
