"""`feed report`: what an administrator of the data is told to mend, from real feeds."""

import json

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.settings.whole import load
from daemon.store import create

SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"

[feeds.cases]
adapter = "csv_files"
role = "case_system"
fresh_within = "1 day"
[feeds.cases.options]
folder = "cases"
as_known = "read"

[feeds.diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "1 day"
[feeds.diary.options]
folder = "diary"
as_known = "read"

[merge_order]
"*" = ["cases", "diary"]
"""
HEAD = "conference_id,kind,case_refs,strategy_date,booked_start,status\n"
CASES = "M-1,ICPC,10234,2026-03-02,2026-03-20 10:00,booked\nM-2,ICPC,10235,2026-03-03,,requested\n"
DIARY = (
    "M-1,ICPC,10234,2026-03-03,2026-03-23 10:00,booked\n"
    "M-9,ICPC,0010235,2026-03-03,2026-03-24 10:00,booked\n"
    "M-8,ICPC,10235,2026-31-03,,requested\n"
)


@pytest.fixture
def settings(tmp_path):
    """Return settings whose two feeds have been read once."""

    def read(cases=CASES, diary=DIARY):
        file = tmp_path / "daykeeper.toml"
        file.write_text(SETTINGS, "utf-8")
        for name, rows in {"cases": cases, "diary": diary}.items():
            (tmp_path / name).mkdir()
            (tmp_path / name / "conference.csv").write_text(HEAD + rows, "utf-8")
        create(load(file).database)
        app = build(load(file), worker="test")
        app.line.turn()
        app.close()
        return str(file)

    return read


def test_it_lists_bad_rows_lost_references_and_where_feeds_differ(settings, capsys):
    code = main(["feed", "report", "--config", settings()])

    said = capsys.readouterr().out
    assert code == 1
    assert "cases (case system): 2 cases of 2 rows, 0 to mend" in said
    assert 'diary: conference.csv:4: strategy_date: "2026-31-03" is not a date' in said
    assert (
        "Cases that the case system does not show: 1\n"
        '  0010235: only in diary; perhaps it is "10235"\n' in said
    )
    assert (
        "  10234: M-1: scheduled at: cases says 2026-03-20T10:00, diary says 2026-03-23T10:00; "
        "2026-03-20T10:00 counts\n" in said
    )
    assert "10234: strategy discussion held: cases says 2026-03-02, diary says 2026-03-03" in said


def test_as_json_it_is_one_object_that_says_the_same(settings, capsys):
    main(["feed", "report", "--json", "--config", settings()])

    said = json.loads(capsys.readouterr().out)
    assert said["alone"] == [{"ref": "0010235", "feeds": ["diary"], "nearest": "10235"}]
    assert [one["what"] for one in said["disagreements"]] == [
        "strategy_discussion_held",
        "M-1: scheduled_at",
    ]
    assert [one["where"] for one in said["rows"]] == ["conference.csv:4"]


def test_where_all_is_well_it_says_so(settings, capsys):
    code = main(["feed", "report", "--config", settings(diary=CASES)])

    assert code == 0
    assert capsys.readouterr().out.splitlines()[-1] == "nothing to mend"


def test_a_feed_is_read_by_its_name(settings, capsys):
    assert main(["feed", "read", "--config", settings()]) == 2

    assert "name the feed" in capsys.readouterr().err
