"""A service whose rules stand in a folder: what its settings leave to it, and which rules are in force."""

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.domain.errors import Refusal
from daemon.settings.whole import load
from daemon.store import create
from tests.doors.tuning.potterby import EARLIER, SETTINGS


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
