"""The scenarios of a pack: its rules do what they expect, and a scenario that no longer holds is told."""

from daemon.rulebook import load
from daemon.rulebook.checks.expectations import run_scenarios
from daemon.rulebook.checks.scenarios import read_scenarios
from tests.small import SMALL
from tests.unit.small_texts import STOKE, TEXTS


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
