"""Mistakes in an authority's folder: each is told where a person must mend it, and no mutation does more."""

import random
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.domain.errors import Severity
from daemon.rulebook import gather, read_edition
from daemon.rulebook.editions.edition import Written, compile_edition
from tests.unit.authority import HOUSE_MESSAGE, HOUSE_RULE, LIST, TERMS

BAD = Path(__file__).parents[1] / "bad_authorities"


@pytest.mark.parametrize("name", sorted(path.name for path in BAD.iterdir() if path.is_dir()))
def test_a_mistake_is_told_at_the_line_that_a_person_must_mend(name, folder, tmp_path, capsys):
    files = {
        path.relative_to(BAD / name).as_posix(): path.read_text("utf-8")
        for path in (BAD / name).rglob("*")
        if path.is_file() and path.name != "expected.txt"
    }
    expected = (BAD / name / "expected.txt").read_text("utf-8").splitlines()

    code = main(["check", str(folder(files))])

    said = [line for line in capsys.readouterr().out.splitlines() if " packs, " not in line]
    assert said == expected
    assert code == any(line.startswith("error") for line in expected)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("threshold_guidance: nowhere", "no address of a page", id="no address"),
        pytest.param(
            "treshold_guidance: https://x.example", "no document is called", id="misspelt"
        ),
    ],
)
def test_a_paper_that_cannot_travel_is_told(folder, line, told):
    _, problems = read_edition(folder(terms=f"{TERMS}\nenclosures:\n  {line}\n"))

    assert any(told in one.what for one in problems)


def test_a_folder_that_is_neither_an_authoritys_nor_of_policies_is_refused(tmp_path):
    edition, problems = read_edition(tmp_path)

    assert edition is None
    assert [one.what for one in problems] == ["the rulebook's folder has no authority.yaml"]


def test_all_mistakes_of_all_files_are_told_at_once(folder):
    files = {
        "changes/a.yaml": f"change: {LIST}\nladder: {{invite-list-missed: {{at: soon}}}}\n",
        "changes/b.yaml": "switch_off: first-core-group\n",
        "changes/c.yaml": "change: nothing-at-all\n",
    }

    _, problems = read_edition(folder(files, terms=f"{TERMS}office_hour: 9\n"))

    assert {one.where.split(":")[0].rpartition("/")[2] for one in problems} == {
        "authority.yaml", "a.yaml", "b.yaml", "c.yaml",
    }  # fmt: skip


def test_no_mutation_of_a_change_is_ever_more_than_a_list_of_problems(folder):
    chance = random.Random(20261122)
    good = [
        (path.parent.parent.name, path.read_text("utf-8"))
        for path in sorted(BAD.glob("*/changes/*.yaml"))
    ]
    good += [("rule", HOUSE_RULE), ("message", HOUSE_MESSAGE), ("terms", TERMS)]
    written = gather(folder())
    refused = 0

    for _ in range(150):
        name, text = chance.choice(good)
        place = chance.randrange(len(text))
        odd = chance.choice("&*!|>{}[]:,#'\"%@`\x00\té\U0001f600-0 \n")
        mutated = text[:place] + odd + text[place + chance.randrange(0, 20) :]
        file = "authority/authority.yaml" if name == "terms" else "authority/changes/a.yaml"
        edition, problems = compile_edition(Written({**written.texts, file: mutated}))
        refused += edition is None
        assert (edition is None) == any(one.severity is Severity.ERROR for one in problems)
        assert all("\n" not in str(one) for one in problems)

    assert refused > 50  # the mutations do bite
