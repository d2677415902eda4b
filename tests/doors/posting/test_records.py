"""Records that are posted: only by whom we share a secret with, each answered for by itself, none lost."""

import json
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from daemon.decide.record.contract import RECORD_KEYS
from daemon.engine.house import Feed
from daemon.testing.contracts import CANARIES
from daemon.testing.world import World
from daemon.web.records import A_MINUTE, MOST_BYTES
from tests.doors.conftest import Door
from tests.doors.posting.stage import ENQUIRY, Post, Signer, kept, signature, states, verdicts


def test_a_record_is_kept_and_decided(world: World, post: Post) -> None:
    answer = post({"ref": "SC-9", "facts": ENQUIRY})

    world.turn()
    assert verdicts(answer) == ["changed"]
    assert states(world, "SC-9") == {"open"}


def test_the_same_again_changes_nothing_and_what_is_older_never_wins(
    world: World, post: Post
) -> None:
    now = {"ref": "SC-9", "facts": ENQUIRY}
    before = {"ref": "SC-9", "facts": {}}

    first = post(now, as_known_at="2026-03-06T15:00:00Z")
    again = post(now, as_known_at="2026-03-06T17:00:00Z")
    older = post(before, as_known_at="2026-03-06T16:00:00Z")

    assert [verdicts(one) for one in (first, again, older)] == [
        ["changed"],
        ["unchanged"],
        ["older"],
    ]
    assert kept(world, "SC-9")["facts"] == ENQUIRY


def test_what_is_purged_is_withdrawn_and_its_secrets_stay(world: World, post: Post) -> None:
    post({"ref": "SC-9", "facts": ENQUIRY, "excluded": ["sw9"]})
    world.turn()

    answer = post({"ref": "SC-9", "purge": True})

    world.turn()
    assert verdicts(answer) == ["purged"]
    assert kept(world, "SC-9") == {"ref": "SC-9", "facts": {}, "excluded": ["sw9"]}
    assert states(world, "SC-9") == {"withdrawn"}


def test_each_record_is_answered_for_by_itself(world: World, post: Post) -> None:
    name, street, _ = CANARIES
    records = [
        {"ref": "SC-8", "facts": ENQUIRY, "forename": name, "address": street},
        {"facts": ENQUIRY},
        {"ref": "SC-9", "facts": {"strategy_discussion_held": "2026-02-31"}},
        {"ref": "SC-8", "facts": {}},
        {"ref": "SC-7", "purge": "perhaps"},
    ]

    answer = post(*records)

    assert verdicts(answer) == ["changed", "refused", "changed", "refused", "refused"]
    wheres = [[one["where"] for one in each["problems"]] for each in answer.json()["records"]]
    assert wheres[1:] == [
        ["records[1]: ref"],
        ["SC-9: facts.strategy_discussion_held.at"],
        ["records[3]: ref"],
        ["records[4]: purge"],
    ]
    assert len(wheres[0]) == 2
    assert name not in answer.text + json.dumps(kept(world, "SC-8"))
    with world.store.read() as tx:
        listed = {one.problem.where for one in tx.quarantine.open() if one.feed == "posted"}
    assert {"records[1]: ref", "SC-8: forename"} <= listed


def test_what_was_wrong_is_forgotten_when_it_is_posted_right(world: World, post: Post) -> None:
    post({"ref": "SC-8", "facts": {}, "surprise": 1}, {"ref": "SC-9", "facts": {}, "surprise": 1})

    post({"ref": "SC-8", "facts": {}})

    with world.store.read() as tx:
        listed = {one.problem.where for one in tx.quarantine.open() if one.feed == "posted"}
    assert listed == {"SC-9: surprise"}


def test_an_empty_post_says_that_nothing_has_changed(world: World, post: Post, feed: Feed) -> None:
    world.line.watcher.poll(feed)
    with world.store.read() as tx:
        before = tx.feeds.get("posted")

    answer = post(as_known_at="2026-03-06T17:20:00Z")

    world.line.watcher.poll(feed)
    with world.store.read() as tx:
        after = tx.feeds.get("posted")
    assert verdicts(answer) == []
    assert before is not None
    assert after is not None
    assert (before.ok, before.failure) == (False, "nothing has been posted yet")
    assert after.ok
    assert str(after.as_known_at) == "2026-03-06 17:20:00+00:00"


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"headers": {"Daykeeper-Signature": ""}}, id="no signature"),
        pytest.param({"headers": {"Daykeeper-Signature": "t=1,v1=" + "0" * 64}}, id="made up"),
        pytest.param({"signed": {"secret": "another-secret-that-is-long-enough"}}, id="another's"),
        pytest.param({"signed": {"late_s": 301}}, id="too old"),
        pytest.param({"signed": {"late_s": -301}}, id="too young"),
        pytest.param({"headers": {"Idempotency-Key": "not-signed"}}, id="a key that is not signed"),
    ],
)
def test_nobody_else_can_post(world: World, post: Post, how: dict[str, Any]) -> None:
    answer = post({"ref": "SC-9", "facts": ENQUIRY}, **how)

    assert answer.status_code == 403
    with world.store.read() as tx:
        assert tx.fragments.of(["SC-9"]) == {}


