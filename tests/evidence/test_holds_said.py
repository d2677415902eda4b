"""What a legal hold on everything keeps is said wherever somebody lifts a hold, or looks what would go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.testing.world import World
from tests.small import SMALL
from tests.testshire import ENQUIRY, settled

REF = "SC-1"


@pytest.fixture
def config(tmp_path: Path) -> Iterator[list[str]]:
    """Return the settings of an authority with a case."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    made.fact(REF, **ENQUIRY)
    made.turn()
    yield settled(tmp_path, f'\nrulebook = "{SMALL}"\n')
    made.close()


def test_a_case_whose_own_hold_is_lifted_is_held_still_while_everything_is(config, capsys) -> None:
    main(["purge", *config, "--hold", REF, "--reason", "inquiry"])
    main(["purge", *config, "--hold", "all", "--reason", "court-order"])
    capsys.readouterr()

    still = " by itself, and is held still: everything is, until `--lift all`\n"
    for what in ("is held no longer", "was not held"):
        assert main(["purge", *config, "--lift", REF]) == 0
        assert capsys.readouterr().out == f"{REF}: {what}{still}"

    assert main(["purge", *config, "--lift", "all"]) == 0
    assert capsys.readouterr().out == "all: is held no longer\n"
    assert main(["purge", *config, "--lift", REF]) == 0
    assert capsys.readouterr().out == f"{REF}: was not held\n"


def test_whoever_lifts_the_hold_on_everything_hears_which_cases_have_one_of_their_own(
    config, capsys
) -> None:
    main(["purge", *config, "--hold", REF, "--reason", "inquiry"])
    main(["purge", *config, "--hold", "all", "--reason", "court-order"])
    capsys.readouterr()

    assert main(["purge", *config, "--lift", "all"]) == 0

    assert f"cases still held, each by its own hold: {REF}\n" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["--yes"]])
def test_a_purge_says_first_that_everything_is_held(config, capsys, words) -> None:
    said = "held: everything; nothing goes until `daykeeper purge --lift all`\n"
    assert main(["purge", *config, *words]) == 0
    assert said not in capsys.readouterr().out
    main(["purge", *config, "--hold", "all", "--reason", "court-order"])
    capsys.readouterr()

    assert main(["purge", *config, *words]) == 0

    assert capsys.readouterr().out.startswith(said)


@pytest.mark.parametrize("words", [["--hold", "", "--reason", "inquiry"], ["--lift", ""]])
def test_an_empty_reference_holds_and_lifts_nothing_and_is_said(config, capsys, words) -> None:
    assert main(["purge", *config, *words]) == 2
    assert "this one is empty" in capsys.readouterr().err
