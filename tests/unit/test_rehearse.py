"""A rehearsal counts what a simulation of each rulebook shows, however it is spread."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.recipients import People
from daemon.decide.record.reading import read_record
from daemon.decide.trying.rehearse import compare
from daemon.decide.trying.simulate import Simulation
from daemon.decide.trying.tally import Both, Change
from daemon.domain.errors import Refusal
from daemon.domain.times import OfficeHours
from daemon.rehearsal.records import from_bodies, from_lines
from daemon.rehearsal.run import run
from daemon.rulebook import load, load_days
from tests.bench.quarter import quarter
from tests.small import SMALL

START, END = datetime(2025, 10, 1, tzinfo=UTC), datetime(2025, 12, 31, 23, tzinfo=UTC)
LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
CASES = 40
STOKE = "stoke-on-trent"


def deciding(folder):
    book, problems = load(folder)
    assert book is not None, problems
    return Deciding(book, Calendar(load_days(folder, "england-and-wales"), OfficeHours()))


def walked_twice(comparison):
    """Return the rules of the pack that only one of the two rulebooks has in this form."""
    parts = (comparison.present, comparison.draft)
    return set().union(*((one.only or {}).get(STOKE, ()) for one in parts))


@pytest.fixture(scope="module")
def present():
    return deciding(SMALL)


@pytest.fixture(scope="module")
def bodies(present):
    pack = present.rulebook.packs["stoke-on-trent"]
    return list(quarter(CASES, pack.rules, present.words))


@pytest.fixture
def draft(tmp_path):
    """Return a maker of a rulebook in which one file says something else."""

    def make(file=LIST, was="4 working hours after due", is_now="2 working hours after due"):
        folder = tmp_path / "draft"
        shutil.copytree(SMALL, folder, dirs_exist_ok=True)
        text = (folder / file).read_text()
        assert was in text
        (folder / file).write_text(text.replace(was, is_now))
        return deciding(folder)

    return make


def rehearsed(present, draft, bodies, processes=1):
    told: list = []
    comparison = compare(present, draft, People([]))
    records = from_bodies((body["ref"], body) for body in bodies)
    tally = run(
        comparison, records, START, END, processes, lambda _, problems: told.extend(problems)
    )
    return tally, told


def simulated(deciding, bodies):
    """Return the notices of one rulebook, every record known all along."""
    found = (read_record(body, deciding.words).record for body in bodies)
    records = [replace(one, as_known_at=None) for one in found if one]
    return list(Simulation(deciding, People([])).run(records, START, END))


def test_the_same_rulebook_twice_changes_nothing(present, draft, bodies):
    tally, problems = rehearsed(present, draft(was="why:", is_now="why: Indeed,"), bodies)

    assert {change for counts in tally.rules.values() for change in counts} == {Change.SAME}
    assert tally.messages.present == tally.messages.draft
    assert problems == []


def test_the_counts_are_those_of_a_simulation_of_each_rulebook(present, draft, bodies):
    theirs = draft()
    before, after = simulated(present, bodies), simulated(theirs, bodies)

    tally, _ = rehearsed(present, theirs, bodies)

    total: Counter = sum(tally.rules.values(), Counter())
    assert total[Change.EARLIER] > 0
    assert len(before) == sum(total[one] for one in Change if one is not Change.NEW)
    assert len(after) == sum(total[one] for one in Change if one is not Change.GONE)
    days = Counter(line["at"][:10] for line in before)
    assert sum(both.present for both in tally.days.values()) == sum(days.values())
    assert tally.messages == Both(
        len({line["bundle"] for line in before}), len({line["bundle"] for line in after})
    )


def test_only_the_rule_that_differs_is_walked_twice(present, draft):
    comparison = compare(present, draft(), People([]))

    assert walked_twice(comparison) == {"icpc-invite-list"}
    assert comparison.shared.only is not None
    assert "icpc-invite-list" not in comparison.shared.only["stoke-on-trent"]


def test_a_draft_in_a_folder_of_another_name_is_the_same_authoritys(present, draft):
    words = replace(present.words, ours=frozenset({"policies"}))
    ours = replace(present, rulebook=replace(present.rulebook, vocabulary=words))

    comparison = compare(ours, draft(), People([]))

    assert walked_twice(comparison) == {"icpc-invite-list"}


def test_a_changed_pack_is_walked_twice_whole(present, draft):
    theirs = draft("stoke-on-trent/pack.yaml", "fallback: duty_mailbox", "fallback: operator")

    comparison = compare(present, theirs, People([]))

    every = {rule.name for rule in present.rulebook.packs["stoke-on-trent"].rules}
    assert walked_twice(comparison) == every


def test_a_rule_that_only_the_draft_has_tells_what_is_new(present, draft, bodies):
    theirs = draft(was="rule: icpc-invite-list", is_now="rule: icpc-invite-list")
    folder_rules = theirs.rulebook.packs["stoke-on-trent"].rules
    without = replace(
        present.rulebook.packs["stoke-on-trent"],
        rules=tuple(rule for rule in folder_rules if rule.name != "icpc-invite-list"),
    )
    packs = {**present.rulebook.packs, "stoke-on-trent": without}
    ours = replace(present, rulebook=replace(present.rulebook, packs=packs))

    tally, _ = rehearsed(ours, theirs, bodies)

    assert set(tally.rules["icpc-invite-list"]) == {Change.NEW}


def test_processes_make_no_difference(present, draft, bodies):
    theirs = draft()

    alone, _ = rehearsed(present, theirs, bodies)
    spread, _ = rehearsed(present, theirs, bodies, processes=3)

    assert spread == alone


def test_a_bad_record_is_a_problem_and_the_rest_goes_on(present, draft, bodies):
    bad = [{"ref": "SC-9", "facts": "none"}, {"facts": {}}]

    tally, problems = rehearsed(present, draft(), [*bad[:1], *bodies])
    clean, _ = rehearsed(present, draft(), bodies)

    assert any("SC-9" in str(one) for one in problems)
    assert tally.rules == clean.rules


def test_a_case_in_several_versions_is_known_as_it_was_known(present, draft):
    facts = {
        "strategy_discussion_held": "2025-10-06",
        "s47_decision_recorded": {"at": "2025-10-06", "value": "section_47"},
    }
    more = {**facts, "invite_list_received": "2025-10-08"}
    case = {"ref": "SC-1", "pathway": "stoke-on-trent"}
    early = {**case, "as_known_at": "2025-10-06T18:00:00Z", "facts": facts}
    late = {**case, "as_known_at": "2025-10-20T18:00:00Z", "facts": more}

    in_time, _ = rehearsed(present, draft(), [late])
    learnt_late, _ = rehearsed(present, draft(), [early, late])

    assert Change.EARLIER not in in_time.rules["icpc-invite-list"]
    assert learnt_late.rules["icpc-invite-list"][Change.EARLIER] > 0


def test_lines_are_read_family_by_family_wherever_they_stand(tmp_path):
    file = tmp_path / "records.jsonl"
    lines = [
        {"ref": "A", "family": "F"},
        {"ref": "B"},
        "no json",
        {"ref": "C", "family": "F"},
        {"ref": "B"},
    ]
    text = "\n\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    file.write_text("\ufeff" + text, "utf-8")

    records = from_lines(file)

    groups = [[(place, body and body["ref"]) for place, body in group] for group in records.groups]
    assert records.total == 5
    assert groups == [
        [("records.jsonl:1", "A"), ("records.jsonl:7", "C")],
        [("records.jsonl:3", "B"), ("records.jsonl:9", "B")],
        [("records.jsonl:5", None)],
    ]


def test_a_file_that_is_one_list_is_no_file_of_lines(tmp_path):
    file = tmp_path / "records.json"
    file.write_text(json.dumps([{"ref": "A", "facts": {}}], indent=1))

    assert from_lines(file) is None


def test_a_file_that_is_not_there_is_refused_in_one_line(tmp_path):
    with pytest.raises(Refusal, match="cannot be read"):
        from_lines(tmp_path / "nothing.jsonl")
