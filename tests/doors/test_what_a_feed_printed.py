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


def test_a_rehearsal_says_of_a_row_that_cannot_be_read_what_explain_says_of_it(tmp_path, capsys):
    file = tmp_path / "printed.jsonl"
    file.write_text(PRINTED)
    books = ["--draft", str(SMALL), "--present", str(SMALL), "--pack", "stoke-on-trent"]
    span = ["--from", "2026-03-02", "--to", "2026-03-16", "--processes", "1"]

    assert main(["explain", str(file), "--policies", str(SMALL), "--json"]) == 0
    explained = capsys.readouterr().err
    assert main(["rehearse", str(file), *books, *span, "--json"]) == 0

    rehearsed = capsys.readouterr()
    assert rehearsed.err == explained
    assert explained.count("\n") == 1
    assert json.loads(rehearsed.out)["cases"] == 1


def test_a_rehearsal_takes_the_records(tmp_path):
    file = tmp_path / "printed.jsonl"
    file.write_text(PRINTED)

    found = from_lines(file)

    assert next(body for group in found.groups for _, body in group) == RECORD
