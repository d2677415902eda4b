"""The command as people and tools meet it: what it prints, and the code that it ends with."""

import json
import re
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.demo.settings import SETTINGS
from daemon.testing.mail_server import MailServer
from tests.doors.sampled import NOON, laid
from tests.small import SMALL

CASE = {
    "ref": "SC-1",
    "pathway": "stoke-on-trent",
    "facts": {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
    },
}


@pytest.fixture
def place(tmp_path):
    return laid(tmp_path)


@pytest.fixture
def config(place):
    return ["--config", str(place / "daykeeper.toml")]


def written(folder: Path, body) -> str:
    file = folder / "case.json"
    file.write_text(json.dumps(body), "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["explain"], 2, id="neither a file nor a reference"),
        pytest.param(
            ["simulate", "x.json", "--from", "soon", "--to", "later"], 2, id="a moment that is none"
        ),
        pytest.param(["explain", "nowhere.json"], 1, id="a file that is not there"),
        pytest.param(["run", "--config", "nowhere.toml"], 1, id="settings that are not there"),
        pytest.param(
            ["worker", "--config", "x.toml", "--processes", "0"], 2, id="a worker of no processes"
        ),
        pytest.param(["check"], 0, id="the shipped rulebook is sound"),
        pytest.param(["check", "--quick", "--json"], 0, id="and quickly so"),
    ],
)
def test_the_exit_code_says_whether_a_person_must_act(words, code, capsys):
    try:
        ended: object = main(words)
    except SystemExit as stop:
        ended = stop.code

    assert ended == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert bool(said) == (code != 0)


def test_explain_answers_every_record_of_a_file_one_a_line(tmp_path, capsys):
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(CASE) + "\nnot json\n" + json.dumps({"facts": {}}) + "\n", "utf-8")

    at = ["--at", "2026-03-05T12:00"]
    code = main(["explain", str(file), *at, "--policies", str(SMALL), "--json"])

    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [one["ref"] for one in answers] == ["SC-1", None, None]
    assert len(answers[0]["obligations"]) == 3
    assert [one["problems"][0]["where"] for one in answers[1:]] == [
        "cases.jsonl:2",
        "cases.jsonl:3: ref",
    ]


