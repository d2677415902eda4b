"""Golden cases through the command line: what `explain` and `simulate` print, checked against the documents."""

import json
from pathlib import Path

import pytest

from daemon.cli import main
from tests.small import SMALL

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = GOLDEN / "cases-a-to-e.jsonl"
EXPECTED = json.loads((GOLDEN / "cases-a-to-e.expected.json").read_text())
LINE = {
    "at",
    "ref",
    "refs",
    "obligation",
    "rung",
    "kind",
    "role",
    "agency",
    "to",
    "via",
    "message",
    "bundle",
    "because",
}


def lines(capsys, *words):
    code = main([str(word) for word in (*words, "--policies", SMALL)])
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    return [json.loads(line) for line in printed.out.splitlines()]


@pytest.mark.parametrize("ref", EXPECTED)
def test_the_worked_dates_of_the_documents_come_out(capsys, ref):
    said = {
        one["ref"]: one for one in lines(capsys, "explain", CASES, "--at", "2026-06-01", "--json")
    }

    found = {
        one["rule"]: [one["due_at"], one["state"], one["late"]] for one in said[ref]["obligations"]
    }

    assert found == EXPECTED[ref]
    assert said[ref]["problems"] == []


def test_a_conference_that_was_rearranged_is_the_second_attempt_of_the_same_one(capsys):
    (case,) = [
        one
        for one in lines(capsys, "explain", CASES, "--at", "2026-06-01", "--json")
        if one["ref"] == "CASE-D"
    ]

    subjects = {json.dumps(one["subject"], sort_keys=True) for one in case["obligations"]}

    assert subjects == {'{"agency": null, "attempt": 2, "id": "M-2", "kind": "icpc", "number": 1}'}
    assert all(one["id"].endswith("/icpc-1") for one in case["obligations"])


def test_the_example_of_the_contract_stands_field_by_field(capsys):
    expected = json.loads((GOLDEN / "domain-example.expected.json").read_text())

    (said,) = lines(capsys, "explain", GOLDEN / "domain-example.json", "--json")

    assert (said["ref"], said["at"]) == (expected["ref"], expected["at"])
    assert said["problems"] == []
    by_id = {one["id"]: one for one in said["obligations"]}
    invite_list = by_id[expected["invite-list"]["id"]]
    assert invite_list.pop("pack_digest")
    assert invite_list == expected["invite-list"]
    assert list(invite_list) == list(expected["invite-list"])
    for other in expected["others"]:
        assert {key: by_id[other["id"]][key] for key in other} == other
    assert len(by_id) == 1 + len(expected["others"])


def test_what_falls_due_at_five_is_not_overdue_at_five(capsys):
    (said,) = lines(
        capsys, "explain", GOLDEN / "domain-example.json", "--at", "2026-03-06T17:00", "--json"
    )

    overdue = {one["rule"]: one["overdue"] for one in said["obligations"]}

    assert said["at"] == "2026-03-06T17:00:00+00:00"
    assert overdue["icpc-invite-list"] is False  # the closing minute is inside


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        pytest.param("domain-example", "2026-03-01", "2026-03-23", id="first seen late"),
        pytest.param("summer", "2026-08-27", "2026-09-10", id="in summer, over a bank holiday"),
    ],
)
def test_who_would_have_been_told_and_when(capsys, name, start, end):
    expected = json.loads((GOLDEN / f"{name}.simulated.json").read_text())

    said = lines(
        capsys,
        "simulate",
        GOLDEN / f"{name}.json",
        "--pack",
        "stoke-on-trent",
        "--from",
        start,
        "--to",
        end,
        "--json",
    )

    keys = ("at", "rung", "kind", "role", "to", "via")
    assert sorted(map(str, ([one[key] for key in keys] for one in said))) == sorted(
        map(str, expected)
    )
    assert [one["at"] for one in said] == sorted(one["at"] for one in said)
    for one in said:
        assert set(one) == LINE
        assert one["because"]
        assert one["bundle"]
        assert (one["ref"] is None) == (one["obligation"] is None) == (one["kind"] == "digest")


def test_rules_that_have_not_started_are_listed_on_request(capsys):
    (said,) = lines(capsys, "explain", GOLDEN / "domain-example.json", "--all", "--json")

    waiting = [one["id"] for one in said["obligations"] if one["state"] == "not-started"]

    assert waiting == ["SC-100234/first-core-group/icpc-1"]


def test_several_versions_of_one_record_are_told_apart_by_when_they_were_known(capsys, tmp_path):
    record = json.loads((GOLDEN / "summer.json").read_text())
    received = record["facts"].pop("invite_list_received")
    first = {**record, "as_known_at": "2026-08-27T12:00:00+01:00"}
    second = {
        **record,
        "facts": {**record["facts"], "invite_list_received": received},
        "as_known_at": "2026-09-07T09:00:00+01:00",  # known three days after it arrived
    }
    file = tmp_path / "versions.json"
    file.write_text(json.dumps([second, first]))

    said = lines(
        capsys,
        "simulate",
        file,
        "--pack",
        "stoke-on-trent",
        "--from",
        "2026-08-01",
        "--to",
        "2026-09-08",
        "--json",
    )

    done = {one["at"] for one in said if one["rung"] == "now-received"}
    assert done == {"2026-09-07T08:00:00+00:00"}
    assert min(one["at"] for one in said) == "2026-09-02T08:00:00+00:00"


def test_siblings_of_one_family_travel_in_one_bundle_and_a_restricted_one_alone(capsys, tmp_path):
    record = json.loads((GOLDEN / "summer.json").read_text())
    file = tmp_path / "family.jsonl"
    siblings = [
        {**record, "ref": "SC-1"},
        {**record, "ref": "SC-2"},
        {**record, "ref": "SC-3", "restricted": True, "holders": ["sw1@council.example"]},
    ]
    file.write_text("\n".join(map(json.dumps, siblings)))

    said = lines(
        capsys,
        "simulate",
        file,
        "--pack",
        "stoke-on-trent",
        "--from",
        "2026-09-02",
        "--to",
        "2026-09-02",
        "--json",
    )

    together = {
        (one["ref"], one["to"], tuple(one["refs"])) for one in said if one["via"] == "email"
    }
    assert together == {
        ("SC-1", "sw1@council.example", ("SC-1", "SC-2")),
        ("SC-2", "sw1@council.example", ("SC-1", "SC-2")),
        ("SC-1", "tc1@council.example", ("SC-1", "SC-2")),
        ("SC-2", "tc1@council.example", ("SC-1", "SC-2")),
        ("SC-3", "sw1@council.example", ("SC-3",)),
    }
