"""The door for machines: whether it is alive and ready, its figures, and how it opens and shuts."""

import re
import shutil
import socket
from dataclasses import replace
from datetime import timedelta
from time import time

import httpx
import pytest

from daemon.domain.errors import Refusal
from daemon.engine.sending.pause import begin
from daemon.engine.sending.refused import UNHEARD
from daemon.engine.standing.presence import Presence
from daemon.testing.world import World, at
from daemon.web import serve
from tests.doors.conftest import Door, Opened


def test_it_is_alive_as_long_as_it_answers_and_ready_once_nothing_is_wrong(opened: Opened) -> None:
    reasons = ["the feed diary cannot be read", "the first round is not done yet"]

    with opened(lambda: reasons) as door:
        live, not_ready = door.browser.get("/health/live"), door.browser.get("/health/ready")
    with opened() as door:
        ready = door.browser.get("/health/ready")

    assert (live.status_code, not_ready.status_code, ready.status_code) == (200, 503, 200)
    assert not_ready.text.splitlines() == reasons


def test_the_figures_say_how_everything_stands_when_they_are_asked_for(
    door: Door, world: World
) -> None:
    world.clock.now += timedelta(minutes=7)

    answer = door.browser.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert 'daykeeper_obligations{state="overdue"} 1.0' in answer.text
    assert 'daykeeper_feed_ok{feed="diary"} 1.0' in answer.text
    assert 'daykeeper_feed_age_seconds{feed="diary"} 420.0' in answer.text
    assert "daykeeper_database_ok 1.0" in answer.text


def test_without_its_database_it_says_that_it_cannot_answer_now(
    opened: Opened, world: World, promise: str
) -> None:
    def ready() -> list[str]:
        with world.store.read() as tx:
            return [] if tx.cases.count() else ["empty"]

    with opened(ready) as door:
        fields = {"nonce": door.nonce(promise), "until": "2026-03-10"}
        away = world.store.path.rename(world.store.path.with_suffix(".away"))
        lost = [
            door.browser.get(promise),
            door.browser.post(promise, data=fields),
            door.browser.get("/health/ready"),
        ]
        figures = door.browser.get("/metrics")
        live = door.browser.get("/health/live")
        away.rename(world.store.path)

    assert [answer.status_code for answer in lost] == [503] * 3
    assert [line for line in figures.text.splitlines() if line[0] != "#"] == [
        "daykeeper_database_ok 0.0"
    ]
    assert not any(str(world.store.path) in answer.text for answer in lost)
    assert live.status_code == 200


def test_a_port_that_is_taken_is_refused_in_one_line(door: Door) -> None:
    taken = door.browser.base_url.port or 0

    with pytest.raises(Refusal) as refused, serve(lambda *_: None, "127.0.0.1", taken):  # type: ignore[arg-type, return-value]
        pass

    assert str(refused.value).startswith(f"127.0.0.1:{taken}: cannot be listened on")
    assert "\n" not in str(refused.value)


def test_the_door_is_shut_when_its_service_ends(opened: Opened) -> None:
    with opened() as door:
        port = door.browser.base_url.port
        assert port
        assert door.browser.get("/health/live").status_code == 200

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/health/live")
    with socket.create_server(("127.0.0.1", port)):
        pass  # and its port is free again


def test_a_refusal_that_reached_nobody_makes_it_unready_and_is_a_figure(
    opened: Opened, world: World
) -> None:
    with world.store.write() as tx:
        tx.marks.put(UNHEARD, 2)

    with opened() as door:
        ready, figures = door.browser.get("/health/ready"), door.browser.get("/metrics")

    assert ready.status_code == 503
    assert ready.text.startswith("2 refused messages have reached nobody")
    assert "daykeeper_unheard 2.0" in figures.text


def test_a_channel_by_which_nothing_has_gone_yet_shows_that_none_was_refused(
    opened: Opened, world: World
) -> None:
    world.house.channels = {**world.house.channels, "letters": world.email}

    with opened() as door:
        figures = door.browser.get("/metrics").text

    assert 'daykeeper_messages{channel="letters",state="refused"} 0.0' in figures


def test_a_worker_that_hangs_is_a_figure_for_longer_than_its_alarm_waits_and_one_that_left_is_none(
    door: Door, world: World
) -> None:
    begun = world.clock.now
    hung, left = (Presence(world.store, name, {}, is_run=False) for name in ("w-1", "w-2"))
    for one in (hung, left):
        one.beat(begun, None, None)
    with world.store.write() as tx:
        left.leave(tx, begun)
    run = Presence(world.store, "run", {}, is_run=True)

    def seen() -> dict[str, float]:
        world.clock.now += timedelta(minutes=4)
        run.beat(world.clock.now, None, None)
        lines = door.browser.get("/metrics").text.splitlines()
        found = [
            line for line in lines if line.startswith(("daykeeper_worker_", "daykeeper_workers"))
        ]
        return {name: float(value) for name, value in (one.split() for one in found)}

    hung_is = 'daykeeper_worker_seen_seconds{worker="w-1"}'
    assert [seen(), seen(), seen()] == [
        {"daykeeper_workers": 0, hung_is: 240},
        {"daykeeper_workers": 0, hung_is: 480},
        {"daykeeper_workers": 0},
    ]