def test_rules_that_have_not_started_are_listed_when_asked_for(tmp_path, capsys):
    main(["explain", written(tmp_path, CASE), "--all", "--policies", str(SMALL), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert [one["rule"] for one in answer["obligations"] if one["state"] == "not-started"] == [
        "first-core-group"
    ]


def test_a_pathway_without_a_pack_is_a_problem_and_decided_under_the_base(tmp_path, capsys):
    main(["explain", written(tmp_path, CASE | {"pathway": "narnia"}), "--json"])

    answer = json.loads(capsys.readouterr().out)
    assert {one["pack"] for one in answer["obligations"]} == {"statutory-england"}
    assert answer["problems"][0]["where"] == "SC-1: pathway"


def test_simulate_prints_a_line_a_notice_and_names_an_unknown_pack(tmp_path, capsys):
    file = written(tmp_path, CASE)
    days = ["--from", "2026-03-06", "--to", "2026-03-06"]
    words = ["simulate", file, *days, "--policies", str(SMALL), "--json"]

    assert main([*words, "--pack", "stoke-on-trent"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert main([*words, "--pack", "stoke"]) == 1

    assert {line["rung"] for line in lines} == {"invite-list-due-today", "invite-list-missed"}
    assert list(lines[0]) == [
        "at", "ref", "refs", "obligation", "rung", "kind", "role", "agency", "to", "via", "message",
        "bundle", "because",
    ]  # fmt: skip
    assert "use one of: statutory-england, stoke-on-trent" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        pytest.param("[]", 0, "cases.json: there is no record in it", id="a list of none"),
        pytest.param("", 1, "cases.json: the file is empty: there is no record in it", id="empty"),
        pytest.param(
            "\n", 1, "cases.json: the file is empty: there is no record", id="a bare line"
        ),
        pytest.param(
            '{"ref": "SC-1",\n "facts": {',
            1,
            "cases.json:2:12: this is not whole JSON; see",
            id="cut",
        ),
    ],
)
def test_a_file_without_a_record_is_said_to_hold_none(tmp_path, capsys, text, code, told):
    (tmp_path / "cases.json").write_text(text, "utf-8")

    ended = main(["explain", str(tmp_path / "cases.json"), "--json"])

    said = capsys.readouterr()
    assert (ended, said.out) == (code, "")
    assert told in said.err


def test_a_key_that_stands_twice_in_a_record_is_told(tmp_path, capsys):
    text = json.dumps(CASE).replace(
        '"facts": {', '"facts": {"strategy_discussion_held": "2026-02-02", '
    )
    (tmp_path / "case.json").write_text(text, "utf-8")

    assert main(["explain", str(tmp_path / "case.json"), "--at", "2026-03-06"]) == 0

    told = (
        'case.json: "strategy_discussion_held" stands twice in one object, and the last one counts'
    )
    assert told in capsys.readouterr().err


def test_simulate_says_that_nobody_would_be_told_and_refuses_a_span_that_ends_before_it_begins(
    tmp_path, capsys
):
    words = ["simulate", written(tmp_path, CASE), "--policies", str(SMALL)]

    assert main([*words, "--from", "2020-01-06", "--to", "2020-01-07"]) == 0
    assert capsys.readouterr().out == "nobody would be told anything between these moments\n"
    assert main([*words, "--from", "2026-03-07", "--to", "2026-03-06"]) == 1
    assert "--to: this moment lies before --from" in capsys.readouterr().err


def test_a_database_is_made_once_and_never_by_another_verb(place, config, capsys):
    assert main(["status", *config]) == 1
    assert "daykeeper database create" in capsys.readouterr().err
    assert not list(place.rglob("daykeeper.sqlite"))

    assert main(["database", "create", *config]) == 0
    assert main(["database", "create", *config]) == 1
    assert main(["database", "check", *config]) == 0
    assert main(["database", "upgrade", *config]) == 0

    file = next(place.rglob("daykeeper.sqlite"))
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_feed_can_be_tried_before_anything_is_stored(place, config, capsys):
    assert main(["feed", "read", "conference-diary", *config, "--json"]) == 0

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    records = [line["record"] for line in lines if "record" in line]
    wheres = [line["problem"]["where"] for line in lines if "problem" in line]
    assert len(records) > 10
    assert all(record["ref"].startswith("SC-") for record in records)
    assert any(where.startswith("report.csv:") for where in wheres)
    assert not list(place.rglob("daykeeper.sqlite"))


def test_a_feed_that_nobody_configured_is_guessed(config, capsys):
    assert main(["feed", "read", "conference-diry", *config]) == 1

    assert 'did you mean "conference-diary"?' in capsys.readouterr().err


def test_a_channel_can_be_tried_against_a_real_server(place, config, capsys):
    with MailServer(place / "mail") as server:
        settings = place / "daykeeper.toml"
        settings.write_text(SETTINGS.format(mail_port=server.port, port=0), "utf-8")

        assert main(["try", "email", "--to", "sw01@potterby.example", *config]) == 0
        server.switch(refuse=["sw01@potterby.example"])
        assert main(["try", "email", "--to", "sw01@potterby.example", *config]) == 1

        assert len(server.received()) == 1
    assert "channels.email: refused:" in capsys.readouterr().err


def test_status_and_the_stored_case_tell_what_was_done(place, config, capsys):
    from daemon.app import build  # noqa: PLC0415 - the other tests need no application
    from daemon.settings.whole import load  # noqa: PLC0415
    from daemon.testing.fakes import HandClock  # noqa: PLC0415

    with MailServer(place / "mail") as server:
        settings = place / "daykeeper.toml"
        settings.write_text(SETTINGS.format(mail_port=server.port, port=0), "utf-8")
        main(["database", "create", *config])
        app = build(load(settings), clock=HandClock(NOON), worker="test")
        app.house.enforce_from = date(2020, 1, 1)
        app.line.turn()
        app.line.auditor.audit(NOON)
        app.close()
        told = server.received()
    capsys.readouterr()

    main(["status", *config, "--json"])
    status = json.loads(capsys.readouterr().out)
    ref = next(one["ref"] for one in _cases(app.settings.database))
    assert main(["explain", "--ref", ref, *config, "--json"]) == 0
    case = json.loads(capsys.readouterr().out)
    assert main(["explain", "--ref", "SC-0", *config]) == 1
    assert main(["journal", "verify", *config]) == 0
    capsys.readouterr()
    assert main(["journal", "moved", *config]) == 0
    assert "no bank holiday has been announced" in capsys.readouterr().out
    assert main(["questions", *config]) == 0
    assert re.search(r"\d+ questions, \d+ open", capsys.readouterr().out)
    assert main(["questions", *config, "--open", "--json"]) == 0
    waiting = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["state"] for one in waiting} <= {"open"}
    assert main(["challenges", *config]) == 0
    assert "raised, " in capsys.readouterr().out
    assert main(["challenges", *config, "--csv"]) == 0
    assert capsys.readouterr().out.startswith("agency,conference,")
    assert main(["challenges", *config, "--agency", "polise"]) == 1
    assert 'did you mean "police"' in capsys.readouterr().err

    assert "decisions-approval" in status["unanswerable"]  # for these settings name no provider
    promised = "feeds rulebook due overdue held deliveries quarantine audit heartbeat"
    assert set(promised.split()) <= set(status)
    assert status["deliveries"]["email"]["accepted"] == len(told) > 0
    assert status["audit"]["missed"] == 0
    assert any(one["ref"] == "SC-199999" for one in status["records"])
    assert {one["where"] for one in status["quarantine"]} >= {"report.csv:2"}
    assert {"told", "next"} <= set(case)
    unwatched = {one["rule"]: one["facts"] for one in status["unwatched"]}
    assert unwatched["adult-transition"] == ["support_needs_discussed"]
    assert {one["rule"] for one in case["unwatched"]} <= unwatched.keys()
    assert case["unwatched"]
    assert case["told"][0]["state"] == "accepted"


def _cases(url: str):
    from daemon.store import Store  # noqa: PLC0415

    store = Store.open(url, "potterby")
    with store.read() as tx:
        found = [
            {"ref": track.ref}
            for track in tx.obligations.overdue(NOON)
            if tx.notices.of_obligation(track.id)
        ]
    store.close()
    return found


def test_a_command_says_which_release_it_is_of(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"daykeeper {version('daykeeper')}\n"
