"""The auditor beside a service: what it notes, whom it calls, and what it says where it cannot look."""

import socket
from shutil import rmtree
from threading import Event, Thread

import pytest

from daemon.auditor import Auditing
from daemon.settings.whole import load
from tests.auditor.conftest import shown

SIGN_IN = """
[web.sign_in]
issuer = "https://login.council.example"
client_id = "daykeeper"
client_secret_file = "not-given/sign-in.secret"
roles = { "DK-Managers" = "safeguarding_service_manager" }
"""


def test_where_all_balances_it_says_so_to_the_database_and_to_the_monitor_and_to_nobody_else(town):
    assert town.turn() == {}

    watch = town.watch()
    assert watch.balances
    assert (watch.cases, watch.expected, shown(watch.at)) == (2, 4, "15:00")
    assert watch.by.endswith(town.auditing.name)
    assert shown(watch.heartbeat_at) == shown(watch.mail_at) == "15:00"
    assert len(town.monitor.calls) == 1
    assert town.own.mails() == []


def test_two_of_them_do_no_harm(town):
    town.turn("2026-03-06 16:00")
    town.turn("2026-03-06 16:00")

    assert len(town.monitor.calls) == 2
    assert len(town.to_ann()) == 1


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        pytest.param(
            "DELETE FROM notices", "unexplained", id="accepted, and nobody was to be told"
        ),
        pytest.param(
            "UPDATE obligations SET fired = NULL", None, id="a memory that counts for nothing"
        ),
        pytest.param("DELETE FROM obligations", "missed", id="duties that are gone"),
    ],
)
def test_the_monitor_is_called_only_where_it_balances(town, statement, kind):
    town.spoil(statement)

    troubles = town.turn()

    assert (kind in troubles) if kind else troubles == {}
    assert bool(town.monitor.calls) == (kind is None)
    assert town.watch().balances == (kind is None)
    assert bool(town.to_operator()) == (kind is not None)


def test_the_monitor_is_not_called_for_a_service_that_nobody_leads(town):
    town.turn()
    town.clock.now = town.clock.now.replace(minute=5)

    troubles = town.auditing.turn()

    assert list(troubles) == ["leader"]
    assert len(town.monitor.calls) == 1
    assert "no run has led since Friday 6 March 2026, 3pm" in town.to_operator()[0]


def test_no_case_is_named_in_what_it_writes_or_calls(town):
    town.spoil("DELETE FROM obligations")
    town.turn("2026-03-06 16:00")

    said = [*town.to_operator(), *town.to_ann(), *map(str, town.monitor.calls)]

    assert len(town.to_operator()) == len(town.to_ann()) == 1
    assert not any("SC-" in one or "F-0" in one for one in said)


def test_a_database_that_cannot_be_read_is_told_by_mail_once_an_hour_and_then_that_it_is_well(town):
    town.turn()
    broken = "ALTER TABLE marks RENAME TO elsewhere"
    town.spoil(broken)
    for minute in range(1, 60, 6):
        town.clock.now = town.clock.now.replace(minute=minute)
        assert list(town.auditing.turn()) == ["audit"]
    assert [one.splitlines()[0] for one in town.to_operator()] == ["Testshire: Daykeeper needs you"]

    town.clock.now = town.clock.now.replace(hour=16, minute=30)
    town.auditing.turn()
    town.spoil("ALTER TABLE elsewhere RENAME TO marks")
    town.turn("2026-03-06 16:31")

    subjects = [one.splitlines()[0] for one in town.to_operator()]
    assert subjects == ["Testshire: Daykeeper needs you"] * 2 + [
        "Testshire: Daykeeper is well again"
    ]
    assert "The audit cannot be made:" in town.to_operator()[0]


def test_an_audit_that_does_not_end_in_its_period_is_cut_short_and_does_not_balance(town):
    town.auditing.audit = town.auditing.audit.model_copy(
        update={"every": town.auditing.audit.every * 0}
    )

    troubles = town.turn()

    assert list(troubles) == ["slow"]
    assert "looked at 0 cases" in troubles["slow"]
    assert town.monitor.calls == []
    assert not town.watch().is_whole


def test_it_reads_no_feed_and_no_secret_but_its_own(town):
    folder = town.config.parent
    with town.config.open("a", encoding="utf-8") as file:
        file.write(SIGN_IN)
    for name in ("link.key", "people.csv", "cases.sqlite"):
        (folder / name).unlink(missing_ok=True)
    rmtree(folder / "diary")
    settings = load(town.config)
    town.auditing = Auditing(settings, settings.audit, Event(), clock_of=lambda _: town.clock)

    assert town.turn() == {}

    assert len(town.monitor.calls) == 1
    assert not (folder / "link.key").exists()


def test_systemd_hears_that_the_auditor_goes_round(town, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's name is short
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind("ear")
        ear.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", "ear")
        town.auditing.stop = Event()
        going = Thread(target=town.auditing.run)
        going.start()
        heard = ear.recv(64)
        town.auditing.stop.set()
        going.join()

    assert heard == b"WATCHDOG=1"