def test_the_figures_say_who_leads_who_works_and_what_is_held(door: Door, world: World) -> None:
    now = world.clock.now
    with world.store.write() as tx:
        tx.leases.take("leader", "another", now, 60)
        tx.marks.put("restore/held", "an older database")
    w_1 = Presence(world.store, "w-1", {}, is_run=False)
    w_1.beat(now - timedelta(seconds=5), "no-answer", "what is sent cannot be kept")
    with world.store.write() as tx:
        tx.leases.take("worker/w-2", "w-2", now - timedelta(seconds=40), 15)

    lines = door.browser.get("/metrics").text.splitlines()

    for expected in (
        "daykeeper_leader 0.0",
        "daykeeper_workers 1.0",
        'daykeeper_worker_seen_seconds{worker="w-1"} 5.0',
        'daykeeper_worker_seen_seconds{worker="w-2"} 40.0',
        "daykeeper_redis_ok 0.0",
        "daykeeper_state_kept 0.0",
        'daykeeper_held{why="data"} 0.0',
        'daykeeper_held{why="brake"} 0.0',
        'daykeeper_held{why="restore"} 0.0',
        'daykeeper_held{why="unreadable"} 0.0',
    ):
        assert expected in lines


def test_the_figures_say_how_much_room_there_is_where_a_run_writes(
    door: Door, world: World
) -> None:
    found = re.search(
        r'^daykeeper_disk_free_bytes\{what="database"\} (\S+)$',
        door.browser.get("/metrics").text,
        re.MULTILINE,
    )

    assert found is not None
    free = shutil.disk_usage(world.store.path.parent).free
    assert float(found[1]) == pytest.approx(free, abs=2**30)  # others write on it, too


def test_a_pause_is_loud_and_names_nobody(door: Door, world: World) -> None:
    until = at("2026-03-20 17:00")
    begin(world.store, until, "A. Name", "the mail server is moved", world.clock())

    ready, figures = door.browser.get("/health/ready"), door.browser.get("/metrics")

    assert ready.status_code == 503
    assert ready.text == "nothing is sent until Friday 20 March 2026, 5pm: paused\n"
    assert "daykeeper_paused 1.0" in figures.text
    assert 'daykeeper_held{why="pause"}' in figures.text


def test_how_old_a_feed_may_be_is_shown_beside_how_old_it_is(door: Door, world: World) -> None:
    def shown() -> list[str]:
        lines = door.browser.get("/metrics").text.splitlines()
        return [line for line in lines if line.startswith("daykeeper_feed_fresh_within_seconds{")]

    without, house = shown(), world.line.house
    limited = replace(house.feeds["diary"], fresh_within=timedelta(hours=4))
    house.feeds = {"diary": limited}

    assert without == []
    assert shown() == ['daykeeper_feed_fresh_within_seconds{feed="diary"} 14400.0']


def test_the_figures_say_when_a_run_last_led_and_what_the_audit_found(
    door: Door, world: World
) -> None:
    now = world.clock.now
    with world.store.write() as tx:
        tx.marks.forget(["beat/at", "audit/at"])
    before = door.browser.get("/metrics").text.splitlines()
    with world.store.write() as tx:
        tx.marks.put("beat/at", now - timedelta(seconds=3))
        tx.marks.put("audit/at", now - timedelta(minutes=4))
        tx.marks.put("audit/missed", 2)

    lines = door.browser.get("/metrics").text.splitlines()

    assert "daykeeper_beat_age_seconds +Inf" in before
    assert "daykeeper_audit_age_seconds +Inf" in before
    assert "daykeeper_beat_age_seconds 3.0" in lines
    assert "daykeeper_audit_age_seconds 240.0" in lines
    assert "daykeeper_audit_missed 2.0" in lines


def test_the_figures_show_both_clocks_so_that_whoever_asks_can_hold_their_own_against_them(
    door: Door, world: World
) -> None:
    lines = door.browser.get("/metrics").text.splitlines()

    shown = {
        line.partition(" ")[0]: float(line.partition(" ")[2]) for line in lines if "clock=" in line
    }
    assert shown['daykeeper_time_seconds{clock="decisions"}'] == world.clock.now.timestamp()
    assert abs(shown['daykeeper_time_seconds{clock="machine"}'] - time()) < 60
