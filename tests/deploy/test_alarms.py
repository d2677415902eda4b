"""Alarms and the dashboard: promtool proves them, and they ask for nothing that is not shown at /metrics."""

import json
import re
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from daemon.engine.standing.disks import ROOM_BYTES
from daemon.metrics import Metrics
from tests.deploy.tools import DEPLOY, ROOT, ask

RULES = DEPLOY / "prometheus" / "daykeeper.rules.yaml"
TRIALS = DEPLOY / "prometheus" / "daykeeper.rules.test.yaml"
BOARD = DEPLOY / "grafana" / "daykeeper.json"
PAGE = ROOT / "docs" / "alarms.md"
FIGURES = ROOT / "docs" / "reference" / "metrics.md"
NAME = re.compile(r"\bdaykeeper_\w+")
WATCHED = {  # what an operator must hear of without looking
    "beat_age_seconds", "leader", "database_ok", "time_seconds", "feed_age_seconds", "feed_ok",
    "due_unsent_oldest_seconds", "unheard", "messages", "held", "worker_seen_seconds", "audit_missed",
    "audit_age_seconds", "state_kept", "disk_free_bytes",
}  # fmt: skip


def shown() -> set[str]:
    """Return the names of the series that a run shows."""
    families = Metrics().registry.collect()
    parts = ("", "_bucket", "_count", "_sum")
    return {
        f"{one.name}{part}"
        for one in families
        for part in (parts if one.type == "histogram" else ("",))
    }


def alarms() -> list[dict]:
    """Return the alarms."""
    return [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]


def queries(part: object) -> list[str]:
    """Return every query of the dashboard."""
    if isinstance(part, dict):
        own = [part["expr"]] if "expr" in part else []
        return own + [one for value in part.values() for one in queries(value)]
    return [one for value in part for one in queries(value)] if isinstance(part, list) else []


def test_promtool_takes_the_rules_and_each_alarm_fires_when_it_should():
    ended = ask("promtool", "test", "rules", TRIALS)

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_each_alarm_has_a_trial_that_makes_it_fire():
    fired = set(re.findall(r'alertname="(\w+)"', TRIALS.read_text()))

    assert fired == {rule["alert"] for rule in alarms()}


def test_each_alarm_says_how_grave_it_is_what_is_wrong_and_where_the_mending_stands():
    headings = {line[3:] for line in PAGE.read_text().splitlines() if line.startswith("## ")}

    for rule in alarms():
        name = rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        assert rule["annotations"]["runbook_url"] == f"docs/alarms.md#{name.lower()}"
        assert rule["annotations"]["summary"], name
    assert headings == {rule["alert"] for rule in alarms()}


def test_the_page_says_how_grave_each_alarm_is():
    page = PAGE.read_text()

    for rule in alarms():
        said = page.partition(f"\n## {rule['alert']}\n\n**")[2].partition(".")[0]
        assert said.lower() == rule["labels"]["severity"], rule["alert"]


def test_a_disk_is_short_of_room_for_prometheus_when_it_is_for_status():
    asked = next(rule["expr"] for rule in alarms() if rule["alert"] == "DaykeeperDiskFilling")

    assert asked.split()[-2:] == ["<", str(ROOM_BYTES)]


def test_what_an_operator_must_hear_of_has_an_alarm():
    asked = {name for rule in alarms() for name in NAME.findall(rule["expr"])}

    assert {f"daykeeper_{name}" for name in WATCHED} - asked == set()


@pytest.mark.parametrize("file", [RULES, TRIALS, BOARD, FIGURES], ids=lambda file: file.name)
def test_every_figure_that_is_asked_for_is_shown(file: Path):
    asked = set(NAME.findall(file.read_text())) - {"daykeeper_schema"}

    assert asked
    assert asked - shown() == set()


def test_prometheus_understands_every_query_of_the_dashboard(tmp_path):
    asked = [
        one.replace("$authority", "potterby") for one in queries(json.loads(BOARD.read_text()))
    ]
    rules = [{"record": f"asked_{number}", "expr": one} for number, one in enumerate(asked)]
    file = tmp_path / "asked.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))

    ended = ask("promtool", "check", "rules", file)

    assert len(asked) > 15
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_prometheus_finds_nothing_to_mend_in_what_is_shown():
    metrics = Metrics()
    for clock in ("machine", "decisions"):
        metrics.time.labels(clock).set(1)

    ended = ask("promtool", "check", "metrics", said=metrics.render().decode())

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_the_dashboard_can_be_laid_out():
    panels = json.loads(BOARD.read_text())["panels"]

    for one, other in combinations([panel["gridPos"] for panel in panels], 2):
        apart = (
            one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        )  # fmt: skip
        assert apart, (one, other)
        assert one["x"] + one["w"] <= 24
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["targets"] for panel in panels)
