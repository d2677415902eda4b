"""preview: what an administrator sees of a message before anybody is sent it."""

import json

import pytest

from daemon.cli import main
from tests.small import SMALL

NAME = "icpc-limit-near"


def preview(*words: str) -> int:
    return main(["preview", *words, "--policies", str(SMALL)])


def test_it_prints_the_text_as_its_reader_gets_it(capsys):
    assert preview(NAME) == 0

    said = capsys.readouterr().out
    assert said.startswith(
        "Subject: SC-100234: initial conference, statutory limit Wednesday 23 September 2026\n"
    )
    assert "Comes from: " in said
    assert "Team: North" in said


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        pytest.param(["--for", "police_officer"], "SC-100234", "Team: North", id="outside"),
        pytest.param(["--level", "L1"], "SC-100234", "Team: North", id="less"),
        pytest.param(["--level", "L0"], "You have an item: KD7Q-24", "SC-100234", id="least"),
        pytest.param(["--for", "team_manager"], "your role is team manager", "police", id="a role"),
    ],
)  # fmt: skip
def test_each_reader_has_their_own(capsys, words, inside, outside):
    assert preview(NAME, *words) == 0

    said = capsys.readouterr().out
    assert inside in said
    assert outside not in said


def test_each_form_can_be_printed(capsys):
    preview(NAME, "--form", "html")
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")

    preview(NAME, "--form", "card")
    assert json.loads(capsys.readouterr().out)["type"] == "AdaptiveCard"


def test_every_message_is_listed_by_its_name(capsys):
    assert preview("--list") == 0

    assert NAME in capsys.readouterr().out.splitlines()
    assert preview() == 2


def test_all_forms_can_be_written_to_a_folder(capsys, tmp_path):
    assert preview(NAME, "--out", str(tmp_path / "seen")) == 0

    written = sorted(path.name for path in (tmp_path / "seen").iterdir())
    assert written == [f"{NAME}.card.json", f"{NAME}.html", f"{NAME}.txt"]
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["icpc-limit-neer"], 'preview: no message is called "icpc-limit-neer"; did you mean',
                     id="a misspelt message"),
        pytest.param(["nothing"], 'preview: no message is called "nothing"; `daykeeper preview --list` has',
                     id="no message at all"),
        pytest.param([NAME, "--for", "polise_officer"], 'preview: no role is called "polise_officer"; did you mean',
                     id="a misspelt role"),
        pytest.param([NAME, "--for", "police_officer", "--level", "L2"],
                     "--level: police_officer stands outside the authority and never reads L2; choose",
                     id="more than that reader may have"),
        pytest.param([NAME, "--for", "parents_carers"],
                     "--for: parents_carers is of the family, and nothing is sent to a family by itself; name",
                     id="a family"),
        pytest.param([NAME, "--out", "/dev/null/x"], "--out: cannot be written (", id="no folder"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(capsys, words, told):
    assert preview(*words) == 1

    assert capsys.readouterr().err.startswith(told)
