"""What Outlook may do to a message, and what we then say became of it."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from daemon.domain.errors import (
    Permanent,
    Temporary,
    Unsettled,
    Unsupported,
)
from daemon.domain.message import Lane, Receipt
from daemon.testing.calendar_contract import EVENT
from daemon.testing.channel_contract import ANN, MESSAGE, ChannelContract
from daemon.testing.microsoft365.faults import Fault
from tests.integrations.outcome import outcome

DRAFTS, SENDS = r"POST /users/[^/]+/messages$", r"/send$|/sendMail$"
GONE = "https://elsewhere.example/"


class TestOutlook(ChannelContract):
    """The promises of every channel."""

    brings_plain_words = False


@pytest.mark.parametrize(
    ("fault", "expected", "kept"),
    [
        pytest.param(Fault(429, on=SENDS), ("Temporary", "throttled"), 0, id="too many requests"),
        pytest.param(Fault(503, on=SENDS), ("Temporary", "unavailable"), 0, id="not now"),
        pytest.param(Fault(500, on=SENDS), ("Unknown", "failed-500"), 0, id="it fails"),
        pytest.param(
            Fault(504, after=True, on=SENDS), ("Unknown", "failed-504"), 1, id="504 after it has sent"
        ),
        pytest.param(
            Fault(0, after=True, on=SENDS), ("Unknown", "answer-lost"), 1, id="cut after it has sent"
        ),
        pytest.param(Fault(0, on=SENDS), ("Unknown", "answer-lost"), 0, id="cut before"),
        pytest.param(
            Fault(0, on=SENDS, after=True, hang_s=30), ("Unknown", "answer-lost"), 1, id="silence"
        ),
        pytest.param(Fault(401, on=SENDS, times=1), ("accepted", ""), 1, id="one 401"),
        pytest.param(Fault(401), ("Temporary", "login-refused"), 0, id="401 for ever"),
        pytest.param(
            Fault(403, "ErrorAccessDenied", on=SENDS),
            ("Temporary", "not-permitted"),
            0,
            id="no permission",
        ),
        pytest.param(
            Fault(302, on=SENDS, headers={"Location": GONE}),
            ("Unknown", "redirected"),
            0,
            id="a redirect",
        ),
        pytest.param(Fault(302, on=SENDS), ("Unknown", "redirected"), 0, id="a redirect to nowhere"),
        pytest.param(Fault(200, on=SENDS), ("Unknown", "error-inside"), 0, id="200 with an error"),
        pytest.param(
            Fault(400, "ErrorInvalidRecipients", on=SENDS),
            ("Permanent", "unknown-recipient"),
            0,
            id="no such recipient",
        ),
        pytest.param(
            Fault(413, "RequestEntityTooLarge", on=SENDS), ("Permanent", "too-large"), 0, id="too large"
        ),
    ],
)  # fmt: skip
def test_each_misbehaviour_has_its_answer(office, connect, arrived, mode_of, fault, expected, kept):
    channel = connect(mode=mode_of, timeout_s=2 if fault.hang_s else 20)
    with suppress(Unsettled):
        channel.find("warm")
    office.misbehave(fault)

    found = outcome(channel)

    assert (found, len(arrived())) == (expected, kept)


@pytest.fixture(params=["draft", "send_mail"])
def mode_of(request) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param(Fault(500, on=DRAFTS), "failed-500", id="it fails"),
        pytest.param(Fault(0, on=DRAFTS, after=True, times=1), "answer-lost", id="cut after"),
        pytest.param(Fault(200, on=DRAFTS), "error-inside", id="200 with an error"),
    ],
)
def test_a_draft_that_may_exist_is_no_message_that_may_have_arrived(
    office, connect, arrived, fault, expected
):
    channel = connect()
    office.misbehave(fault)

    first = outcome(channel)
    office.misbehave()
    second = outcome(channel)

    assert (first, second, len(arrived())) == (("Temporary", expected), ("accepted", ""), 1)
    drafts = [
        one for one in office.tenant.box(channel.config.mailbox).messages.values() if one["isDraft"]
    ]
    assert drafts == []


@pytest.mark.parametrize("is_restarted", [False, True], ids=["the same process", "after a crash"])
@pytest.mark.parametrize(
    ("fault", "was_sent"),
    [
        pytest.param(Fault(504, after=True, on=SENDS), True, id="it was sent"),
        pytest.param(Fault(500, on=SENDS), False, id="it was not"),
    ],
)
def test_an_unknown_outcome_is_looked_up(office, connect, arrived, fault, was_sent, is_restarted):
    channel = connect()
    office.misbehave(fault)
    assert outcome(channel)[0] == "Unknown"
    office.misbehave()

    later = connect() if is_restarted else channel
    found = later.find(MESSAGE.id)
    if found is None:
        later.send(MESSAGE, ANN, MESSAGE.id)

    assert (found is not None) == was_sent
    assert len(arrived()) == 1
    assert len(office.tenant.box(channel.config.mailbox).messages) == 1


def test_a_message_between_two_folders_is_waited_for(office, connect, clock, arrived, mode_of):
    office.tenant.hides_sent = 2
    channel = connect(mode=mode_of)
    office.misbehave(Fault(504, after=True, on=SENDS))
    outcome(channel)
    office.misbehave()

    answers = []
    for _ in range(3):
        try:
            answers.append(channel.find(MESSAGE.id))
        except Temporary as error:
            answers.append(error.reason)
        clock.now += timedelta(seconds=30)

    assert answers[:2] == ["not-settled", "not-settled"]
    assert isinstance(answers[2], Receipt)
    assert len(arrived()) == 1


def test_a_retry_after_shuts_the_mailbox_until_then(office, connect, clock):
    channel = connect()
    office.misbehave(Fault(429, retry_after_s=90, times=1, on=DRAFTS))
    with pytest.raises(Temporary) as first:
        channel.send(MESSAGE, ANN, "a")
    calls = len(office.tenant.log)

    clock.now += timedelta(seconds=30)
    with pytest.raises(Temporary) as second:
        channel.send(MESSAGE, ANN, "b")

    assert (first.value.retry_after_s, second.value.retry_after_s) == (90, 60)
    assert len(office.tenant.log) == calls
    clock.now += timedelta(seconds=60)
    assert channel.send(MESSAGE, ANN, "a")


def test_a_mailbox_outside_the_scope_is_ours_to_mend(office, connect, arrived):
    office.tenant.scope = frozenset({"somebody.else@council.example"})

    assert outcome(connect()) == ("Temporary", "not-permitted")
    assert not arrived()


def test_who_may_only_send_says_that_nothing_can_be_looked_up(office, connect):
    office.tenant.granted = frozenset({"Mail.Send"})
    channel = connect(mode="send_mail")
    channel.send(MESSAGE, ANN, MESSAGE.id)

    with pytest.raises(Unsupported):
        channel.find(MESSAGE.id)


def test_more_than_three_are_never_at_it_at_once(office, connect):
    channel = connect()
    office.misbehave(Fault(None, after=True, hang_s=0.05, on=SENDS))

    TestOutlook().test_many_threads_may_send_at_once(channel, lambda: office.tenant.delivered)

    assert office.tenant.most_at_once == 3


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param(
            replace(MESSAGE, lane=Lane.URGENT),
            {"Importance": "high", "Sensitivity": "Company-Confidential"},
            id="urgent",
        ),
        pytest.param(
            replace(MESSAGE, reply_to="desk@council.example"),
            {"Reply-To": "desk@council.example"},
            id="an answer goes elsewhere",
        ),
        pytest.param(
            replace(MESSAGE, reply_to="desk@council.example\r\nBcc: a@evil.example"),
            {"Reply-To": "None", "Bcc": "None"},
            id="an answer to no address",
        ),
        pytest.param(
            replace(MESSAGE, subject="x =?UTF-8?Q?=0A?=Bcc: a@evil.example\r\nBcc: b@evil.example"),
            {"Subject": "x = ?UTF-8?Q?=0A?=Bcc: a@evil.example Bcc: b@evil.example", "Bcc": "None"},
            id="encoded words and line ends in a field",
        ),
        pytest.param(
            replace(MESSAGE, codes=("A\r\nBcc: a@evil.example",)),
            {"X-Daykeeper-Item": "A Bcc: a@evil.example", "Bcc": "None"},
            id="line ends in a header of ours",
        ),
        pytest.param(
            replace(MESSAGE, id="it's ') or ('1' eq '1"), {"Importance": "normal"}, id="quotes in the id"
        ),
    ],
)  # fmt: skip
def test_a_message_carries_what_it_should_and_nothing_else(
    channel, arrived, message: Any, expected: dict[str, str]
):
    channel.send(message, ANN, message.id)

    (mail,) = arrived()
    assert {name: str(mail[name]) for name in expected} == expected
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert channel.find(message.id) is not None
    with pytest.raises(Unsettled):
        channel.find("'")


def test_a_body_that_is_too_large_is_refused_for_good(channel, arrived):
    large = replace(MESSAGE, html="<p>" + "x" * 5_000_000)

    assert outcome(channel, large) == ("Permanent", "too-large")
    assert not arrived()


def test_a_recipient_that_does_not_exist_comes_back_as_a_bounce(office, channel, arrived):
    office.tenant.missing = frozenset({ANN.addresses["email"]})

    assert outcome(channel) == ("accepted", "")
    assert not arrived()
    bounces = [
        one
        for one in office.tenant.box(channel.config.mailbox).messages.values()
        if "isBounceOf" in one
    ]
    assert len(bounces) == 1


def test_a_message_with_an_event_is_a_calendars_to_carry(channel):
    with pytest.raises(Permanent, match="event-needs-calendar"):
        channel.send(replace(MESSAGE, event=EVENT), ANN, MESSAGE.id)


def test_nothing_is_sent_after_closing(channel, arrived):
    channel.close()

    assert outcome(channel)[1] == "closed"
    assert not arrived()
