"""What an administrator types while tuning: init, check, diff, shadow."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.cli.shadow import in_json, in_words
from daemon.domain.errors import Refusal
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.engine.rules.shadow import SINCE, Contrast
from daemon.settings.whole import load
from daemon.store import Store, create

DUE = datetime(2026, 3, 6, 17, tzinfo=UTC)
POLICIES = Path(__file__).parents[1] / "policies"
TERMS = f"""\
policies: {POLICIES}
based_on: stoke-on-trent
fallback: duty_mailbox
mailboxes: {{duty_mailbox: duty@potterby.example}}
feeds: {{conference_diary: 4 hours}}
"""
EARLIER = 'change: icpc-invite-list\nladder:\n  invite-list-missed: {at: "30 minutes after due"}\n'
CASE = {
    "ref": "SC-1",
    "pathway": "stoke-on-trent",
    "facts": {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
    },
}
SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
rulebook = "potterby"
"""


@pytest.fixture
def folder(tmp_path):
    """Return an authority's folder in which nothing has been changed."""
    made = tmp_path / "potterby"
    (made / "changes").mkdir(parents=True)
    (made / "authority.yaml").write_text(TERMS, "utf-8")
    return made


@pytest.fixture
def draft(tmp_path):
    made = tmp_path / "draft"
    (made / "changes").mkdir(parents=True)
    (made / "authority.yaml").write_text(TERMS, "utf-8")
    (made / "changes" / "earlier.yaml").write_text(EARLIER, "utf-8")
    return made


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_diff_says_what_a_draft_would_change(folder, draft, capsys):
    assert main(["diff", str(folder), str(draft)]) == 0

    assert lines(capsys) == [
        "invite-list-missed: the safeguarding service manager is told at 17:30 instead of at 17:00"
    ]


def test_diff_as_json_is_one_object_a_difference(folder, draft, capsys):
    main(["diff", str(folder), str(draft), "--json"])

    (said,) = map(json.loads, lines(capsys))
    assert (said["about"], said["what"]) == ("invite-list-missed", "at")
    assert said["sentence"] in said["line"]


def test_diff_of_two_that_are_alike_says_so(folder, capsys):
    assert main(["diff", str(folder), str(folder)]) == 0

    assert lines(capsys) == ["nothing is different"]


def test_diff_against_what_is_shipped(tmp_path, capsys):
    main(["init", str(tmp_path / "new"), "--based-on", "stoke-on-trent"])
    capsys.readouterr()

    assert main(["diff", str(tmp_path / "new"), "--against", "shipped"]) == 0

    assert lines(capsys) == ["nothing is different"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["diff", "nowhere", "nowhere"], 1, id="a folder that is not there"),
        pytest.param(["diff", "nowhere"], 2, id="a folder and nothing to compare it with"),
        pytest.param(["diff", "a", "b", "--against", "shipped"], 2, id="both ways at once"),
        pytest.param(["init", "x"], 2, id="a folder based on nothing"),
        pytest.param(["shadow", "--config", "nowhere.toml"], 1, id="settings that are not there"),
    ],
)
def test_the_exit_code_tells_a_slip_from_a_mistake(words, code, capsys):
    try:
        ended: object = main(words)
    except SystemExit as stop:
        ended = stop.code

    assert ended == code
    assert "Traceback" not in capsys.readouterr().err


def test_check_as_json_names_the_line_of_a_change(folder, capsys):
    (folder / "changes" / "bad.yaml").write_text("switch_off: icpc-invite-list\n", "utf-8")

    assert main(["check", str(folder), "--json"]) == 1

    (said,) = map(json.loads, lines(capsys))
    assert said["where"] == "potterby/changes/bad.yaml:1: switch_off"
    assert said["severity"] == "error"


def test_scenarios_of_the_authority_run_unless_it_must_be_quick(folder, capsys):
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "list.yaml").write_text(
        "scenario: s\nrule: icpc-invite-list\nfrom: 2026-03-02 00:00\nto: 2026-03-04 12:00\n"
        f"record: {json.dumps(CASE)}\nexpect:\n  - {{at: 2026-03-03 09:00, rung: x, to: y}}\n",
        "utf-8",
    )

    assert main(["check", str(folder), "--quick"]) == 0
    assert main(["check", str(folder)]) == 1

    assert "potterby/scenarios/list.yaml:7: expect: is not told" in capsys.readouterr().out


def test_explain_decides_under_an_authoritys_changes(folder, draft, tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), "utf-8")

    main(["explain", str(file), "--policies", str(draft), "--json"])

    found = json.loads(capsys.readouterr().out)
    (duty,) = [one for one in found["obligations"] if one["rule"] == "icpc-invite-list"]
    (missed,) = [one for one in duty["rungs"] if one["name"] == "invite-list-missed"]
    assert missed["at"] == "2026-03-09T09:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "where", "home"),
    [
        pytest.param('[office_hours]\nmonday = "09:00-17:00"', "office_hours", "office_hours", id="office hours"),
        pytest.param('fallback = "duty"', "fallback", "mailboxes", id="the fallback"),
        pytest.param('pathway_default = "devon"', "pathway_default", "based_on", id="the pathway"),
        pytest.param('[domains]\ninternal = ["a.example"]', "domains", "domains", id="mail domains"),
        pytest.param(
            '[feeds.diary]\nadapter = "csv_files"\nrole = "conference_diary"\nfresh_within = "4 hours"',
            "feeds.diary.fresh_within", "feeds", id="how old data may be",
        ),
    ],
)  # fmt: skip
def test_a_setting_that_the_folder_says_is_refused_where_it_stood(
    folder, tmp_path, text, where, home
):
    file = tmp_path / "daykeeper.toml"
    top, below = (text, "") if not text.startswith("[") else ("", text)
    file.write_text(f"{SETTINGS}{top}\n{below}\n", "utf-8")

    with pytest.raises(Refusal) as refused:
        load(file)

    (problem,) = refused.value.problems
    assert problem.where == f"{file}: {where}"
    assert (
        problem.mend == f'write it in {folder}/authority.yaml under "{home}", and take it out here'
    )


