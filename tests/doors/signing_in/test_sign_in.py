"""Signing in and out: by a provider that is not ours, as one of the directory, in a role that it gives."""

from base64 import b64decode
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest

from daemon.domain.person import Person
from daemon.testing.world import World
from tests.doors.entrance import Entrance, entrance, journal, nonce_in
from tests.doors.other_provider import introduce, other_provider
from tests.doors.provider import SECRET, WickedProvider

Opened = Callable[..., AbstractContextManager[Entrance]]


def test_somebody_signs_in_by_a_provider_that_is_not_ours_and_out_again(world: World) -> None:
    before = len(journal(world))
    with other_provider() as issuer, entrance(world, issuer) as place:
        introduce(issuer, "42", preferred_username="Sue@Council.example", roles=["DK-Managers"])
        with place.browser() as browser:
            asked = browser.get("/")
            page = browser.post(asked.url, data={"sub": "42"})
            left = browser.post("/sign-out", data={"nonce": nonce_in(page)})
            after = browser.get("/", follow_redirects=False)

    assert page.url.path == "/"
    assert "Signed in as sue" in page.text
    assert "Nothing waits for your answer." in page.text
    assert "You are signed out" in left.text
    assert after.status_code == 303
    assert journal(world)[before:] == [("person.signed-in", "sue"), ("person.signed-out", "sue")]


def test_whoever_the_provider_turns_away_is_told_so(place: Entrance) -> None:
    with place.browser() as browser:
        begun = browser.get("/sign-in", follow_redirects=False)
        state = httpx.URL(begun.headers["location"]).params["state"]
        page = browser.get("/sign-in/back", params={"error": "access_denied", "state": state})

    assert page.status_code == 403
    assert "did not let you in" in page.text
    assert place.sessions() == []


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        pytest.param("/?a=b&c=d", "/?a=b&c=d", id="a page of ours with its question"),
        pytest.param("//else.example/", "/", id="another site"),
        pytest.param("/\\else.example", "/", id="another site, for some browsers"),
        pytest.param("https://else.example/", "/", id="another site in full"),
        pytest.param("javascript:alert(1)", "/", id="a script"),
        pytest.param("/a\r\nset-cookie: a=b", "/", id="two lines"),
        pytest.param("/" + "a" * 600, "/", id="a very long one"),
        pytest.param("/sign-out", "/", id="the way out"),
        pytest.param("", "/", id="nothing"),
    ],
)
def test_one_comes_back_to_the_page_that_was_asked_for_if_it_is_ours(
    place: Entrance, asked: str, reached: str
) -> None:
    with place.browser(follows=False) as browser:
        begun = browser.get("/sign-in", params={"to": asked})
        back = browser.get(browser.get(begun.headers["location"]).headers["location"])

    assert back.status_code == 303
    assert back.headers["location"] == reached


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        pytest.param({"preferred_username": "eve@council.example"}, "list of people", id="nobody of the directory"),
        pytest.param({"preferred_username": "operator@council.example"}, "list of people", id="the operator's mailbox"),
        pytest.param({"roles": []}, "no role", id="no role"),
        pytest.param({"roles": ["Domain Users"]}, "no role", id="a role that is not ours"),
        pytest.param({"roles": "safeguarding_service_manager"}, "no role", id="our word, not mapped"),
        pytest.param({"roles": {"DK-Managers": True}}, "no role", id="roles that are no list"),
        pytest.param({"roles": [["DK-Managers"], 7, None]}, "no role", id="roles that are no text"),
        pytest.param({"preferred_username": ["sue"]}, "who you are", id="a name that is no text"),
        pytest.param({"preferred_username": ""}, "who you are", id="no name"),
        pytest.param(
            {"preferred_username": "", "email": "sue@council.example", "email_verified": False},
            "who you are", id="an address that nobody has verified",
        ),
        pytest.param({"preferred_username": "SUE"}, "list of people", id="an id in other letters"),
    ],
)  # fmt: skip
def test_whom_the_directory_does_not_know_or_the_provider_gives_no_role_stays_outside(
    place: Entrance, provider: WickedProvider, claims: dict[str, Any], words: str
) -> None:
    provider.claims = {**provider.claims, **claims}

    with place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 403
    assert words in page.text
    assert place.sessions() == []


def test_an_address_that_two_people_have_signs_in_neither(place: Entrance, world: World) -> None:
    with world.store.write() as tx:
        twin = Person("twin", {"teams": "sue@council.example"})
        tx.people.replace([*tx.people.all(), twin], world.clock.now)

    with place.browser() as browser:
        page = browser.get("/")

    assert page.status_code == 403
    assert "Two people" in page.text


