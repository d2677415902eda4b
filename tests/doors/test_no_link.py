"""What is no link of ours, and what no form sends, is turned away."""

from random import Random
from string import ascii_letters, digits

import pytest

from daemon.web.pages import MOST_BYTES
from tests.doors.conftest import Door

LETTERS = f"{ascii_letters}{digits}-_"


def test_none_of_a_thousand_links_with_one_letter_changed_is_accepted(
    door: Door, promise: str
) -> None:
    chance = Random(1)
    before = door.state()
    head, token = "/item/", promise.removeprefix("/item/")

    answers = []
    for number in range(1000):
        at = number % len(token)
        other = chance.choice(LETTERS.replace(token[at], ""))
        answers.append(door.browser.get(f"{head}{token[:at]}{other}{token[at + 1 :]}").status_code)

    assert set(answers) == {404}
    assert door.state() == before


def test_none_of_a_thousand_random_links_is_accepted(door: Door) -> None:
    chance = Random(2)
    tokens = ["".join(chance.choices(LETTERS, k=chance.randint(1, 80))) for _ in range(1000)]

    answers = {door.browser.get(f"/item/{token}").status_code for token in tokens}

    assert answers == {404}


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/item/", id="no token"),
        pytest.param("/item/%00%ff%fe", id="bytes that are no text"),
        pytest.param("/item/%F0%9F%A6%86" * 3, id="not ASCII"),
        pytest.param("/item/%D9%A3" + "a" * 40, id="a digit of another script"),
        pytest.param("/item/../../etc/passwd", id="a path"),
        pytest.param("/item/" + "a" * 30_000, id="a huge one"),
        pytest.param("/item/a?b=" + "c" * 30_000, id="a huge query"),
        pytest.param("/nowhere", id="no page"),
    ],
)
def test_junk_is_turned_away(door: Door, address: str) -> None:
    answers = [door.browser.request(method, address) for method in ("GET", "HEAD", "POST")]

    assert all(400 <= answer.status_code < 500 for answer in answers)


def test_a_form_of_more_than_four_kilobytes_is_turned_away(door: Door, promise: str) -> None:
    before = door.state()

    answer = door.press(promise, until="2026-03-10", more="x" * MOST_BYTES)

    assert answer.status_code == 413
    assert door.state() == before


def test_a_form_of_very_many_fields_is_turned_away(door: Door, promise: str) -> None:
    answer = door.browser.post(promise, content="&".join("abcdefghijklmn") + "=1")

    assert answer.status_code == 403


def test_a_link_knows_three_methods(door: Door, promise: str) -> None:
    methods = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")

    answers = [door.browser.request(method, promise) for method in methods]

    assert {answer.status_code for answer in answers} == {405}
    assert {frozenset(answer.headers["allow"].split(", ")) for answer in answers} == {
        frozenset({"GET", "HEAD", "POST"})
    }
