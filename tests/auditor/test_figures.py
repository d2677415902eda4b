"""What Prometheus is shown of the auditor."""

from daemon.metrics import Metrics
from daemon.web.health import measure_auditor


def shown(town):
    metrics = Metrics()
    with town.app.store.read() as tx:
        measure_auditor(metrics, tx, town.clock.now)
    lines = metrics.render().decode().splitlines()
    return {
        name: value
        for name, _, value in (line.partition(" ") for line in lines)
        if "auditor" in name
    }


def test_one_that_has_never_looked_is_older_than_any_limit(town):
    assert shown(town) == {"daykeeper_auditor_age_seconds": "+Inf"}


def test_what_it_found_and_what_took_it_is_shown_with_its_age(town):
    town.turn("2026-03-06 16:00")
    town.clock.now = town.clock.now.replace(minute=2)

    found = shown(town)

    assert found["daykeeper_auditor_age_seconds"] == "120.0"
    assert found['daykeeper_auditor_found{what="missed"}'] == "0.0"
    assert {
        found[f'daykeeper_auditor_heard_age_seconds{{way="{way}"}}']
        for way in ("heartbeat", "mail", "alive")
    } == {"120.0"}
