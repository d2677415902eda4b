"""What `feed read --json` prints is a file of case records for the other verbs."""

import json

from daemon.cli import main
from daemon.rehearsal.records import from_lines
from tests.small import SMALL

RECORD = {"ref": "SC-1", "pathway": "small", "facts": {"strategy_discussion_held": "2026-03-02"}}
PROBLEM = {"severity": "error", "where": "case.csv:3", "what": "no date", "mend": "give one"}
PRINTED = f"{json.dumps({'record': RECORD})}\n{json.dumps({'problem': PROBLEM})}\n"


def test_explain_takes_the_records_and_says_again_what_the_feed_said(tmp_path, capsys):
    printed, bare = tmp_path / "printed.jsonl", tmp_path / "bare.jsonl"
    printed.write_text(PRINTED)
    bare.write_text(json.dumps(RECORD) + "\n")
    words = ["--at", "2026-03-05T12:00", "--policies", str(SMALL), "--json"]

    assert main(["explain", str(printed), *words]) == 0
    of_printed = capsys.readouterr()
    assert main(["explain", str(bare), *words]) == 0

    assert of_printed.out == capsys.readouterr().out
    assert (
        "printed.jsonl:2: no record, but what the feed said: case.csv:3: no date; give one"
        in of_printed.err
    )


def test_a_rehearsal_takes_the_records(tmp_path):
    file = tmp_path / "printed.jsonl"
    file.write_text(PRINTED)

    found = from_lines(file)

    assert next(body for group in found.groups for _, body in group) == RECORD
