"""What programs read of the journal, of what is kept and of the database: the same as people do, in one object."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.settings.whole import load
from daemon.testing.world import World
from tests.small import SMALL
from tests.testshire import ENQUIRY, settled


@pytest.fixture
def told(tmp_path: Path) -> Iterator[list[str]]:
    """Return the settings of an authority that told people long ago, whose messages' words may go."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    made.fact("SC-1", **ENQUIRY)
    made.until("2026-03-06 17:30")
    yield settled(tmp_path, f'\nrulebook = "{SMALL}"\nretention.messages = "3 months"\n')
    made.close()


@pytest.fixture
def said(capsys):
    def ask(*words: str) -> tuple[int, dict]:
        capsys.readouterr()
        code = main([*words, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def test_a_journal_is_whole_or_says_where_it_is_not(tmp_path, said):
    config = settled(tmp_path)
    main(["database", "create", *config])
    build(load(tmp_path / "daykeeper.toml")).close()

    code, new = said("journal", "verify", *config)
    broken = said("journal", "verify", "--head", "1:0", *config)

    assert (code, new["whole"], new["broken_at"], new["why"]) == (0, True, None, None)
    assert broken[0] == 1
    assert broken[1] == new | {
        "whole": False, "broken_at": 1, "why": "its hash is not the one that was told",
    }  # fmt: skip


def test_one_whose_end_nobody_can_tell_is_not_called_whole(told, said):
    code, found = said("journal", "verify", *told)

    assert (code, found["whole"], found["broken_at"]) == (1, False, None)
    assert "nobody can tell whether entries at its end were cut off" in found["why"]


def test_what_would_go_and_what_went_are_the_same_object(told, said):
    _, before = said("purge", *told)
    _, done = said("purge", "--yes", "--by", "A. Name", *told)
    _, after = said("purge", *told)

    assert before["goes"]["messages"] > 0
    assert before["months"] == {"cases": None, "messages": 3, "journal": None}
    assert done == before | {"done": True}
    assert after["goes"] == {"refs": [], "messages": 0, "entries": 0}


def test_a_hold_on_everything_is_said_there_too(told, said):
    main(["purge", "--hold", "all", "--reason", "inquiry", *told])

    _, found = said("purge", *told)

    assert found["everything_held"]
    assert found["goes"]["messages"] == 0


def test_a_database_is_in_order_or_its_problems_are_listed(tmp_path, said):
    config = settled(tmp_path)
    code, missing = said("database", "check", *config)
    main(["database", "create", *config])
    build(load(tmp_path / "daykeeper.toml")).close()

    (problem,) = missing["problems"]
    assert (code, missing["in_order"], missing["keeps"]) == (1, False, [])
    assert (problem["what"], problem["severity"]) == ("there is no database here", "error")
    code, found = said("database", "check", *config)
    assert (code, found["in_order"], found["problems"]) == (0, True, [])
    assert [one["authority"] for one in found["keeps"]] == ["testshire"]


@pytest.mark.parametrize(
    "words",
    [
        "database create", "purge --lift SC-1", "purge --leaver sam", "journal verify pack.zip",
    ],
)  # fmt: skip
def test_what_has_no_such_form_says_so_and_does_nothing(tmp_path, capsys, words):
    config = settled(tmp_path)

    assert main([*words.split(), *config, "--json"]) == 2
    assert "--json" in capsys.readouterr().err
    assert not (tmp_path / "daykeeper.sqlite").exists()
