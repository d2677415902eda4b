"""The pages behind links: a GET shows, a POST acts once, and nobody learns anything about a case."""

import logging
import re
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from random import Random
from string import ascii_letters, digits

import pytest

from daemon.domain.link import hash_of
from daemon.domain.obligation import State
from daemon.engine.answering.respond import Answer
from daemon.testing.world import World
from daemon.web.pages import ANSWERS, MOST_BYTES
from tests.doors.conftest import REF, Door, Opened

LIST = f"{REF}/icpc-invite-list/icpc-1"
LETTERS = f"{ascii_letters}{digits}-_"


def test_a_scanner_that_opens_every_link_three_times_changes_nothing(door: Door) -> None:
    before = door.state()

    answers = [
        door.browser.request(method, link).status_code
        for link in door.links()
        for method in ("GET", "HEAD") * 3
    ]

    assert len(answers) > 50
    assert set(answers) == {200}
    assert door.state() == before


def test_a_promise_rests_the_reminders_and_ends_nothing(
    door: Door, world: World, promise: str
) -> None:
    answer = door.press(promise, until="2026-03-10")

    with world.store.read() as tx:
        track, made = tx.obligations.get(LIST), tx.promises.of(LIST)
    assert answer.status_code == 200
    assert "rest until Tuesday 10 March 2026, 5pm" in answer.text
    assert "until the case record shows that it is done" in answer.text
    assert track is not None
    assert track.state is State.OPEN
    assert [(one.person, one.way) for one in made] == [("sue", "link")]
    assert track.rest_until == made[0].until


def test_only_working_days_up_to_the_cap_can_be_promised_and_today_only_while_it_lasts(
    door: Door, world: World, promise: str
) -> None:
    offered_after_hours = door.days(promise)
    world.clock.now -= timedelta(hours=1)
    offered_in_hours = door.days(promise)

    assert offered_after_hours == ["2026-03-09", "2026-03-10"]
    assert offered_in_hours == ["2026-03-06", "2026-03-09", "2026-03-10"]


@pytest.mark.parametrize(
    "until",
    [
        pytest.param("", id="none"),
        pytest.param("2026-03-07", id="a Saturday"),
        pytest.param("2026-03-06", id="a day that is over"),
        pytest.param("2026-03-11", id="beyond the cap"),
        pytest.param("soon", id="no date at all"),
        pytest.param("9999-12-31", id="the end of time"),
    ],
)
def test_a_day_that_was_not_offered_brings_the_form_back_with_what_is_wrong(
    door: Door, promise: str, until: str
) -> None:
    before = door.state()

    answer = door.press(promise, until=until)

    assert answer.status_code == 400
    assert "There is a problem" in answer.text
    assert "<title>Error: " in answer.text
    assert door.state() == before


def test_whoever_is_not_meant_says_so_and_it_is_passed_on(
    door: Door, world: World, wrong_person: str
) -> None:
    answer = door.press(wrong_person)

    with world.store.read() as tx:
        passed_on = [one.key.person for one in tx.notices.of_obligation(LIST)]
        track = tx.obligations.get(LIST)
    assert answer.status_code == 200
    assert "passed on" in answer.text
    assert "duty" in passed_on
    assert track is not None
    assert track.state is State.OPEN


def test_an_answer_counts_once_however_often_its_button_is_pressed(
    door: Door, world: World, promise: str
) -> None:
    with ThreadPoolExecutor(8) as people:
        pressed = [people.submit(door.press, promise, until="2026-03-10") for _ in range(8)]
    answers = sorted(one.result().status_code for one in pressed)
    replayed = door.browser.get(promise)

    with world.store.read() as tx:
        promises = tx.promises.of(LIST)
    assert answers[0] == 200
    assert set(answers[1:]) <= {403, 410}  # 403: it was spent when this one opened its page
    assert len(promises) == 1
    assert replayed.status_code == 410
    assert "has been used" in replayed.text


def test_a_page_opened_at_one_process_is_answered_by_another(
    door: Door, opened: Opened, promise: str
) -> None:
    page = door.browser.get(promise).text
    fields = {"nonce": re.findall(r'"nonce" value="(\w+)"', page)[0], "until": "2026-03-10"}

    with opened() as other:
        answer = other.browser.post(promise, data=fields)

    assert answer.status_code == 200


def _others_nonce(door: Door, _link: str) -> str:
    return door.nonce(f"/item/{door.world.link('sam', 'wrong-person')}")


def _old_nonce(door: Door, link: str) -> str:
    found = door.nonce(link)
    door.world.clock.now += timedelta(hours=13)
    return found


@pytest.mark.parametrize(
    "nonce",
    [
        pytest.param(lambda _door, _link: "", id="none"),
        pytest.param(lambda _door, _link: "ÿ" * 64, id="no letters"),
        pytest.param(_others_nonce, id="of another page"),
        pytest.param(_old_nonce, id="of a page left open overnight"),
    ],
)
def test_what_another_site_posts_is_refused(
    door: Door, promise: str, nonce: Callable[[Door, str], str]
) -> None:
    fields = {"nonce": nonce(door, promise), "until": "2026-03-10"}
    before = door.state()

    answer = door.browser.post(promise, data=fields, headers={"origin": "https://else.example"})

    assert answer.status_code == 403
    assert door.state() == before


