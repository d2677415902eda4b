"""Every clause of the published procedures is listed, and what carries it is counted."""

from collections import Counter

import pytest

from daemon.domain.errors import Refusal
from daemon.pages.pathway import PHASES
from daemon.rulebook import shipped, sources
from daemon.rulebook.language.schema import SOURCE_KINDS
from daemon.rulebook.packs.clauses import CLAUSES_FILE, coverage, read_clauses

OF_EACH = {
    "devon": 47, "stoke-on-trent": 127, "worcestershire": 51, "gloucestershire": 23, "procedures-manual": 83,
}  # fmt: skip
STOKE = "stoke-on-trent/sources.yaml"
DEVON = "devon/sources.yaml"


@pytest.fixture(scope="module")
def clauses():
    return read_clauses(shipped())


def test_the_five_procedures_have_331_clauses(clauses):
    assert Counter(one.pathway for one in clauses.values()) == OF_EACH
    assert sum(OF_EACH.values()) == 331


def test_every_clause_stands_in_a_phase_that_has_a_title(clauses):
    assert {one.phase for one in clauses.values()} == set(PHASES)


def test_what_carries_each_clause_is_counted_by_kind(clauses):
    texts = {
        STOKE: "STK-001: {rule: one, about: a}\nSTK-002: {people: judgement}\nSTK-003: {rule: [one, two]}\n",
        DEVON: "DEV-001: {record: concern_identified}\n",
    }

    found = coverage(texts, clauses)

    assert found.counts == {**dict.fromkeys(SOURCE_KINDS, 0), "rule": 2, "people": 1, "record": 1}
    assert list(found.counts) == list(SOURCE_KINDS)
    assert len(found.missing) == 331 - 4
    assert found.twice == ()
    assert found.unknown == ()


def test_a_clause_in_two_packs_is_one_too_many(clauses):
    texts = {STOKE: "STK-001: {rule: one}\n", DEVON: "STK-001: {rule: one}\n"}

    assert coverage(texts, clauses).twice == ("STK-001",)


def test_a_clause_that_no_procedure_has_is_seen(clauses):
    texts = {STOKE: "STK-999: {rule: one}\n"}

    assert coverage(texts, clauses).unknown == (("stoke-on-trent", "STK-999"),)


def test_one_pathway_has_its_own_clauses_only(clauses):
    found = coverage({STOKE: "STK-001: {rule: one}\n", DEVON: "DEV-001: {rule: one}\n"}, clauses)

    assert len(found.of("devon").clauses) == 47
    assert found.of("devon").counts["rule"] == 1
    assert "DEV-001" not in found.of("devon").missing


def test_a_folder_without_a_list_is_held_against_the_shipped_one(tmp_path, clauses):
    assert read_clauses(tmp_path) == clauses


def test_a_list_that_is_none_is_refused_in_one_line(tmp_path):
    (tmp_path / CLAUSES_FILE).write_text("id,phase\nX-1,icpc\n")

    with pytest.raises(Refusal, match="is no list of clauses"):
        read_clauses(tmp_path)


def test_every_shipped_pack_lists_clauses_that_there_are(clauses):
    found = coverage(sources(shipped()), clauses)

    assert found.unknown == ()
    assert found.twice == ()