def test_a_body_that_was_changed_on_its_way_is_not_taken(
    world: World, post: Post, door: Door
) -> None:
    said = json.dumps({"records": [{"ref": "SC-9", "facts": {}}]}).encode()
    headers = {"Content-Type": "application/json", "Daykeeper-Signature": signature(world, said)}

    answer = door.browser.post("/api/records", content=said.replace(b"9", b"8"), headers=headers)

    assert answer.status_code == 403


def test_a_key_names_one_post(post: Post) -> None:
    one = {"ref": "SC-9", "facts": ENQUIRY}

    first, again, other = post(one, key="k-1"), post(one, key="k-1"), post(key="k-1")

    assert [answer.status_code for answer in (first, again, other)] == [200, 200, 409]
    assert verdicts(again) == ["unchanged"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b'{"records": {}}', 400, id="no list"),
        pytest.param(b'{"records": [1]}', 400, id="no object"),
        pytest.param(b'{"records": [], "more": 1}', 400, id="another key"),
        pytest.param(b'{"records": [], "as_known_at": "yesterday"}', 400, id="no moment"),
        pytest.param(b'{"records": [], "as_known_at": "2026-02-31T00:00:00Z"}', 400, id="no day"),
        pytest.param(b'{"records": [' + b",".join([b"{}"] * 1001) + b"]}", 400, id="too many"),
        pytest.param(b'{"records": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, id="deep"),
        pytest.param('{"records": [{"ref": "é"}]}'.encode("latin-1"), 400, id="Latin-1"),
        pytest.param(b'{"records": [{"ref": 1' + b"0" * 5000 + b"}]}", 200, id="a huge number"),
        pytest.param(b'{"records": [{"ref": "a\\u0000b", "facts": 7}]}', 200, id="NUL"),
        pytest.param(b'{"records": [{"ref": "\\ud800"}]}', 200, id="half a letter"),
        pytest.param(b" " * (MOST_BYTES + 1), 413, id="too large"),
    ],
)
def test_what_cannot_be_read_is_refused_and_breaks_nothing(
    post: Post, body: bytes, status: int
) -> None:
    answer = post(body=body)

    assert answer.status_code == status, answer.text
    assert ("error" in answer.json()) == (status != 200)


def test_more_than_is_taken_in_a_minute_waits_and_strangers_use_up_nothing(
    world: World, post: Post
) -> None:
    strange = {"Daykeeper-Signature": "t=1,v1=" + "0" * 64}

    strangers = {post(headers=strange).status_code for _ in range(A_MINUTE + 10)}
    ours = [post() for _ in range(A_MINUTE + 1)]
    world.clock.now += timedelta(seconds=int(ours[-1].headers["Retry-After"]))

    assert strangers == {403}
    assert [one.status_code for one in ours] == [200] * A_MINUTE + [429]
    assert post().status_code == 200


def test_the_description_names_every_field_of_a_record(door: Door) -> None:
    said = door.browser.get("/api/openapi.json").json()

    assert set(said["components"]["schemas"]["Record"]["properties"]) == {*RECORD_KEYS, "purge"}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.timeout(300)
def test_the_door_keeps_to_its_description(world: World, door: Door, feed: Feed) -> None:
    """Everything that the description allows, and much that it does not, is answered as it says."""
    base = str(door.browser.base_url).rstrip("/")
    schema = schemathesis.openapi.from_url(f"{base}/api/openapi.json")
    asked = []

    door_of_records = schema["/api/records"]["POST"]
    right, wrong = (door_of_records.as_strategy(mode) for mode in GenerationMode)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=right | wrong)
    def ask(case: schemathesis.Case) -> None:
        world.clock.now += timedelta(seconds=1)  # so that it is never more than is taken
        asked.append(case.call_and_validate(base_url=base, auth=Signer(world.clock)).status_code)

    ask()

    assert {200, 400} <= set(asked)
