"""`daykeeper audit` as an operator meets it, and what status and doctor say of it."""

import json
from datetime import UTC, datetime

import pytest

from daemon.cli import main
from daemon.cli.examining.everything import look_at
from daemon.cli.examining.rules_in_force import examine_rules
from daemon.settings.whole import load
from daemon.store.ground.columns import micros
from daemon.testing.world import at
from tests.faults.runner import command_line, until


@pytest.fixture
def config(town):
    return ["--config", str(town.config)]


def said(capsys, *words):
    capsys.readouterr()
    code = main([*words])
    return code, capsys.readouterr().out


def of_today(town):
    """Have what was sent been made just now: the command lives by this machine's clock."""
    town.spoil(f"UPDATE messages SET created_at = {micros(datetime.now(UTC))}")


def test_once_says_what_it_found_writes_nothing_and_tells_nobody(town, config, capsys):
    of_today(town)
    town.spoil("DELETE FROM deliveries")

    code, out = said(capsys, "audit", "--once", *config)

    lines = out.splitlines()
    assert code == 1
    assert sum(line.startswith("UNEXPLAINED: ") for line in lines) == 10
    assert "this counts as accepted, and no attempt at it was" in out
    assert lines[-1].startswith("2 cases and ")
    assert "IT DOES NOT BALANCE" in lines[-1]
    assert town.watch().at is None
    assert town.monitor.calls == town.own.mails() == []


def test_once_as_json_names_each_thing(town, config, capsys):
    of_today(town)
    town.spoil("DELETE FROM deliveries")

    code, out = said(capsys, "audit", "--once", "--json", *config)

    found = json.loads(out)
    assert code == 1
    assert not found["balances"]
    assert {one["what"] for one in found["unexplained"]} == {"no-attempt"}
    assert list(found["unexplained"][0]) == ["what", "about", "since"]


def test_a_period_that_is_none_is_refused_in_one_line(config, capsys):
    assert main(["audit", *config, "--every", "often"]) == 1
    assert capsys.readouterr().err == (
        '--every: "often" is no length of time; write a number and a unit, such as "4 hours"\n'
    )


def test_the_standing_form_goes_on_until_it_is_told_to_stop(town, config):
    with command_line("audit", *config, "--every", "1 second") as process:
        until(lambda: town.watch().at is not None, 60, "it has looked once")
        first_at = town.watch().at
        until(lambda: town.watch().at != first_at, 60, "it looks again")
        process.terminate()

        assert process.wait(30) == 0


def test_status_tells_when_it_last_ran_by_whom_and_what_took_it(town, config, capsys):
    town.turn("2026-03-06 16:00")

    _, out = said(capsys, "status", *config)
    found = json.loads(said(capsys, "status", "--json", *config)[1])

    assert f"auditor: 2026-03-06T16:00:00+00:00, by {town.auditing.name}; 0 missed" in out
    assert "heartbeat outside: last accepted 2026-03-06T16:00:00+00:00" in out
    assert "daily mail: last accepted 2026-03-06T16:00:00+00:00" in out
    assert "LOOK: the auditor has not finished since 2026-03-06T16:00:00+00:00" in out
    assert "WARNING: nobody watches" not in out
    assert found["auditor"]["balances"]
    assert found["auditor"]["expected_every_s"] == 60
    assert found["machine"]["holidays_until"] == "2027-12-31"
    assert found["queues"].keys() == {"urgent", "routine", "bulk"}
    assert found["machine"]["schema"]
    assert all(one["free_mb"] for one in found["machine"]["disks"])


def test_what_is_not_set_up_is_said_by_status_by_doctor_and_by_check(town, config, capsys):
    text = town.config.read_text("utf-8")
    town.config.write_text(text[: text.index("[audit]")], "utf-8")
    nobody = "nobody watches from outside this service: no auditor is set up"

    assert f"WARNING: {nobody}" in said(capsys, "status", *config)[1]
    assert f"warn: audit: {nobody}" in said(capsys, "doctor", *config)[1]
    assert f"warning: audit: {nobody}" in said(capsys, "check", "--quick", *config)[1]


def test_doctor_looks_at_the_auditors_own_ways_and_calls_nobody(town):
    town.own.switch(refuse_sender=True)
    (town.config.parent / "heartbeat.url").chmod(0o644)

    found = {(where, one.grade, one.what) for where, one in look_at(load(town.config), town.clock)}

    url = town.config.parent / "heartbeat.url"
    assert ("audit.heartbeat", "fail", f"{url}: others may read this file") in found
    assert any(where == "audit.mail" and grade == "fail" for where, grade, _ in found)
    assert town.monitor.calls == town.own.mails() == []


def test_doctor_says_what_the_rules_in_force_ask_for_and_lack(town):
    town.spoil("DELETE FROM people WHERE id LIKE 'team_coordinator%'")

    found = {
        where: (one.grade, one.what) for where, one in examine_rules(load(town.config), town.clock)
    }
    town.clock.now = at("2027-11-01 09:00")
    later = dict(examine_rules(load(town.config), town.clock))

    assert found["rulebook"][0] == "warn"
    assert "is for trials: nothing holds it against the statutory limits" in found["rulebook"][1]
    assert found["calendar"] == ("ok", "the published bank holidays reach to 2027-12-31")
    assert found["people"][0] == "warn"
    lacking = "conference_coordinator, social_work_service_manager, team_coordinator"
    assert found["people"][1].endswith(f"3 of the roles that the rules tell: {lacking}")
    assert found["feeds.cases"][0] == "ok"
    assert later["calendar"].grade == later["feeds.cases"].grade == "warn"
