"""The rulebook: what ships is sound, and every mistake is found where it stands."""

import random
import re
import subprocess
import sys
from datetime import time
from pathlib import Path

import pytest

from daemon.domain.deadline import Origin
from daemon.domain.errors import Severity
from daemon.domain.rules import Basis
from daemon.rulebook import load, load_texts, sources
from daemon.rulebook.checks.expectations import run_scenarios
from daemon.rulebook.checks.scenarios import read_scenarios
from daemon.rulebook.wording.templates import FIELDS, render
from tests.small import SMALL

BAD_PACKS = Path(__file__).parents[1] / "bad_packs"
TEXTS = sources(SMALL)
STOKE, BASE = "stoke-on-trent", "statutory-england"


@pytest.fixture(scope="module")
def rulebook():
    book, problems = load(SMALL)
    assert problems == []
    return book


def test_a_pack_holds_the_rules_of_its_base_first(rulebook):
    assert [rule.name for rule in rulebook.packs[BASE].rules] == ["icpc-limit"]
    assert [(rule.pack, rule.name) for rule in rulebook.packs[STOKE].rules] == [
        (BASE, "icpc-limit"),
        (STOKE, "first-core-group"),
        (STOKE, "icpc-by-day-15"),
        (STOKE, "icpc-invite-list"),
    ]


def test_the_invite_list_climbs_as_its_file_says(rulebook):
    rule = rulebook.packs[STOKE].rule("icpc-invite-list")

    assert rule.clauses == ("STK-025", "STK-028")
    assert rule.basis is Basis.LOCAL
    assert rule.due.is_day_number
    assert [(rung.name, rung.house, rung.kind) for rung in rule.ladder] == [
        ("invite-list-reminder", True, "tell"),
        ("invite-list-due-today", True, "tell"),
        ("invite-list-missed", False, "ask"),
        ("invite-list-still-missing", True, "tell"),
    ]
    assert rule.ladder[2].offer == "escalation-to-team-manager"
    assert rule.ladder[3].repeat_working_days == 5
    assert rule.ladder[3].via == ("email",)
    assert rule.met_by_each == ("conference_information_mailbox", "health", "police")
    assert len(rule.remarks) == 1


def test_the_statutory_limit_carries_the_clauses_of_the_pathway_that_stands_on_it(rulebook):
    limit = rulebook.packs[BASE].rule("icpc-limit")

    assert limit.basis is Basis.STATUTORY
    assert rulebook.packs[BASE].clauses(limit) == ()
    assert rulebook.packs[STOKE].clauses(limit) == ("STK-055",)


def test_a_pack_says_its_fallback_its_cap_and_its_summary(rulebook):
    pack = rulebook.packs[STOKE]

    assert (pack.fallback, pack.promise_cap_working_days) == ("duty_mailbox", 2)
    assert (pack.summary.weekday, pack.summary.clock) == (0, time(9))
    assert pack.summary.to == ("safeguarding_service_manager",)
    assert pack.stands_on == BASE


def test_the_vocabulary_holds_the_closed_lists_of_values(rulebook):
    facts = rulebook.vocabulary.facts

    assert len(facts) >= 169
    for name, word in facts.items():
        assert word.label
        if name.endswith("_flag"):
            assert word.values == ("yes", "no")
        if "_shared" in name or name.endswith("_distributed"):
            assert (word.values, word.default) == (("shared", "exempt"), "shared")
        if name.endswith("_scheduled"):
            assert word.future


def test_every_rule_has_a_scenario_that_expects_each_of_its_rungs(rulebook):
    scenarios, problems = read_scenarios(TEXTS)

    assert problems == []
    expected = {(each.pack, each.about): {one.rung for one in each.expected} for each in scenarios}
    for pack in rulebook.packs.values():
        for rule in pack.rules:
            rungs = {rung.name for rung in rule.ladder}
            assert rungs <= expected[rule.pack, rule.name] <= rungs | {"now-received"}


def test_the_rules_do_what_their_scenarios_expect(rulebook):
    assert run_scenarios(SMALL, rulebook) == (4, [])


def test_a_rule_that_tells_a_day_later_breaks_its_scenario(tmp_path):
    file = f"{STOKE}/rules/first-core-group.yaml"
    later = TEXTS[file].replace("3 working days before due", "2 working days before due")
    for each, text in {**TEXTS, file: later}.items():
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_text(text, "utf-8")

    _, problems = run_scenarios(tmp_path, load(tmp_path)[0])

    assert len(problems) == 2
    assert "2026-03-31 09:00 core-group-coming to social_worker" in problems[0].what
    assert "2026-04-01 09:00 core-group-coming to social_worker" in problems[1].what


