"""Mail by an Exchange Server: what arrives, and what each misbehaviour of the server means."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from exchangelib.protocol import BaseProtocol, CachingProtocol

from daemon.domain.errors import Permanent, Temporary
from daemon.domain.message import Lane
from daemon.testing.calendar_contract import INVITATION
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE, ChannelContract
from daemon.testing.exchange.server import ExchangeServer
from daemon.testing.fakes import HandClock
from tests.integrations.exchange.conftest import MAILBOX, NOW
from tests.integrations.outcome import outcome


@pytest.fixture
def arrived(server):
    return lambda: list(server.office.mails)


class TestExchange(ChannelContract):
    """The promises of every channel."""


LOST = ("Unknown", "answer-lost")


@pytest.mark.parametrize(
    ("fault", "expected", "taken"),
    [
        pytest.param("401 once", ("Temporary", "login-refused"), 0, id="the login, once"),
        pytest.param("403", ("Temporary", "login-refused"), 0, id="the account may not"),
        pytest.param("404", ("Temporary", "no-exchange-there"), 0, id="nothing there"),
        pytest.param("413", ("Permanent", "too-large"), 0, id="too large for the door"),
        pytest.param("429", ("Temporary", "throttled"), 0, id="too many requests"),
        pytest.param("503", ("Temporary", "unavailable"), 0, id="unavailable"),
        pytest.param("busy", ("Temporary", "server-busy"), 0, id="busy, in a fault"),
        pytest.param("redirect", ("Temporary", "redirected"), 0, id="a redirect is not followed"),
        pytest.param("500", ("Unknown", "answer-500"), 0, id="an error of the server"),
        pytest.param("504", ("Unknown", "answer-504"), 0, id="a gateway that gave up"),
        pytest.param("error inside", ("Unknown", "answer-unclear"), 0, id="an error inside a 200"),
        pytest.param("full", ("Temporary", "own-mailbox-full"), 0, id="our mailbox is full"),
        pytest.param("day's limit", ("Temporary", "own-limit-reached"), 0, id="as many as we may"),
        pytest.param("garbage", ("Unknown", "answer-unclear"), 0, id="a page instead of an answer"),
        pytest.param("cut", LOST, 0, id="cut off before"),
        pytest.param("hang", LOST, 0, id="silence"),
        pytest.param("504 after accepting", ("Unknown", "answer-504"), 1, id="504, and accepted"),
        pytest.param("500 after accepting", ("Unknown", "answer-500"), 1, id="500, and accepted"),
        pytest.param("cut after accepting", LOST, 1, id="cut off, and accepted"),
        pytest.param("hang after accepting", LOST, 1, id="silence, and accepted"),
    ],
)
def test_each_misbehaviour_has_its_answer_and_nothing_is_sent_twice(
    server, connect, fault, expected, taken
):
    clock = HandClock(NOW)
    channel = connect(server, clock, timeout_s=1.5)
    server.misbehave(fault)

    assert outcome(channel) == expected
    clock.now += timedelta(minutes=10)  # it may have asked for patience

    assert server.asked == ["CreateItem"]
    assert len(server.office.mails) == taken
    assert (channel.find(MESSAGE.id) is not None) == bool(taken)
    assert outcome(channel) == ("accepted", "")


@pytest.mark.parametrize(
    ("fault", "wait_s", "is_ours"),
    [
        pytest.param("429 with Retry-After", 7, False, id="too many requests"),
        pytest.param("503 with Retry-After", 7, False, id="unavailable"),
        pytest.param("busy for a while", 9, False, id="a fault that says for how long"),
        pytest.param("429", None, False, id="too many requests, and no word of how long"),
        pytest.param("full", None, True, id="our mailbox, which somebody must empty"),
    ],
)
def test_a_server_that_says_when_to_come_again_is_heard(server, channel, fault, wait_s, is_ours):
    server.misbehave(fault)

    with pytest.raises(Temporary) as refusal:
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert (refusal.value.retry_after_s, refusal.value.is_ours) == (wait_s, is_ours)


@pytest.mark.parametrize(
    ("options", "login", "expected"),
    [
        pytest.param({}, "COUNCIL\\daykeeper:other", "login-refused", id="a wrong password"),
        pytest.param({"mailbox": "head@council.example"}, None, "no-access", id="a mailbox not ours"),
    ],
)  # fmt: skip
def test_what_is_ours_to_mend_loses_nothing(connect, options, login, expected):
    with ExchangeServer(MAILBOX, **({"login": login} if login else {})) as server:
        channel = connect(server, **options)

        assert outcome(channel) == ("Temporary", expected)
        assert not server.office.mails


def test_a_server_that_is_not_there_took_nothing(server, connect):
    with ExchangeServer(MAILBOX) as gone:
        pass

    assert outcome(connect(gone)) == ("Temporary", "unreachable")


def test_a_password_that_was_changed_is_read_again(server, connect):
    channel = connect(server)
    channel.config.password_file.write_text("old\n")
    assert outcome(channel) == ("Temporary", "login-refused")

    channel.config.password_file.write_text("secret\n")

    assert outcome(channel) == ("accepted", "")


def test_a_changed_password_that_others_may_read_is_not_used(server, connect):
    channel = connect(server)
    channel.config.password_file.write_text("other\n")
    channel.config.password_file.chmod(0o644)

    assert outcome(channel) == ("accepted", "")  # by the old one


def test_a_mail_too_large_for_the_server_is_refused_for_good(server, channel):
    server.office.largest_bytes = 100

    assert outcome(channel) == ("Permanent", "too-large")


def test_mail_does_not_lose_an_event_in_silence(server, channel):
    assert outcome(channel, replace(INVITATION, channel="email")) == (
        "Permanent",
        "event-needs-calendar",
    )
    assert server.asked == []


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param("x\r\nBcc: evil@x.test", id="a line end"),
        pytest.param("x =?UTF-8?Q?=0D=0ABcc:_evil@x.test?=", id="a line end in an encoded word"),
        pytest.param("x\u2028Bcc: evil@x.test", id="a line end of Unicode"),
        pytest.param("</t:Subject><t:BccRecipients/>]]>&x;", id="tags and entities"),
    ],
)
def test_nothing_in_a_field_becomes_a_header_or_a_recipient(server, channel, subject):
    channel.send(replace(MESSAGE, subject=subject), ANN, MESSAGE.id)

    (mail,) = server.office.mails
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == [ADDRESS]
    assert mail["Subject"].startswith(("x", "</t:Subject>"))


@pytest.mark.parametrize("key", ["a'b", 'a"b', "a&lt;b", "ключ", "a<b>"])
def test_a_key_of_any_letters_is_found_again_and_no_other(server, channel, key):
    channel.send(replace(MESSAGE, id=key), ANN, key)

    assert channel.find(key) is not None
    assert channel.find(f"{key}2") is None


def test_urgent_mail_says_so_and_a_machine_wrote_it(server, channel):
    channel.send(replace(MESSAGE, lane=Lane.URGENT), ANN, MESSAGE.id)

    (mail,) = server.office.mails
    (kept,) = server.office.items.values()
    assert (mail["Importance"], kept.text("Importance")) == ("high", "High")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (kept.folder, kept.own) == ("sentitems", {"daykeeper-message": MESSAGE.id})


@pytest.mark.parametrize(
    ("access", "acted_as"),
    [
        pytest.param("delegate", "", id="delegate"),
        pytest.param("impersonation", MAILBOX, id="as it"),
    ],
)
def test_a_request_says_whom_the_account_acts_as(server, connect, access, acted_as):
    channel = connect(server, access=access)
    channel.send(MESSAGE, ANN, MESSAGE.id)
    channel.find(MESSAGE.id)

    assert server.acted_as == [acted_as] * 2


@pytest.mark.parametrize("wait", ["9" * 400, "-1", "Sun, 22 Nov 2026 17:00:00 GMT", "1e9", ""])
def test_a_wait_that_means_nothing_is_no_wait_and_none_is_longer_than_an_hour(
    server, channel, wait
):
    server.retry_after = wait
    server.misbehave("429 with Retry-After")

    with pytest.raises(Temporary) as refusal:
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert refusal.value.retry_after_s in (None, 3600)


def test_the_library_keeps_nothing_of_ours_for_the_whole_process(server, channel):
    before = dict(vars(BaseProtocol))

    channel.send(MESSAGE, ANN, MESSAGE.id)

    assert CachingProtocol._protocol_cache == {}
    assert dict(vars(BaseProtocol)) == before


def test_who_waits_for_a_line_waits_no_longer_than_a_send_may_last(server, connect):
    channel = connect(server, timeout_s=0.8, connections=1)
    server.misbehave("hang", "hang", "hang")

    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _: outcome(channel), range(3)))

    assert set(found) <= {LOST, ("Temporary", "busy"), ("Temporary", "too-slow")}
    assert LOST in found


def test_a_refusal_says_neither_address_nor_words(server, channel, caplog):
    server.misbehave("error inside", "garbage", "cut")
    server.office.largest_bytes = 10

    said = [outcome(channel) for _ in range(4)]

    assert not [one for one in said if "@" in one[1] or " " in one[1]]
    assert "SC-100234" not in caplog.text
    assert ADDRESS not in caplog.text


def test_a_password_file_that_went_away_is_somebodys_to_mend(server, connect):
    channel = connect(server)
    channel.config.password_file.unlink()

    with pytest.raises(Temporary, match=r"^password-unreadable$"):
        channel.send(MESSAGE, ANN, MESSAGE.id)


def test_a_recipient_who_does_not_exist_is_told_of_by_a_report(server, channel):
    server.office.nobody.add(ADDRESS)

    channel.send(MESSAGE, ANN, MESSAGE.id)

    assert [one.item_class for one in server.office.items.values()] == [
        "REPORT.IPM.Note.NDR",
        "IPM.Note",
    ]


def test_an_address_that_exchange_refuses_is_refused_for_good(server, channel):
    server.office.refused.add(ADDRESS)

    with pytest.raises(Permanent, match=r"^unknown-recipient$"):
        channel.send(MESSAGE, ANN, MESSAGE.id)
