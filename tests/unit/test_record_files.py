"""Case records in files, as `explain` reads them: an object, a list, or a line each."""

import json

import pytest

from daemon.cli import main

RECORD = {
    "ref": "SC-1",
    "pathway": "stoke-on-trent",
    "facts": {"strategy_discussion_held": "2026-03-02"},
}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(json.dumps(RECORD).encode(), id="an object"),
        pytest.param(json.dumps([RECORD]).encode(), id="a list"),
        pytest.param(json.dumps(RECORD).encode() + b"\n\n", id="JSON lines"),
        pytest.param(b"\xef\xbb\xbf" + json.dumps(RECORD).encode(), id="with a byte order mark"),
        pytest.param(json.dumps(RECORD).encode("utf-16"), id="UTF-16"),
        pytest.param(json.dumps(RECORD, indent=2).encode().replace(b"\n", b"\r\n"), id="CR LF"),
    ],
)
def test_every_form_of_file_is_read(capsys, tmp_path, data):
    file = tmp_path / "case.json"
    file.write_bytes(data)

    assert main(["explain", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ref"] == "SC-1"


def test_a_line_that_is_no_json_is_answered_with_its_place_and_the_others_are_read(
    capsys, tmp_path
):
    file = tmp_path / "cases.jsonl"
    lines = [json.dumps({**RECORD, "ref": "\ud800"}), "{oops", '"a word"', "[]", json.dumps(RECORD)]
    file.write_text("\n".join(lines))

    assert main(["explain", str(file), "--json"]) == 0

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["ref"] for one in said] == ["?", None, None, None, "SC-1"]
    assert [one["problems"][0]["where"] for one in said[1:4]] == [
        "cases.jsonl:2",
        "cases.jsonl:3",
        "cases.jsonl:4",
    ]
    kinds = {one["subject"]["kind"] for one in said[4]["obligations"]}
    assert kinds == {"strategy"}  # no decision is recorded yet, and so no conference
