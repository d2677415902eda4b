"""The pages behind links: a GET shows, a POST acts once, and an answer is its own person's."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.link import hash_of
from daemon.domain.obligation import State
from daemon.engine.answering.respond import Answer
from daemon.testing.world import World
from daemon.web.pages import ANSWERS
from tests.doors.conftest import REF, Door, Opened

LIST = f"{REF}/icpc-invite-list/icpc-1"


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
