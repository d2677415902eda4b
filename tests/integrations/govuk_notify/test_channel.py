"""What Notify may do to a message, and what we then say became of it."""

import logging
import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daemon.domain.errors import Permanent, Temporary, Unknown
from daemon.domain.message import Level, Receipt
from daemon.domain.person import Person
from daemon.testing.channel_contract import ANN, MESSAGE, ChannelContract
from daemon.testing.notify.faults import TAKES, Fault
from daemon.testing.notify.server import KEY
from integrations.govuk_notify.channel import NotifyText
from tests.integrations.govuk_notify.conftest import Connect
from tests.integrations.outcome import outcome

BARE = replace(MESSAGE, channel="text", level=Level.L0, subject="Something needs you: KD7Q-24")
BEN = Person("ben", {"text": "+44 7700 900123"})


class TestNotify(ChannelContract):
    """The promises of every channel of mail; Notify writes the HTML itself."""

    brings_html = False


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(Fault.NONE, ("accepted", ""), id="it behaves"),
        pytest.param(Fault.LIMITED, ("Temporary", "rate-limited"), id="too many a minute"),
        pytest.param(Fault.DAILY, ("Temporary", "daily-limit"), id="too many a day"),
        pytest.param(Fault.BROKEN, ("Unknown", "server-error"), id="it breaks"),
        pytest.param(Fault.BROKEN_AFTER, ("Unknown", "server-error"), id="it breaks too late"),
        pytest.param(Fault.DOWN, ("Unknown", "server-error"), id="it is down"),
        pytest.param(Fault.LATE_AFTER, ("Unknown", "server-error"), id="a gateway gives up"),
        pytest.param(Fault.CUT, ("Unknown", "answer-lost"), id="it hangs up"),
        pytest.param(Fault.CUT_AFTER, ("Unknown", "answer-lost"), id="it hangs up too late"),
        pytest.param(Fault.HANG, ("Unknown", "answer-lost"), id="it says nothing"),
        pytest.param(Fault.CLOCK, ("Temporary", "clock-wrong"), id="our clock is wrong"),
        pytest.param(Fault.REVOKED, ("Temporary", "login-refused"), id="the key was revoked"),
        pytest.param(Fault.TEAM, ("Temporary", "key-limited"), id="the key is the team's alone"),
        pytest.param(Fault.TEAM_LETTER, ("Temporary", "key-limited"), id="a team posts nothing"),
        pytest.param(Fault.TRIAL, ("Temporary", "service-on-trial"), id="not live yet"),
        pytest.param(Fault.TRIAL_LETTER, ("Temporary", "service-on-trial"), id="nor for letters"),
        pytest.param(Fault.NOT_ALLOWED, ("Temporary", "not-allowed"), id="a kind it may not send"),
        pytest.param(Fault.NO_TEMPLATE, ("Temporary", "template-unfit"), id="no such template"),
        pytest.param(Fault.TOO_LONG, ("Permanent", "too-long"), id="it is too long"),
        pytest.param(Fault.TOO_LARGE, ("Permanent", "too-large"), id="it is too large"),
        pytest.param(Fault.REDIRECT, ("Temporary", "unreachable"), id="it sends us elsewhere"),
        pytest.param(Fault.INSIDE, ("Unknown", "answer-unclear"), id="a yes with a no inside"),
        pytest.param(Fault.NOISE, ("Unknown", "answer-unclear"), id="a yes that says nothing"),
    ],
)
def test_each_misbehaviour_has_its_answer(server, connect: Connect, fault, expected):
    channel = connect(timeout_s=0.5)
    server.faults.append(fault)

    assert outcome(channel) == expected
    assert len(server.taken) == (fault in TAKES)
    assert server.refused == []

    assert outcome(channel) == ("accepted", "")


@pytest.mark.parametrize(
    ("fault", "is_ours"),
    [(Fault.TRIAL, True), (Fault.TEAM, True), (Fault.DAILY, True), (Fault.LIMITED, False)],
)
def test_what_our_service_may_not_do_is_told_from_what_passes_by_itself(
    server, channel, fault, is_ours
):
    server.faults.append(fault)

    with pytest.raises(Temporary) as answer:
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert answer.value.is_ours == is_ours