def test_a_link_runs_out(door: Door, world: World, promise: str) -> None:
    fields = {"nonce": door.nonce(promise), "until": "2026-03-10"}
    world.clock.now += timedelta(days=world.house.terms.link_days)
    before = door.state()

    shown = door.browser.get(promise)
    posted = door.browser.post(promise, data=fields)
    pressed = door.press(promise, until="2026-03-23")

    assert shown.status_code == 410
    assert (posted.status_code, pressed.status_code) == (403, 403)
    assert door.state() == before


def test_a_link_of_how_a_duty_stood_before_says_so_and_changes_nothing(
    door: Door, world: World, promise: str
) -> None:
    nonce = door.nonce(promise)
    decided = {"at": "2026-03-03T15:10", "value": "section_47"}
    world.fact(REF, strategy_discussion_held="2026-03-03", s47_decision_recorded=decided)
    world.turn()
    before = door.state()

    shown = door.browser.get(promise)
    pressed = door.browser.post(promise, data={"nonce": nonce, "until": "2026-03-10"})

    assert (shown.status_code, pressed.status_code) == (409, 409)
    assert "It is open now, and not overdue." in pressed.text
    assert REF not in pressed.text
    assert door.state() == before


def test_a_link_of_one_person_is_no_link_of_another(door: Door, world: World, promise: str) -> None:
    token = f"{promise.removeprefix('/item/')[:-3]}AAA"
    with world.store.write() as tx:
        row = tx.links.get(hash_of(promise.removeprefix("/item/")))
        assert row is not None
        tx.links.add([replace(row, token_hash=hash_of(token), person="tom")])

    answer = door.browser.get(f"/item/{token}")

    assert answer.status_code == 404


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


def test_somebody_below_cannot_promise_once_those_above_are_told(
    door: Door, world: World, promise: str
) -> None:
    world.until("2026-03-09 13:30")

    answer = door.press(promise, until="2026-03-10")

    assert answer.status_code == 403
    assert "somebody more senior" in answer.text


def test_a_link_to_what_is_done_says_so(door: Door, world: World, promise: str) -> None:
    world.fact(REF, invite_list_received="2026-03-06")
    world.until("2026-03-06 17:40")

    answer = door.browser.get(promise)

    assert answer.status_code == 409
    assert "no longer open" in answer.text


def test_every_answer_has_its_words() -> None:
    assert set(ANSWERS) == set(Answer) - {Answer.SHOWN, Answer.BAD_DATE}


def test_no_page_says_anything_about_a_case(
    door: Door, world: World, promise: str, wrong_person: str
) -> None:
    pages = [door.browser.get(link) for link in door.links()]
    pages += [door.press(promise), door.press(promise, until="2026-03-10")]
    pages += [door.press(wrong_person), door.browser.get(promise), door.browser.get("/metrics")]
    known = [REF, "icpc", "invite", "north", "section", "strategy"]
    known += [one.id for one in world.directory.everybody] + ["example"]

    said = [
        (word, page.url.path)
        for page in pages
        for word in known
        if re.search(rf"\b{word}\b", page.text)
    ]

    assert said == []
    assert "DK-" in pages[0].text


@pytest.mark.parametrize(
    ("method", "address"),
    [
        pytest.param("GET", "promise", id="a link"),
        pytest.param("POST", "promise", id="a refused form"),
        pytest.param("PUT", "promise", id="an unknown method"),
        pytest.param("GET", "/nowhere", id="no page"),
        pytest.param("GET", "/health/live/", id="an address with a slash too many"),
        pytest.param("GET", "/health/live", id="alive"),
        pytest.param("GET", "/health/ready", id="something that went wrong"),
        pytest.param("GET", "/metrics", id="figures"),
    ],
)
def test_every_answer_keeps_itself_to_itself(
    opened: Opened, promise: str, method: str, address: str
) -> None:
    def fail() -> list[str]:
        raise ValueError(REF)

    with opened(fail) as door:
        answer = door.browser.request(method, promise if address == "promise" else address)

    policy = answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "form-action" in policy
    assert "location" not in answer.headers
    assert "server" not in answer.headers
    assert REF not in answer.text


def test_a_page_needs_nothing_but_itself(door: Door, promise: str) -> None:
    answer = door.browser.get(promise)

    style = answer.text.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert (
        re.findall(
            r"(?:src|href|action)=\"(?!/item/|/accessibility\"|#)|https?://|url\(|@import|<script| style=",
            answer.text,
        )
        == []
    )
    assert 'lang="en-GB"' in answer.text
    assert answer.text.count("<h1") == 1
    inputs = re.findall(r'type="radio" id="([\w-]+)"', answer.text)
    assert inputs == re.findall(r'label for="([\w-]+)"', answer.text)


def test_no_address_of_an_item_is_logged(
    door: Door, promise: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    door.press(promise, until="2026-03-10")
    door.browser.get(f"{promise}x")

    ours = [str(one.msg) for one in caplog.records if not one.name.startswith("http")]
    assert any("promise.made" in line for line in ours)
    assert not any(promise.removeprefix("/item/") in line for line in ours)
