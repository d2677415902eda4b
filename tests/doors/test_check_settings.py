"""What `check` says of settings: what their feeds cannot watch, who can sign in, how anybody is reached."""

import json
import re

import pytest

from daemon.cli import main
from tests.doors.sampled import laid

SIGN_IN = """
[web.sign_in]
issuer = "http://127.0.0.1:1"
client_id = "1"
client_secret_file = "none.secret"
[web.sign_in.roles]
DK-Managers = "safeguarding_service_manager"
"""


@pytest.fixture
def place(tmp_path):
    return laid(tmp_path)


@pytest.fixture
def config(place):
    return ["--config", str(place / "daykeeper.toml")]


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
