"""Who has signed in is in until they go, leave or stay away, in one browser alone."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from daemon.domain.person import Person
from daemon.testing.world import World
from tests.doors.entrance import Entrance, journal, nonce_in


@pytest.mark.parametrize(
    ("away", "is_in"),
    [
        pytest.param(timedelta(minutes=59), True, id="under an hour"),
        pytest.param(timedelta(minutes=60), False, id="an hour"),
    ],
)
def test_a_session_that_nobody_uses_ends(
    browser: httpx.Client, world: World, away: timedelta, is_in: bool
) -> None:
    world.clock.now += away

    answer = browser.get("/", follow_redirects=False)

    assert (answer.status_code == 200) is is_in


def test_a_session_in_use_ends_after_eight_hours(browser: httpx.Client, world: World) -> None:
    answers = []
    for _ in range(17):
        world.clock.now += timedelta(minutes=30)
        answers.append(browser.get("/", follow_redirects=False).status_code)

    assert answers == [200] * 15 + [303] * 2


def test_whoever_leaves_the_directory_is_out_everywhere(
    browser: httpx.Client, place: Entrance, world: World
) -> None:
    with place.browser() as second:
        second.get("/")
        before = len(journal(world))
        with world.store.write() as tx:
            others = [one for one in tx.people.all() if one.id != "sue"]
            tx.people.replace(others, world.clock.now)

        first_page = browser.get("/", follow_redirects=False)
        with world.store.write() as tx:
            tx.people.replace([*others, Person("sue")], world.clock.now)
        second_page = second.get("/", follow_redirects=False)

    assert (first_page.status_code, second_page.status_code) == (303, 303)
    assert journal(world)[before:] == [("person.signed-out", "sue")]


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("", id="none"),
        pytest.param("a" * 43, id="made up"),
        pytest.param("ÿ".encode().decode("latin-1") * 9, id="no ASCII"),
        pytest.param("a" * 5000, id="a huge one"),
        pytest.param("' OR 1=1 --", id="SQL"),
    ],
)
def test_a_cookie_that_is_nobodys_leads_to_the_sign_in(place: Entrance, cookie: str) -> None:
    with place.browser(follows=False) as browser:
        raw = f"daykeeper-session={cookie}".encode("latin-1")
        answer = browser.get("/", headers={b"cookie": raw})

    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?to=%2F"


def test_the_hash_that_the_database_keeps_is_no_cookie(
    browser: httpx.Client, place: Entrance, world: World
) -> None:
    with world.store.read() as tx:
        columns = tx.sessions.connection.exec_driver_sql(
            "SELECT id_hash, attempt_hash FROM sessions"
        )
        kept = [str(one) for row in columns for one in row]

    with place.browser(follows=False) as other:
        answers = [
            other.get("/", headers={"cookie": f"daykeeper-session={one}"}).status_code
            for one in kept
        ]

    assert browser.cookies["daykeeper-session"] not in kept
    assert answers == [303, 303]


@pytest.mark.parametrize(
    "nonce",
    [
        pytest.param(lambda _own, _other: "", id="none"),
        pytest.param(lambda own, _other: own[::-1], id="made up"),
        pytest.param(lambda _own, other: other, id="of another session"),
    ],
)
def test_what_another_site_posts_signs_nobody_out(
    browser: httpx.Client, place: Entrance, nonce: Callable[[str, str], str]
) -> None:
    with place.browser() as other:
        theirs = nonce_in(other.get("/"))
    own = nonce_in(browser.get("/"))

    answer = browser.post("/sign-out", data={"nonce": nonce(own, theirs)})

    assert answer.status_code == 403
    assert browser.get("/", follow_redirects=False).status_code == 200


def test_a_form_of_a_session_that_is_over_says_so_on_our_own_page(
    browser: httpx.Client, world: World
) -> None:
    nonce = nonce_in(browser.get("/"))
    world.clock.now += timedelta(hours=2)

    answer = browser.post("/sign-out", data={"nonce": nonce}, follow_redirects=False)

    assert answer.status_code == 401
    assert "no longer signed in" in answer.text


def test_two_windows_at_once_end_in_one_session(place: Entrance) -> None:
    with place.browser(follows=False) as browser:
        first, second = (browser.get("/sign-in").headers["location"] for _ in range(2))
        late = browser.get(second).headers["location"]
        early = browser.get(first).headers["location"]
        answers = [browser.get(late), browser.get(early)]

    assert [one.status_code for one in answers] == [303, 303]
    assert len(place.sessions()) == 1