def test_without_a_folder_of_its_own_the_settings_must_say_it(tmp_path):
    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    (tmp_path / "potterby").mkdir()  # a folder of policies, and no authority's own
    (tmp_path / "potterby" / "vocabulary.yaml").write_text("facts: {}\n", "utf-8")

    with pytest.raises(Refusal, match="fallback: it is missing; add it"):
        load(file)


def test_shadow_says_how_to_begin_where_no_draft_has_decided(folder, tmp_path, capsys):
    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    create(load(file).database)

    assert main(["shadow", "--config", str(file)]) == 1

    assert 'no draft has decided yet; name one: shadow = "FOLDER"' in capsys.readouterr().err


def test_shadow_compares_nothing_once_the_settings_name_no_draft_any_more(folder, tmp_path, capsys):
    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    create(load(file).database)
    store = Store.open(load(file).database, "potterby")
    with store.write() as tx:
        tx.marks.put(SINCE, DUE)
    store.close()

    assert main(["shadow", "--config", str(file)]) == 1

    out, err = capsys.readouterr()
    assert (
        "a draft decided beside from Friday 6 March 2026, 5pm on, and the settings name it no more"
        in err
    )
    assert out == ""


def test_the_people_of_the_folder_are_the_directory_where_the_settings_name_none(folder, tmp_path):
    from daemon.app import build  # noqa: PLC0415 - the other tests need no application

    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    (folder / "people.csv").write_text(
        "staff_id,email,role\nsam,sam@potterby.example,social_worker\n", "utf-8"
    )
    create(load(file).database)

    app = build(load(file), worker="test")
    app.line.staff.refresh(app.clock())
    with app.store.read() as tx:
        people = app.house.people(tx)
    app.close()

    assert people.get("sam").roles == {"social_worker"}
    assert people.fallback().id == "duty@potterby.example"


def test_a_run_that_is_refused_beside_another_leaves_the_rules_of_that_one_in_force(
    folder, tmp_path
):
    from daemon.app import build  # noqa: PLC0415 - the other tests need no application
    from daemon.engine.rules.editions import in_force  # noqa: PLC0415

    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    create(load(file).database)
    first = build(load(file), worker="test")
    (folder / "changes" / "sooner.yaml").write_text(EARLIER, "utf-8")

    with first.store.lock_run(), pytest.raises(Refusal, match="another run"):
        build(load(file), worker="second")

    with first.store.read() as tx:
        assert in_force(tx).digest == first.editions.edition.digest
    first.close()


def test_status_says_which_rules_are_in_force_and_what_is_wrong_with_the_folder(
    folder, tmp_path, capsys
):
    from daemon.app import build  # noqa: PLC0415 - the other tests need no application

    file = tmp_path / "daykeeper.toml"
    file.write_text(SETTINGS, "utf-8")
    create(load(file).database)
    app = build(load(file), worker="test")
    digest = app.editions.edition.digest
    app.close()
    (folder / "changes" / "bad.yaml").write_text("switch_off: icpc-invite-list\n", "utf-8")

    assert main(["status", "--config", str(file)]) == 1

    said = capsys.readouterr().out
    assert f"rules {digest}: since " in said
    assert "LOOK: rulebook: potterby/changes/bad.yaml:1: switch_off" in said


@pytest.mark.parametrize(
    ("told_at", "would_at", "said"),
    [
        pytest.param(None, DUE, "would be told on Friday 6 March 2026, 5pm, and was not", id="one more"),
        pytest.param(DUE, None, "would not be told, and was on Friday 6 March 2026, 5pm", id="one fewer"),
        pytest.param(
            DUE, DUE - timedelta(minutes=30),
            "would be told on Friday 6 March 2026, 4:30pm instead of Friday 6 March 2026, 5pm", id="sooner",
        ),
    ],
)  # fmt: skip
def test_what_a_draft_would_tell_otherwise_is_a_line_for_each_person(told_at, would_at, said):
    duty = "SC-1/icpc-invite-list/icpc-1"
    notice = Notice(
        Key(duty, "invite-list-missed", 0, "sue", "email"), Kind.ASK, "invite-list-missed", DUE, DUE,
        Lane.ROUTINE, "safeguarding_service_manager", ("SC-1",), None, because="",
    )  # fmt: skip

    one = Contrast(notice, told_at, would_at)

    who = "sue (safeguarding service manager) by email"
    assert in_words(one) == f"{duty}: invite-list-missed: {who} {said}"
    assert in_json(one)["told_at"] == (told_at and told_at.isoformat())


def test_with_the_folder_gone_status_answers_and_a_run_goes_on_by_what_was_good_last(
    folder, tmp_path, capsys
):
    config = tmp_path / "daykeeper.toml"
    config.write_text(SETTINGS, "utf-8")
    settings = load(config)
    create(settings.database)
    build(settings).close()
    folder.rename(tmp_path / "elsewhere")

    app = build(load(config))
    told = main(["status", "--config", str(config)])
    app.close()

    assert app.editions.edition is not None
    assert app.house.terms.fallback == "duty@potterby.example"
    assert told == 1  # somebody must look
    assert "there is no such folder" in capsys.readouterr().out
