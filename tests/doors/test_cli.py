"""The command as people and tools meet it: what it prints, and the code that it ends with."""

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.demo.settings import SETTINGS
from daemon.demo.world import World
from daemon.domain.times import LONDON
from daemon.rulebook import load_days, shipped
from daemon.testing.mail_server import MailServer
from integrations.sql_query.ssd.loader import create_tables
from tests.small import SMALL

NOON = datetime(2026, 3, 12, 11, tzinfo=LONDON)
SIGN_IN = """
[web.sign_in]
issuer = "http://127.0.0.1:1"
client_id = "1"
client_secret_file = "none.secret"
[web.sign_in.roles]
DK-Managers = "safeguarding_service_manager"
"""
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
    days = load_days(shipped(), "england-and-wales")
    world = World(7, date(2026, 3, 2), tmp_path / "feeds", days=days, create_tables=create_tables)
    world.reveal(NOON)
    (tmp_path / "daykeeper.toml").write_text(SETTINGS.format(mail_port=2525, port=0), "utf-8")
    return tmp_path


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


def test_the_settings_are_checked_with_a_note_of_each_rule_that_their_feeds_cannot_watch(
    config, capsys
):
    assert main(["check", *config, "--quick", "--verbose"]) == 0
    in_words = capsys.readouterr().out
    assert main(["check", *config, "--quick", "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    notes = {one["where"]: one["what"] for one in found if one["severity"] == "note"}
    what = "not watched: no feed carries support_needs_discussed"
    assert notes["stoke-on-trent: adult-transition"] == what
    assert f"note: stoke-on-trent: adult-transition: {what}; " in in_words
    assert "stoke-on-trent: icpc-invite-list" not in notes


@pytest.mark.parametrize(
    ("signs_in", "code", "severity", "says"),
    [
        pytest.param("", 1, "error", "that nobody can end", id="nobody can sign in"),
        pytest.param(
            SIGN_IN, 0, "warning", "ends only when somebody signs in", id="people can sign in"
        ),
    ],
)
def test_a_rule_of_safety_that_no_feed_can_show_as_done_is_named_whoever_may_end_it(
    place, config, capsys, signs_in, code, severity, says
):
    file = place / "daykeeper.toml"
    lines = file.read_text("utf-8").splitlines()
    kept = "\n".join(line for line in lines if "safety_plan_on" not in line)
    file.write_text(f"{kept}\n{signs_in}", "utf-8")

    assert main(["check", *config, "--quick", "--json"]) == code

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (said,) = [one for one in found if one["where"] == "stoke-on-trent: immediate-safety-plan"]
    assert said["severity"] == severity
    assert says in said["what"]
    assert "immediate_safety_action_plan_recorded" in said["mend"]
    begins = {one["where"] for one in found if "never begins" in one["what"]}
    assert ("stoke-on-trent: interim-safety-plan" in begins) is (severity == "error")


def test_a_diary_that_shows_no_decision_of_an_enquiry_is_refused_for_no_limit_would_begin(
    place, config, capsys
):
    file = place / "daykeeper.toml"
    tables = file.read_text("utf-8").split("\n[")
    kept = [one for one in tables if not one.startswith(("feeds.case-system", "merge_order"))]
    file.write_text("\n[".join(kept), "utf-8")

    assert main(["check", *config, "--quick"]) == 1

    said = capsys.readouterr().out.splitlines()
    (limit,) = [line for line in said if "icpc-limit: " in line]
    assert limit.startswith("error: statutory-england: icpc-limit: a statutory limit that never ")
    assert "no feed carries s47_decision_recorded; " in limit
    assert [line for line in said if re.search(r"warning: feeds: \d+ rules never begin: ", line)]


def test_what_the_feeds_cannot_watch_is_a_few_lines_one_for_the_feeds_that_it_relies_on(
    config, capsys
):
    main(["check", *config, "--quick", "--json"])
    each = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    main(["check", *config, "--quick"])

    lines = [line for line in capsys.readouterr().out.splitlines() if "not watched" in line]
    many = [int(line.split()[2]) for line in lines]
    assert 2 <= len(lines) <= 8
    assert sum(many) == sum(
        "not watched" in one["what"] for one in each if one["severity"] == "note"
    )
    assert many == sorted(many, reverse=True)
    assert re.search(r"rely on the case system: not watched, for no feed carries \w+, \w+, \w+ and "
                     r"\d+ more; --verbose lists each$", lines[0])  # fmt: skip


def test_a_feed_that_cannot_be_made_is_a_mistake_of_the_settings(place, config, capsys):
    file = place / "daykeeper.toml"
    file.write_text(file.read_text("utf-8").replace('"csv_files"', '"csv_fils"'), "utf-8")

    assert main(["check", *config, "--quick"]) == 1

    assert "feeds.conference-diary.adapter" in capsys.readouterr().out


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


def test_check_warns_that_nobody_can_sign_in_and_names_a_role_that_is_none(place, config, capsys):
    assert main(["check", "--quick", *config]) == 0
    without = capsys.readouterr().out
    settings = place / "daykeeper.toml"
    sign_in = """
        [web.sign_in]
        issuer = "http://127.0.0.1:1"
        client_id = "1"
        client_secret_file = "none.secret"
        [web.sign_in.roles]
        DK-Managers = "safeguarding_service_manger"
        """
    settings.write_text(settings.read_text("utf-8") + sign_in, "utf-8")

    assert main(["check", "--quick", *config]) == 1
    with_it = capsys.readouterr().out

    assert "warning: web.sign_in: nobody can sign in, and 21 rules ask for a decision" in without
    assert (
        'web.sign_in.roles.DK-Managers: no role is called "safeguarding_service_manger"' in with_it
    )
    assert 'did you mean "safeguarding_service_manager"?' in with_it
    assert "nobody can sign in" not in with_it


def test_check_refuses_settings_whose_only_way_is_a_workflow(place, config, capsys):
    workflows = place / "teams.workflows"
    workflows.write_text('north = "https://127.0.0.1/x?sig=s3cr3t"\n')
    workflows.chmod(0o600)
    settings = place / "daykeeper.toml"
    text = settings.read_text("utf-8")
    alone = re.sub(r"(?s)\[channels\.email\].*?(?=\n\[(?!channels)|\Z)", "", text)
    teams = (
        '\n[channels.teams]\nadapter = "teams"\noptions = { workflows_file = "teams.workflows" }\n'
    )
    settings.write_text(alone + teams, "utf-8")

    assert main(["check", "--quick", *config]) == 1
    refused = capsys.readouterr().out
    settings.write_text(text + teams, "utf-8")

    assert main(["check", "--quick", *config]) == 0
    assert "would go by teams alone, whose yes does not say that anybody gets it" in refused
    assert "s3cr3t" not in refused
