"""pause, as an operator meets it: what it prints, what it ends with, and what it refuses."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.cli.pause import EXAMPLES
from daemon.testing.world import World
from tests.deploy.commands import as_typed, fenced, simple
from tests.deploy.tools import ROOT
from tests.small import SMALL
from tests.testshire import settled

LATER = ["--until", "2199-03-06T17:00", "--reason", "the mail server is moved", "--by", "A. Name"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an authority with one case, on a Monday."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    yield made
    made.close()


@pytest.fixture
def pause(tmp_path: Path, world: World) -> list[str]:
    return ["pause", *settled(tmp_path)]


def test_a_pause_is_begun_shown_and_ended_and_the_journal_names_who_did_it(world, pause, capsys):
    codes = [main([*pause, *LATER]), main([*pause]), main([*pause, "--json"])]
    *said, shown = capsys.readouterr().out.splitlines()

    codes += [main([*pause, "--end", "--by", "B. Name"]), main([*pause])]

    over = capsys.readouterr().out
    with world.store.read() as tx:
        entries = [(one.kind, one.because) for one in tx.journal.of("testshire")]
    assert codes == [0, 1, 1, 0, 0]
    assert said[0] == said[1]
    assert said[0].startswith(
        "nothing is sent until Wednesday 6 March 2199, 5pm: paused by A. Name"
    )
    assert json.loads(shown)["pause"]["why"] == "the mail server is moved"
    assert over.endswith("no pause is on\n")
    assert entries == [
        ("sending.paused", "the mail server is moved"), ("sending.resumed", "ended by B. Name"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--until", "2199-03-06"], "--reason: is missing", id="no reason"),
        pytest.param(["--reason", "moved"], "--until: is missing", id="no end"),
        pytest.param(["--reason", "moved", "--until", "2020-01-01"], "is past", id="an end that is over"),
    ],
)  # fmt: skip
def test_a_pause_needs_a_reason_and_an_end_that_lies_ahead(world, pause, capsys, words, said):
    code = main([*pause, *words])

    assert code == 1
    assert said in capsys.readouterr().err


HELP, READ, PAGE = "pause --help", "README.md", "docs/how-to/recover.md"


def shown(where: str) -> list[tuple[str, ...]]:
    """Return every command there that begins a pause."""
    if where == HELP:
        found = [words for line in EXAMPLES.splitlines()[1:] for words in simple(line)]
    elif where == READ:
        (line,) = re.findall(
            r"^\| `pause` .*\| `([^`]+)` \|$", (ROOT / READ).read_text(), re.MULTILINE
        )
        found = list(simple(line))
    else:
        found = [one.words for one in fenced(ROOT / where)]
    return [words for words in found if words[:2] == ("daykeeper", "pause") and "--until" in words]


@pytest.mark.parametrize("where", [HELP, READ, PAGE])
def test_whoever_copies_a_pause_has_one_of_two_hours_today(tmp_path, capsys, where):
    config = settled(tmp_path)[1]
    assert main(["database", "create", "--config", config]) == 0
    (words,) = shown(where)
    typed = [config if word == "daykeeper.toml" else as_typed(word) for word in words[1:]]

    assert main([*typed, "--by", "A. Name", "--json"]) == 0

    pause = json.loads(capsys.readouterr().out.splitlines()[-1])["pause"]
    lasts = datetime.fromisoformat(pause["until"]) - datetime.fromisoformat(pause["since"])
    assert timedelta(hours=1, minutes=58) < lasts <= timedelta(hours=2)