def test_a_scenarios_record_keeps_what_json_would_tell_apart():
    scenarios, _ = read_scenarios(
        {
            "p/scenarios/s.yaml": "scenario: s\nrule: r\n"
            "from: 2026-03-29 00:30\nto: 2026-06-01 12:00\n"
            'record: {ref: "12", number: 1, restricted: false, held_on: null, tags: [a]}\n'
            "expect:\n  - {at: 2026-06-01 09:00, rung: x, to: y}\n"
        }
    )

    (scenario,) = scenarios
    (record,) = scenario.records
    assert record == {
        "ref": "12",
        "number": 1,
        "restricted": False,
        "held_on": None,
        "tags": ["a"],
    }
    assert scenario.starts_at.isoformat() == "2026-03-29T00:30:00+00:00"
    assert scenario.expected[0].at.isoformat() == "2026-06-01T08:00:00+00:00"


def test_every_message_can_be_made_of_the_fields(rulebook):
    fields = {name: name.upper() for name in FIELDS}

    for message in rulebook.messages.values():
        words = render(message, fields)
        assert words.subject
        assert words.lead


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


def test_a_scenario_about_a_rule_that_is_not_there_does_not_hold(tmp_path):
    file = f"{STOKE}/scenarios/first-core-group.yaml"
    changed = TEXTS[file].replace("rule: first-core-group", "rule: first-core-groups")
    for each, text in {**TEXTS, file: changed}.items():
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / each).write_text(text, "utf-8")

    _, problems = run_scenarios(tmp_path, load(tmp_path)[0])

    assert [str(problem).partition(": ")[2] for problem in problems] == [
        'rule: nothing in this pack is called "first-core-groups"; did you mean "first-core-group"?'
    ]


def test_a_folder_reads_as_its_texts_do(tmp_path):
    for file, text in TEXTS.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, "utf-8")

    book, problems = load(tmp_path)
    again, _ = load_texts(sources(tmp_path))

    assert problems == []
    assert book.digests == again.digests == load(SMALL)[0].digests


def test_what_cannot_be_read_at_all_is_one_line_each(tmp_path):
    (tmp_path / "vocabulary.yaml").write_bytes(b"\xff\xfe\x00")

    assert load(tmp_path / "nowhere")[1][0].what == "there is no such folder"
    book, problems = load(tmp_path)
    assert book is None
    assert [str(problem) for problem in problems] == [
        f"{tmp_path.name}/vocabulary.yaml: this is not UTF-8 text; save it as UTF-8"
    ]


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        pytest.param(f"{STOKE}/rules/icpc-invite-list.yaml", {STOKE}, id="a rule of the pack"),
        pytest.param(f"{STOKE}/messages/core-group-coming.yaml", {STOKE}, id="a message"),
        pytest.param(f"{BASE}/rules/icpc-limit.yaml", {BASE, STOKE}, id="a rule of the base"),
        pytest.param("vocabulary.yaml", {BASE, STOKE}, id="the vocabulary"),
        pytest.param(f"{STOKE}/scenarios/icpc-invite-list.yaml", set(), id="a scenario"),
        pytest.param("holidays/england-and-wales.yaml", {BASE, STOKE}, id="the bank holidays"),
    ],
)
def test_a_digest_changes_with_what_the_pack_was_made_from(rulebook, file, changed):
    book, problems = load_texts({**TEXTS, file: TEXTS[file] + "# a remark\n"})

    assert problems == []
    assert {
        name for name in book.digests if book.digests[name] != rulebook.digests[name]
    } == changed
    assert all(re.fullmatch(r"[0-9a-f]{16}", digest) for digest in book.digests.values())


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


def test_a_rung_that_is_told_at_once_counts_from_the_opening():
    file = f"{STOKE}/rules/first-core-group.yaml"
    texts = {
        **TEXTS,
        file: TEXTS[file].replace("at: 3 working days before due, 09:00", "at: at once"),
    }

    book, problems = load_texts(texts)

    assert problems == []
    assert book.packs[STOKE].rule("first-core-group").ladder[0].at.origin is Origin.OPENING


def test_a_rule_taken_over_offers_its_draft_to_the_pathways_own_role():
    file, words = f"{BASE}/rules/icpc-limit.yaml", "escalation-to-team-manager"
    offer = f"    offer: {words}\n    offer_to: [team_manager, police]\n"
    texts = {
        **TEXTS,
        file: TEXTS[file].replace("    repeat:", f"{offer}    repeat:"),
        f"{BASE}/messages/{words}.yaml": TEXTS[f"{STOKE}/messages/{words}.yaml"],
        f"{STOKE}/pack.yaml": TEXTS[f"{STOKE}/pack.yaml"]
        + "roles: {team_manager: practice_manager}\n",
    }
    del texts[f"{STOKE}/messages/{words}.yaml"]

    book, problems = load_texts(texts)

    assert problems == []
    offered = {
        name: book.packs[name].rule("icpc-limit").ladder[-1].offer_to for name in (BASE, STOKE)
    }
    assert offered == {BASE: ("team_manager", "police"), STOKE: ("practice_manager", "police")}


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


def test_a_rulebook_loads_without_what_it_does_not_need():
    code = (
        "import sys; from daemon.rulebook import load, shipped; assert load(shipped())[0]; "
        "print(*{'jinja2', 'sqlalchemy', 'dramatiq', 'pydantic'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
