"""docs/reference/metrics.md: every figure that a run shows at /metrics, and the alarm that is made of it."""

import re
from collections import defaultdict
from typing import Any

import yaml
from prometheus_client.metrics import MetricWrapperBase

from daemon.metrics import SPACE, Metrics
from tests.reference.page import ROOT, Page, page

RULES = ROOT / "deploy" / "prometheus" / "daykeeper.rules.yaml"
NAME = re.compile(rf"\b{SPACE}_\w+")
LEAST = 3  # words of a meaning that says more than the name


def made() -> Page:
    """Return the page: what has an alarm first."""
    return built(Metrics())


def built(metrics: Metrics) -> Page:
    """Return the page of these figures."""
    alarms = _alarms()
    rows = [
        _row(one, alarms) for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)
    ]
    lacking = [
        f"daemon/metrics.py: {row['name']}: its help says no more than its name; write what it means"
        for row in rows
        if len(row["means"].split()) < LEAST
    ]
    watched = [row for row in rows if row["alarms"]]
    return page(
        "metrics", lacking, watched=watched, others=[row for row in rows if not row["alarms"]]
    )


def _row(one: MetricWrapperBase, alarms: dict[str, list[str]]) -> dict[str, Any]:
    shown = next(iter(one.collect()))
    return {
        "name": shown.name,
        "kind": shown.type,
        "labels": one._labelnames,
        "means": shown.documentation,
        "alarms": alarms[shown.name],
    }


def _alarms() -> dict[str, list[str]]:
    """Return by the name of a figure the alarms that are made of it."""
    found = defaultdict(list)
    for group in yaml.safe_load(RULES.read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            for name in sorted(set(NAME.findall(rule["expr"]))):
                found[name].append(rule["alert"])
    return found
