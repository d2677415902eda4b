"""The rulebook: what a folder of policies says is what its rules hold."""

import re
import subprocess
import sys
from datetime import time

import pytest

from daemon.domain.deadline import Origin
from daemon.domain.rules import Basis
from daemon.rulebook import load, load_texts, sources
from daemon.rulebook.wording.templates import FIELDS, render
from tests.small import SMALL
from tests.unit.small_texts import BASE, STOKE, TEXTS


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


def test_every_message_can_be_made_of_the_fields(rulebook):
    fields = {name: name.upper() for name in FIELDS}

    for message in rulebook.messages.values():
        words = render(message, fields)
        assert words.subject
        assert words.lead


def test_a_folder_reads_as_its_texts_do(tmp_path):
    for file, text in TEXTS.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, "utf-8")

    book, problems = load(tmp_path)
    again, _ = load_texts(sources(tmp_path))

    assert problems == []
    assert book.digests == again.digests == load(SMALL)[0].digests


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


def test_a_rulebook_loads_without_what_it_does_not_need():
    code = (
        "import sys; from daemon.rulebook import load, shipped; assert load(shipped())[0]; "
        "print(*{'jinja2', 'sqlalchemy', 'dramatiq', 'pydantic'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
