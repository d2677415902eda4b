"""What Teams may do to a card, and what we then say became of it."""

import json
import socket
import ssl
from dataclasses import replace
from time import monotonic

import pytest

from daemon.domain.errors import Permanent
from daemon.domain.event import Event
from daemon.domain.person import Person
from daemon.testing.card_contract import CARD, MESSAGE
from daemon.testing.teams.faults import Fault
from daemon.testing.teams.server import TeamsServer
from integrations.teams.card import MOST_BYTES
from tests.integrations.smtp.conftest import TLS
from tests.integrations.teams.conftest import NOW
from tests.integrations.teams.one_card import ANN, NORTH, TAKEN, TEAM, outcome

WAYS = pytest.mark.parametrize("to", [NORTH, ANN, TEAM], ids=["workflow", "person", "channel"])


@WAYS
def test_a_card_that_is_too_large_keeps_its_heading_and_its_link(server, channel, to):
    card = json.loads(CARD)
    card["body"].insert(1, {"type": "TextBlock", "text": "é" * 20_000})

    assert outcome(channel, to, replace(MESSAGE, card=json.dumps(card))) == TAKEN

    (shown,) = [one.card for one in server.posts]
    assert len(json.dumps(shown)) < MOST_BYTES
    assert shown["fallbackText"] == "SC-100234: invite list"
    assert shown["body"][-1]["actions"][0]["url"].endswith("/item/abc")
    assert "too long for a card" in shown["body"][1]["text"]


@pytest.mark.parametrize("card", ["{", "[]", '{"type":"MessageCard"}'])
def test_what_is_no_card_is_refused_for_good(server, channel, card):
    assert outcome(channel, message=replace(MESSAGE, card=card)) == ("Permanent", "bad-card")
    assert server.posts == []


def test_nobody_is_called_by_name(server, channel):
    card = json.loads(CARD) | {"msteams": {"entities": [{"type": "mention", "text": "<at>A</at>"}]}}
    words = replace(
        MESSAGE, card="", subject="<at>everyone</at> **now**", text="[a](https://x.test)"
    )

    assert outcome(channel, message=replace(MESSAGE, card=json.dumps(card))) == TAKEN
    assert outcome(channel, message=words) == TAKEN

    first, second = (one.card for one in server.posts)
    assert "msteams" not in first
    assert [one["text"] for one in second["body"]] == [
        r"\<at>everyone\</at> \*\*now\*\*",
        r"\[a\](https://x.test)",
    ]


@WAYS
@pytest.mark.parametrize(
    ("fault", "expected", "kept"),
    [
        pytest.param(Fault.NONE, TAKEN, 1, id="it behaves"),
        pytest.param(Fault.LIMITED, ("Temporary", "rate-limited"), 0, id="429"),
        pytest.param(Fault.DOWN, ("Temporary", "unavailable"), 0, id="503"),
        pytest.param(Fault.CONFLICT, ("Temporary", "unavailable"), 0, id="412"),
        pytest.param(Fault.BROKEN, ("Unknown", "server-error"), 0, id="500"),
        pytest.param(Fault.LATE, ("Unknown", "server-error"), 0, id="504 and nothing done"),
        pytest.param(Fault.LATE_AFTER, ("Unknown", "server-error"), 1, id="504 and all done"),
        pytest.param(Fault.CUT, ("Unknown", "answer-lost"), 0, id="cut off before it is taken"),
        pytest.param(Fault.CUT_AFTER, ("Unknown", "answer-lost"), 1, id="cut off once it is taken"),
        pytest.param(Fault.HANG_AFTER, ("Unknown", "answer-lost"), 1, id="an answer too slow"),
        pytest.param(Fault.DRIP, ("Unknown", "answer-lost"), 0, id="an answer that drips"),
        pytest.param(Fault.REDIRECT, ("Permanent", "redirected"), 0, id="a redirect"),
        pytest.param(Fault.INSIDE, ("Permanent", "error-inside"), 0, id="200, an error inside"),
        pytest.param(Fault.LIMITED_INSIDE, ("Temporary", "rate-limited"), 0, id="200, 429 inside"),
        pytest.param(Fault.TOO_LARGE, ("Permanent", "refused-413"), 0, id="413"),
    ],
)
def test_each_misbehaviour_has_its_answer(server, connect, clock, fault, expected, kept, to):
    channel = connect(post_every_s=0, timeout_s=1.5)
    server.faults.append(fault)

    assert outcome(channel, to) == expected
    assert len(server.posts) == kept

    clock.now = NOW.replace(hour=18)  # past what any Retry-After asked for
    assert outcome(channel, to) == TAKEN
    assert server.refused == []


