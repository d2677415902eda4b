"""report, as a manager meets it: from a stored case to the files, and its page in a real browser."""

import json
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.testing.world import World, at
from tests.axe import grave_faults
from tests.small import SMALL

SETTINGS = f"""
authority = "testshire"
title = "Devon"
operator = "operator@council.example"
fallback = "duty"
database = "sqlite:///daykeeper.sqlite"
web.secret_file = "link.key"
rulebook = "{SMALL}"
"""
SIBLINGS = [f"SC-{number}" for number in range(1, 8)]


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    """Return the settings of an authority with seven conferences, of which one was late and one never held."""
    (tmp_path / "daykeeper.toml").write_text(SETTINGS, "utf-8")
    world = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    for number, ref in enumerate(SIBLINGS):
        world.fact(
            ref,
            strategy_discussion_held="2026-03-02",
            s47_decision_recorded={"at": "2026-03-02T15:10", "value": "section_47"},
        )
        with world.case(ref) as body:
            body["meetings"] = [meeting(number)]
    world.clock.now = at("2026-04-10 12:00")
    world.turn()
    world.close()
    return ["--config", str(tmp_path / "daykeeper.toml")]


def meeting(number: int) -> dict:
    held = {5: "2026-03-31", 6: None}.get(number, "2026-03-20")
    invitee = {"id": "I-1", "agency": "police", "attendance": "present" if number % 2 else "absent"}
    return {
        "id": f"M-{number}", "kind": "icpc", "status": "held" if held else "booked", "held_on": held,
        "scheduled_at": f"{held or '2026-05-08'}T10:00", "facts": {}, "invitees": [invitee],
    }  # fmt: skip


def test_a_report_is_three_files_with_the_same_figures(config, tmp_path, capsys) -> None:
    span = ["--from", "2026-03-01", "--to", "2026-04-30"]

    code = main(["report", *config, *span, "--out", str(tmp_path / "out")])

    said = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    tables = {one["id"]: one["rows"] for one in said["tables"]}
    assert code == 0
    assert "written:" in capsys.readouterr().out
    assert said["published"][-1]["name"] == "Devon"
    # of six: rounded, for beside the table by month it would tell a small count
    assert tables["icpc_working_days"][-1]["total"] == 5
    assert tables["icpc_by_month"][-1]["in_time"] is None
    for name in ("report.html", "report.csv"):
        text = (tmp_path / "out" / name).read_text("utf-8")
        assert not [
            ref for ref in (*SIBLINGS, "sam", "tom@") if f"{ref}<" in text or f",{ref}," in text
        ]


def test_a_span_that_ends_before_it_begins_is_refused(config, capsys) -> None:
    code = main(["report", *config, "--from", "2026-04-01", "--to", "2026-03-01"])

    assert code == 2
    assert "--from lies after --to" in capsys.readouterr().err


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (375, False), (1280, True)])
def test_everybody_can_read_the_page(config, tab, tmp_path, width, dark) -> None:
    main(["report", *config, "--from", "2026-03-01", "--out", str(tmp_path / "out")])

    assert grave_faults(tab, tmp_path / "out" / "report.html", width=width, dark=dark) == []
    assert tab.value("document.documentElement.scrollWidth <= innerWidth")
