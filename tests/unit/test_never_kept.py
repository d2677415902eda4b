"""What no case record may hold: names, addresses and stories are dropped before anything is stored."""

import json

import pytest

from daemon.decide.record.keeping import keep_known
from daemon.decide.record.reading import read_record

CANARY = "Jane Canary"


@pytest.mark.parametrize(
    "place",
    [
        pytest.param({"surname": CANARY}, id="the record"),
        pytest.param({"meetings": [{"id": "M", "kind": "icpc", "notes": CANARY}]}, id="a meeting"),
        pytest.param(
            {"meetings": [{"id": "M", "kind": "icpc", "invitees": [{"id": "I", "name": CANARY}]}]},
            id="an invitee",
        ),
        pytest.param({"plans": [{"id": "P", "comments": CANARY}]}, id="a plan"),
        pytest.param({"actions": [{"id": "A", "description": CANARY}]}, id="an action"),
        pytest.param({"facts": {"mother_name": CANARY}}, id="a fact that is a name"),
        pytest.param({"facts": {"what_she_said": CANARY}}, id="a fact that nobody knows"),
        pytest.param(
            {"facts": {"icpc_held": {"at": "2026-03-02", "notes": CANARY}}}, id="inside a fact"
        ),
        pytest.param(
            {"facts": {"s47_concluded": {"at": "2026-03-02", "value": CANARY}}}, id="a fact's value"
        ),
        pytest.param({"facts": {"icpc_held": CANARY}}, id="in a date's place"),
        pytest.param({"facts": {"icpc_held": [{"at": CANARY}]}}, id="in a list's date's place"),
        pytest.param({"home-address": CANARY}, id="a key spelt in another way"),
        pytest.param({"Full Name": CANARY}, id="a key in capitals"),
    ],
)
def test_a_name_an_address_or_a_story_is_dropped_before_anything_is_stored(words, place):
    kept, dropped = keep_known({"ref": "SC-1", "facts": {}, **place}, words)
    reading = read_record({"ref": "SC-1", "facts": {}, **place}, words)

    assert CANARY not in json.dumps(kept)
    assert reading.record is not None
    assert dropped or read_record(kept, words).problems
    for one in (*dropped, *reading.problems, *read_record(kept, words).problems):
        assert CANARY not in str(one)


ADDRESS = "mum@mail.example"


def invited(**more):
    invitee = {"id": "I-1", "person": ADDRESS, **more}
    return {"meetings": [{"id": "M", "kind": "icpc", "invitees": [invitee]}]}


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(invited(is_family=True), id="an invitee of the family"),
        pytest.param(invited(is_family="yes"), id="who says so in words of their own"),
        pytest.param(invited(role="parents_carers"), id="whose role says so"),
        pytest.param({"roles": {"parents_carers": ADDRESS}}, id="a role"),
        pytest.param({"roles": {"child": ["P-7", ADDRESS]}}, id="a role that several have"),
    ],
)
def test_no_e_mail_address_of_a_family_member_is_kept_or_used(words, place):
    kept, dropped = keep_known({"ref": "SC-1", "facts": {}, **place}, words)
    reading = read_record({"ref": "SC-1", "facts": {}, **place}, words)

    assert ADDRESS not in json.dumps(kept)
    assert ADDRESS not in str(reading.record)
    for found in (dropped, reading.problems):
        assert any("e-mail address was dropped" in one.what for one in found)
        assert all(ADDRESS not in str(one) for one in found)


def test_who_of_a_family_is_named_by_an_id_stays_and_so_do_addresses_of_staff(words):
    body = {
        "ref": "SC-1", "facts": {}, **invited(role="police_officer"),
        "roles": {"child": ["P-7", ADDRESS], "social_worker": "sw@council.example"},
    }  # fmt: skip

    kept, _ = keep_known(body, words)
    record = read_record(body, words).record

    assert kept["roles"] == {"child": ["P-7"], "social_worker": "sw@council.example"}
    assert record.roles == {"child": ("P-7",), "social_worker": ("sw@council.example",)}
    assert record.meetings[0].invitees[0].person == ADDRESS