@pytest.mark.parametrize(
    ("claims", "team"),
    [
        pytest.param({"dept": "north"}, "north", id="one"),
        pytest.param({"dept": ["north"]}, "north", id="a list of one"),
        pytest.param({"dept": ["north", "south"]}, None, id="two"),
        pytest.param({}, None, id="none"),
    ],
)
def test_where_the_provider_says_the_team_it_says_one(
    world: World, provider: WickedProvider, claims: dict[str, Any], team: str | None
) -> None:
    provider.claims = {**provider.claims, **claims}

    with (
        entrance(world, provider.issuer, team_claim="dept") as place,
        place.browser() as browser,
    ):
        page = browser.get("/")

    assert page.status_code == (200 if team else 403)
    assert len(place.sessions()) == bool(team)


def test_cookies_are_the_browsers_alone_and_a_new_one_at_each_sign_in(place: Entrance) -> None:
    with place.browser(follows=False) as browser:
        cookies = [sign_in(browser) for _ in range(2)]

    for begun, back in cookies:
        assert begun.endswith("HttpOnly; Max-Age=600; Path=/; SameSite=lax")
        assert back.endswith("HttpOnly; Path=/; SameSite=lax")
        assert back.startswith("daykeeper-session=")
    ids = {back.partition(";")[0] for _, back in cookies}
    assert len(ids) == 2
    assert min(map(len, ids)) > len("daykeeper-session=") + 40
    ended = [ends - begun for _, begun, ends in place.sessions()]
    assert sorted(ended) == [0, 8 * 3600 * 1_000_000]  # the earlier one ended with the later


def test_behind_https_no_other_host_or_path_can_set_a_cookie(
    world: World, provider: WickedProvider
) -> None:
    with (
        entrance(world, provider.issuer, address="https://daykeeper.council.example") as place,
        place.browser(follows=False) as browser,
    ):
        begun = browser.get("/sign-in")

    asked = httpx.URL(begun.headers["location"]).params
    cookie = begun.headers["set-cookie"]
    assert asked["redirect_uri"] == "https://daykeeper.council.example/sign-in/back"
    assert cookie.startswith("__Host-daykeeper-sign-in=")
    assert cookie.endswith("; Path=/; SameSite=lax; Secure")
    assert "Domain" not in cookie


def test_the_provider_is_asked_for_a_code_with_a_challenge_and_no_more(place: Entrance) -> None:
    with place.browser(follows=False) as browser:
        begun = browser.get("/sign-in")

    asked = dict(httpx.URL(begun.headers["location"]).params)
    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
        "code_challenge", "code_challenge_method",
    }  # fmt: skip
    assert (asked["response_type"], asked["scope"]) == ("code", "openid profile email")
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_where_no_sign_in_is_set_up_every_such_page_says_so(door: Any) -> None:
    answers = [door.browser.get(path) for path in ("/", "/sign-in", "/sign-in/back")]

    assert {one.status_code for one in answers} == {403}
    assert all("no sign-in is set up" in one.text for one in answers)


def test_nobodys_name_and_no_secret_is_logged(
    place: Entrance, provider: WickedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with place.browser(follows=False) as browser:
        begun, back = sign_in(browser)
        provider.claims = {"preferred_username": "eve@council.example"}
        with pytest.raises(KeyError):
            sign_in(browser)

    lines = [str(one.msg) for one in caplog.records if not one.name.startswith("http")]
    assert any("sign-in.refused" in line for line in lines)
    for secret in (begun, back):
        value = secret.partition("=")[2].partition(";")[0]
        assert not any(value in line for line in lines)
    assert not any("council.example" in line or "sue" in line for line in lines)


def sign_in(browser: httpx.Client) -> tuple[str, str]:
    """Sign in; return the cookies that were set on the way."""
    begun = browser.get("/sign-in")
    back = browser.get(browser.get(begun.headers["location"]).headers["location"])
    kept = [one for one in back.headers.get_list("set-cookie") if "Max-Age=0" not in one]
    if not kept:
        raise KeyError(back.status_code)
    return begun.headers["set-cookie"], kept[0]


def test_a_new_secret_counts_from_the_next_sign_in(
    place: Entrance, provider: WickedProvider
) -> None:
    file = place.world.store.path.with_name("sign-in.secret")
    proofs = []
    for secret in (SECRET, "a-newer-secret-for-tests"):
        file.write_text(secret)
        with place.browser(follows=False) as browser:
            sign_in(browser)
        proofs.append(b64decode(provider.proof.removeprefix("Basic ")).decode())

    assert [one.partition(":")[2] for one in proofs] == [SECRET, "a-newer-secret-for-tests"]


def test_a_secret_that_others_may_read_meanwhile_signs_nobody_in(place: Entrance) -> None:
    place.world.store.path.with_name("sign-in.secret").chmod(0o644)

    with place.browser(follows=False) as browser, pytest.raises(KeyError):
        sign_in(browser)
