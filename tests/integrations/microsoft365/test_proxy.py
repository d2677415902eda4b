"""Behind a proxy everything goes through it, and nothing beside it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest

from daemon.domain.errors import Unsettled
from daemon.testing.channel_contract import MESSAGE
from daemon.testing.microsoft365.faults import Fault
from tests.faults.runner import until
from tests.integrations.microsoft365.test_mail import SENDS
from tests.integrations.microsoft365.tunnel import Tunnel
from tests.integrations.outcome import outcome


@pytest.fixture
def tunnel() -> Iterator[Tunnel]:
    with Tunnel() as tunnel:
        yield tunnel


@pytest.fixture
def channel(connect, tunnel):
    return connect(proxy=tunnel.url)


def test_sign_in_and_mail_go_through_the_proxy(office, channel, tunnel, arrived):
    assert outcome(channel) == ("accepted", "")

    place = office.address.removeprefix("https://")
    assert len(arrived()) == 1
    assert tunnel.asked == [f"CONNECT {place}"] * 2  # the sign-in service, and Graph


def warm(channel) -> None:
    """Have it signed in, and its library loaded."""
    with suppress(Unsettled):
        channel.find("warm")


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["before the sign-in", "after it"])
def test_without_the_proxy_nothing_goes_and_it_is_tried_later(
    office, channel, tunnel, clock, arrived, is_signed_in
):
    if is_signed_in:
        warm(channel)
    before = len(office.tenant.log)

    tunnel.go()

    reason = "unreachable" if is_signed_in else "login-unreachable"
    assert outcome(channel) == ("Temporary", reason)
    clock.now += timedelta(seconds=10)
    assert outcome(channel) == ("Temporary", reason)
    assert len(office.tenant.log) == before
    assert not arrived()


@pytest.mark.parametrize(
    "status", ["407 Proxy Authentication Required", "403 Forbidden", "502 Bad Gateway"]
)
@pytest.mark.parametrize("is_signed_in", [False, True], ids=["before the sign-in", "after it"])
def test_a_proxy_that_opens_no_way_is_said_to_be_none(
    office, channel, tunnel, clock, arrived, status, is_signed_in
):
    if is_signed_in:
        warm(channel)
        tunnel.cut()
    tunnel.answer = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()

    first = outcome(channel)
    tunnel.answer = None
    clock.now += timedelta(seconds=10)

    assert first == ("Temporary", "unreachable" if is_signed_in else "login-unreachable")
    assert outcome(channel) == ("accepted", "")
    assert len(arrived()) == 1


def test_a_proxy_that_dies_while_mail_goes_out_leaves_it_open_and_it_is_looked_up(
    office, channel, tunnel, arrived
):
    warm(channel)
    office.misbehave(Fault(None, after=True, hang_s=60, on=SENDS))

    with ThreadPoolExecutor(1) as threads:
        sending = threads.submit(outcome, channel)
        until(lambda: len(arrived()) == 1, 30, "the mail has gone out")
        tunnel.cut()
        found = sending.result()
    office.misbehave()

    assert found == ("Unknown", "answer-lost")
    assert channel.find(MESSAGE.id) is not None
    assert len(arrived()) == 1


def test_doctor_looks_through_the_proxy(channel, tunnel):
    lines = [f"{one.grade}: {one}" for one in channel.examine()]

    assert not [one for one in lines if one.startswith("fail") and "cannot be reached" in one]
    assert any(one.startswith("ok: the certificate of localhost") for one in lines)
    assert len(tunnel.asked) > 3
