"""Mistakes in a folder of policies: each is found where it stands, and no mutation does more."""

import random
from pathlib import Path

import pytest

from daemon.domain.errors import Severity
from daemon.rulebook import load, load_texts, sources
from daemon.rulebook.checks.scenarios import read_scenarios
from tests.unit.small_texts import BASE, STOKE, TEXTS

BAD_PACKS = Path(__file__).parents[1] / "bad_packs"


@pytest.mark.parametrize("name", sorted(path.name for path in BAD_PACKS.iterdir() if path.is_dir()))
def test_a_bad_pack_is_told_where_what_and_how_to_mend_it(name):
    overlay = sources(BAD_PACKS / name)
    expected = (BAD_PACKS / name / "expected.txt").read_text("utf-8").splitlines()

    book, problems = load_texts({**TEXTS, **overlay})
    _, in_scenarios = read_scenarios({**TEXTS, **overlay})

    said = [f"{problem.severity}: {problem}" for problem in (*problems, *in_scenarios)]
    assert said == expected
    assert (book is None) == any(problem.severity is Severity.ERROR for problem in problems)


def test_there_are_at_least_a_hundred_bad_packs():
    assert len(list(BAD_PACKS.glob("*/expected.txt"))) >= 100


def test_what_cannot_be_read_at_all_is_one_line_each(tmp_path):
    (tmp_path / "vocabulary.yaml").write_bytes(b"\xff\xfe\x00")

    assert load(tmp_path / "nowhere")[1][0].what == "there is no such folder"
    book, problems = load(tmp_path)
    assert book is None
    assert [str(problem) for problem in problems] == [
        f"{tmp_path.name}/vocabulary.yaml: this is not UTF-8 text; save it as UTF-8"
    ]


def test_problems_of_several_files_are_told_at_once():
    broken = {
        f"{STOKE}/rules/first-core-group.yaml": (
            "met_by: core_group_held",
            "met_by: core_group_hold",
        ),
        f"{STOKE}/rules/icpc-by-day-15.yaml": ("day 15 of", "day fifteen of"),
        f"{BASE}/rules/icpc-limit.yaml": ("for: icpc", "for: icpcs"),
    }
    texts = {**TEXTS, **{file: TEXTS[file].replace(*change) for file, change in broken.items()}}

    book, problems = load_texts(texts)

    assert book is None
    assert {problem.where.partition(":")[0] for problem in problems} == {
        f"policies/{file}" for file in broken
    }


@pytest.mark.parametrize(
    ("drop", "what"),
    [
        pytest.param("vocabulary.yaml", "there is no such file", id="no vocabulary"),
        pytest.param(
            f"{BASE}/messages/due-moved.yaml", "the message is missing", id="a message of ours"
        ),
        pytest.param(
            f"{STOKE}/pack.yaml", "the folder has no pack.yaml", id="a folder without its pack"
        ),
    ],
)
def test_what_the_rulebook_cannot_do_without_is_missed(drop, what):
    texts = {file: text for file, text in TEXTS.items() if file != drop}

    book, problems = load_texts(texts)

    assert book is None
    assert what in {problem.what for problem in problems}


def test_no_mutation_of_the_policies_is_ever_more_than_a_list_of_problems():
    chance = random.Random(20260309)
    files = sorted(file for file in TEXTS if "/scenarios/" not in file)
    refused = 0

    for _ in range(300):
        file = chance.choice(files)
        book, problems = load_texts({**TEXTS, file: _mutated(TEXTS[file], chance)})
        refused += book is None
        assert all("\n" not in str(problem) for problem in problems)
        assert (book is None) == any(problem.severity is Severity.ERROR for problem in problems)

    assert refused > 100  # the mutations do bite


def _mutated(text, chance):
    lines = text.splitlines(keepends=True)
    at, place = chance.randrange(len(lines)), chance.randrange(len(text))
    odd = chance.choice("&*!|>{}[]:,#'\"%@`\x00\té\U0001f600-0 \n")
    one, other = chance.choice(text.split()), chance.choice(text.split())
    return chance.choice(
        [
            "".join(lines[:at] + lines[at + 1 :]),
            "".join([*lines[: at + 1], lines[at], *lines[at + 1 :]]),
            "".join(chance.sample(lines, len(lines))),
            text[:place],
            text[:place] + odd + text[place:],
            text[:place] + text[place + chance.randrange(1, 30) :],
            text.replace(one, other),
        ]
    )