def test_a_dripping_server_cannot_outlast_the_deadline(server, connect):
    channel = connect(timeout_s=0.6)
    server.faults.append(Fault.DRIP)
    started = monotonic()

    assert outcome(channel) == ("Unknown", "answer-lost")

    assert monotonic() - started < 5


@pytest.mark.parametrize(
    ("to", "gone", "expected"),
    [
        pytest.param(NORTH, "north", ("Permanent", "workflow-not-found"), id="a deleted workflow"),
        pytest.param(ANN, "29:ann", ("Permanent", "no-such-recipient"), id="nobody of that id"),
        pytest.param(ANN, "29:ann?", ("Permanent", "not-installed"), id="without the app"),
    ],
)
def test_who_is_not_there_is_refused_for_good(server, channel, to, gone, expected):
    server.gone.add(gone)

    assert outcome(channel, to) == expected


def test_whoever_blocks_the_bot_is_told_another_way(server, channel):
    server.blocked.add("29:ann")

    assert outcome(channel, ANN) == ("Permanent", "blocked")


def test_a_wrong_signature_is_ours_to_mend_and_loses_nothing(server, channel):
    server.faults.append(Fault.UNAUTHORISED)

    assert outcome(channel) == ("Temporary", "signature-refused")


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        pytest.param("workflow:south", "no-such-workflow", id="a workflow of no name here"),
        pytest.param("ann@council.example", "bad-address", id="a sign-in name"),
    ],
)
def test_an_address_that_nothing_here_reaches_is_refused(server, channel, to, reason):
    assert outcome(channel, Person("x", {"teams": to})) == ("Permanent", reason)
    assert server.posts == []


def test_without_a_bot_its_people_are_refused(connect):
    assert outcome(connect(bot=None), ANN) == ("Permanent", "no-bot")


def test_a_calendar_entry_is_not_lost_in_a_card(channel):
    event = Event("uid-1", 0, NOW, NOW.replace(hour=18), "Conference")

    assert outcome(channel, message=replace(MESSAGE, event=event)) == (
        "Permanent",
        "event-needs-calendar",
    )


def test_a_port_that_nobody_listens_on_is_tried_again_later(connect):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    channel = connect(proxy=f"http://127.0.0.1:{port}")

    assert outcome(channel) == ("Temporary", "unreachable")


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        pytest.param("localhost.pem", TAKEN, id="its own certificate"),
        pytest.param("elsewhere.pem", ("Temporary", "tls-unverified"), id="somebody else's"),
    ],
)
def test_the_name_on_the_certificate_counts(connect, certificate, expected):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate, TLS / "key-for-tests.pem")

    with TeamsServer(context=context) as other:
        channel = connect(on=other, ca_file=str(TLS / "authority.pem"))

        assert outcome(channel) == expected
        assert len(other.posts) == (expected == TAKEN)


def test_what_a_workflow_calls_its_run_is_kept(channel):
    assert str(channel.send(MESSAGE, NORTH, MESSAGE.id).provider_id).startswith("0858")


def test_a_conversation_that_is_gone_is_made_anew_the_next_time(server, channel):
    assert outcome(channel, ANN) == TAKEN
    server.conversations.clear()

    assert outcome(channel, ANN) == ("Temporary", "conversation-gone")
    assert outcome(channel, ANN) == TAKEN


def test_nothing_secret_stands_in_what_goes_wrong(server, channel):
    server.gone.add("north")

    with pytest.raises(Permanent) as refusal:
        channel.send(MESSAGE, NORTH, MESSAGE.id)

    assert refusal.value.args == ("workflow-not-found",)
    assert refusal.value.__cause__ is None
    assert "s3cr3t" not in repr(channel.config) + str(channel.config) + repr(refusal.value)
