"""Brake and pause from a page: by whoever runs the service, with a reason, asked twice, and journalled."""

import re

import pytest

from daemon.engine.sending.pause import paused
from daemon.engine.telling.brake import apply, braking, held, release
from daemon.testing.world import World, at
from tests.axe import grave_faults_shown
from tests.doors.console.conftest import OLA, SAM, SUE
from tests.doors.console.test_looks import OVER, WIDTHS
from tests.doors.entrance import nonce_in
from tests.doors.test_signed_pages import until

UNTIL = {"on": "2026-03-20", "clock": "12:30"}


def press(browser, act, **fields):
    """Return the page that asks once more, and the one after that was answered."""
    path = f"/service/stops/{act}"
    first = browser.post(path, data={"nonce": nonce_in(browser.get(path)), **fields})
    return first, confirm(browser, act, first)


def confirm(browser, act, page):
    return browser.post(f"/service/stops/{act}", data=hidden(page))


def hidden(page):
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return dict(found)


def entries(world: World, kind: str):
    with world.store.read() as tx:
        return [one for one in tx.journal.of("testshire") if one.kind == kind]


def pause_of(world: World):
    with world.store.read() as tx:
        return paused(tx)


@pytest.mark.parametrize(("who", "name"), [(SUE, "sue"), (OLA, "ola")])
def test_sending_is_paused_after_it_was_asked_twice_and_the_journal_has_who(come, world, who, name):
    with come(who) as browser:
        sure, done = press(browser, "pause", reason="sending_moves", **UNTIL)

        assert "Check before you confirm" in sure.text
        assert "Friday 20 March 2026, 12:30pm" in sure.text
    assert "Sending is paused." in done.text
    assert "Nothing is sent until Friday 20 March 2026, 12:30pm." in done.text
    assert f"by {name}: Mail, Teams or another way" in done.text
    assert pause_of(world).until == at("2026-03-20 12:30")
    assert [one.data["by"] for one in entries(world, "sending.paused")] == [name]


def test_nothing_is_paused_before_it_is_confirmed(come, world):
    with come(SUE) as browser:
        path = "/service/stops/pause"
        data = {"nonce": nonce_in(browser.get(path)), "reason": "exercise", **UNTIL}
        browser.post(path, data=data)
        unseen = browser.post(path, data={**data, "sure": "on", "seen": "made up"})

    assert "This has changed since you opened it" in unseen.text
    assert pause_of(world) is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({**UNTIL}, "Choose a reason", id="no reason"),
        pytest.param({**UNTIL, "reason": "because"}, "Choose a reason", id="a reason of their own"),
        pytest.param({"reason": "other"}, "Write a day, and a time", id="no moment"),
        pytest.param({"reason": "other", "on": "2026-03-18", "clock": "09:00"}, "lies ahead", id="past"),
        pytest.param({"reason": "other", "on": "2026-05-01", "clock": "09:00"}, "14 days", id="too far ahead"),
    ],
)  # fmt: skip
def test_what_is_filled_in_wrongly_is_said_and_pauses_nothing(come, world, fields, says):
    with come(SUE) as browser:
        path = "/service/stops/pause"
        page = browser.post(path, data={"nonce": nonce_in(browser.get(path)), "sure": "on", **fields})  # fmt: skip

    assert page.status_code == 400
    assert says in page.text
    assert pause_of(world) is None


def test_a_pause_is_ended_with_a_reason(come, world):
    with come(SUE) as browser:
        press(browser, "pause", reason="exercise", **UNTIL)
        _, done = press(browser, "resume", reason="is_done")
        again = browser.get("/service/stops/resume")

    assert "The pause is over." in done.text
    assert "Sending is not paused." in done.text
    assert (again.status_code, pause_of(world)) == (409, None)
    (entry,) = entries(world, "sending.resumed")
    assert entry.because == "ended by sue (What it was for is done)"


def test_nobody_else_pauses_and_no_form_of_another_page_does(come, world):
    with come(SAM) as browser:
        page = browser.get("/service/stops/pause")
        posted = browser.post(
            "/service/stops/pause",
            data={"nonce": nonce_in(page), "sure": "on", "reason": "other", **UNTIL},
        )
    with come(SUE) as browser:
        forged = browser.post("/service/stops/pause", data={"sure": "on", "reason": "other"})
        unknown = browser.get("/service/stops/everything")

    assert (page.status_code, posted.status_code) == (403, 403)
    assert (forged.status_code, unknown.status_code) == (403, 404)
    assert pause_of(world) is None


def test_the_brake_that_is_put_on_holds_what_is_overdue_until_it_is_released(come, world):
    with come(OLA) as browser:
        _, on = press(browser, "brake", reason="data_is_wrong")
        again = browser.get("/service/stops/brake")
    until_overdue(world)
    with world.store.read() as tx:
        kept = held(tx)
    with come(SUE) as browser:
        shown = browser.get("/service/stops")
        _, off = press(browser, "release", reason="is_mended")

    assert "put on by ola (The data that is read is wrong)" in on.text
    assert again.status_code == 409
    assert kept.notices
    assert "SC-HIDDEN" not in shown.text + off.text
    assert "The brake is off." in off.text
    with world.store.read() as tx:
        assert (braking(tx), held(tx).notices) == (None, ())
    assert [one.data["by"] for one in entries(world, "brake.engaged")] == ["ola"]
    assert [one.data["by"] for one in entries(world, "brake.released")] == ["sue"]


def test_what_the_brake_holds_only_since_somebody_looked_is_not_released_with_it(come, world):
    brake_on(world)
    with come(SUE) as browser:
        path = "/service/stops/release"
        sure = browser.post(path, data={"nonce": nonce_in(browser.get(path)), "reason": "is_right"})
        release(world.store, world.clock(), "ops", "it was right")
        world.clock.now = at("2026-03-19 09:45")
        brake_on(world)
        page = confirm(browser, "release", sure)

    assert "This has changed since you opened it" in page.text
    with world.store.read() as tx:
        assert braking(tx)


def until_overdue(world: World) -> None:
    world.clock.now = at("2026-03-19 17:30")
    world.turn()


def brake_on(world: World) -> None:
    assert apply(world.store, world.house, world.clock(), "ops", "a reason")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_browser_pauses_by_pressing_and_everybody_can_use_each_page(
    place, provider, world, tab, width
):
    provider.claims = SUE
    tab.open(f"{place.address}/service/stops/pause", width=width)
    for heading, done in (("Pause all sending", "reason-0"), ("Check before you confirm", "")):
        assert until(tab, heading)
        assert (grave_faults_shown(tab), tab.value(OVER)) == ([], 0)
        if done:
            tab.value(f"document.querySelector('#{done}').click()")
        tab.value("document.querySelector('main form button').click()")

    assert until(tab, "Sending is paused.")
    assert pause_of(world) is not None