def test_a_days_limit_is_waited_for_until_midnight_at_most(server, channel, clock):
    waits = []
    for moment in (datetime(2026, 3, 6, 12, tzinfo=UTC), datetime(2026, 3, 6, 23, 50, tzinfo=UTC)):
        clock.now = moment
        server.faults.append(Fault.DAILY)
        with pytest.raises(Temporary) as limited:
            channel.send(MESSAGE, ANN, MESSAGE.id)
        waits.append(limited.value.retry_after_s)

    assert waits == [3600, 600]


def test_what_was_taken_in_silence_is_found_by_our_reference(server, channel):
    server.faults.append(Fault.CUT_AFTER)
    before = channel.find(MESSAGE.id)

    with pytest.raises(Unknown):
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert before is None
    assert channel.find(MESSAGE.id) == Receipt(server.taken[0]["id"])
    assert channel.find("01JQ-8") is None


def test_what_notify_itself_could_not_send_is_not_found(server, channel):
    channel.send(MESSAGE, ANN, MESSAGE.id)
    server.end(MESSAGE.id, "technical-failure", datetime.now(UTC))

    assert channel.find(MESSAGE.id) is None


def test_nobody_listening_took_nothing(connect: Connect):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    found = outcome(connect(base_url=f"http://127.0.0.1:{port}"))

    assert found == ("Temporary", "unreachable")


def test_an_address_that_notify_does_not_take_is_refused_for_good(server, connect: Connect):
    text = connect(NotifyText)

    assert outcome(text, BARE, Person("ben", {"text": "0" * 20})) == ("accepted", "")
    assert outcome(text, BARE, Person("ben", {"text": "ring me"})) == ("Permanent", "bad-address")
    assert outcome(text, BARE, ANN) == ("Permanent", "no-address")


def test_whom_to_answer_stands_in_the_words(server, channel):
    channel.send(replace(MESSAGE, reply_to="tom@council.example"), ANN, MESSAGE.id)

    assert "Answer to tom@council.example, not" in server.taken[0]["words"]["message"]


def test_a_text_says_that_something_waits_and_no_more(server, connect: Connect):
    text = connect(NotifyText)

    text.send(BARE, BEN, BARE.id)
    with pytest.raises(Permanent, match=r"^too-much-for-a-text$"):
        text.send(MESSAGE, BEN, "01JQ-8")

    (one,) = server.taken
    assert one["words"] == {"message": "Something needs you: KD7Q-24"}
    assert text.most(BEN) is Level.L0


def test_neither_key_nor_address_stands_in_what_goes_wrong_or_is_logged(server, channel, caplog):
    caplog.set_level(logging.DEBUG)
    server.faults.extend([Fault.BROKEN, Fault.REVOKED])

    found = [outcome(channel), outcome(channel)]

    said = f"{found}{caplog.text}{channel.config!r}"
    assert "council.example" not in said.replace("@council.example>", "")
    assert channel.config.key not in said
    assert channel.config.key[-36:] not in said


def test_a_key_that_was_changed_by_the_file_is_read_by_the_next_connection(
    server, channel, tmp_path
):
    (tmp_path / "notify.key").unlink()

    assert outcome(channel) == ("Temporary", "key-unreadable")


def test_a_new_key_counts_from_the_next_message(connect, tmp_path):
    channel, file = connect(), tmp_path / "notify.key"
    first = outcome(channel)
    other = KEY.replace(KEY[-36:], "99999999-9999-4999-8999-999999999999")

    file.write_text(other)
    refused = outcome(channel, replace(MESSAGE, id="m-2"))
    file.write_text(KEY)

    assert first == ("accepted", "")
    assert refused[0] == "Temporary"
    assert outcome(channel, replace(MESSAGE, id="m-3")) == ("accepted", "")
