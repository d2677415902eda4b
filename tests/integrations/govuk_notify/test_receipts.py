"""What Notify says became of a message: asked for, or told by its call, and each counted once."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from daemon.domain.errors import Permanent
from daemon.domain.event import Arrival, Bounce
from daemon.ports import Denied, Unreadable
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.notify.faults import Fault
from integrations.govuk_notify.receipts import Receipts
from tests.integrations.govuk_notify.conftest import TOKEN, Connect, private

BEARER = f"Bearer {TOKEN}"


@pytest.fixture
def receipts(tmp_path, connect: Connect, clock):
    """Give the inbox, at the moment at which the stand-in works."""
    clock.now = datetime.now(UTC)
    return connect(Receipts, callback_token_file=private(tmp_path / "token", TOKEN))


def sent(channel, *names: str) -> None:
    for name in names:
        channel.send(MESSAGE, ANN, name)


def test_each_failure_is_heard_once(server, channel, receipts, clock):
    sent(channel, "a", "b", "c")
    server.end("a", "permanent-failure", clock.now)
    server.end("b", "delivered", clock.now)

    first = receipts.read(None)
    server.end("c", "validation-failed", clock.now + timedelta(minutes=1))
    second = receipts.read(first.cursor)
    third = receipts.read(second.cursor)

    assert first.bounces == [Bounce("a", clock.now)]
    assert second.bounces == [Bounce("c", clock.now + timedelta(minutes=1))]
    assert third.bounces == []
    assert receipts.read(first.cursor).bounces == second.bounces


def test_what_ended_before_the_last_reading_and_was_shown_after_it_is_heard(
    server, channel, receipts, clock
):
    sent(channel, "a", "b")
    server.end("a", "permanent-failure", clock.now)
    first = receipts.read(None)

    server.end("b", "permanent-failure", clock.now - timedelta(minutes=2))

    assert [one.message for one in receipts.read(first.cursor).bounces] == ["b"]


def test_more_failures_than_a_page_holds_are_all_heard(server, channel, receipts, clock):
    names = [f"m-{number}" for number in range(260)]
    sent(channel, *names)
    for name in names:
        server.end(name, "permanent-failure", clock.now)

    assert {one.message for one in receipts.read(None).bounces} == set(names)


def test_a_notify_that_cannot_be_asked_leaves_the_last_state(server, receipts):
    server.listing_fault = Fault.BROKEN

    with pytest.raises(Unreadable, match=r"^Notify cannot be asked \(server-error\)$"):
        receipts.read(None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        pytest.param("delivered", Arrival, id="a mail that arrived"),
        pytest.param("received", Arrival, id="a letter that was printed and posted"),
        pytest.param("permanent-failure", Bounce, id="no such address"),
        pytest.param("temporary-failure", Bounce, id="a mailbox that stayed full"),
        pytest.param("validation-failed", Bounce, id="a letter that cannot be printed"),
        pytest.param("sending", None, id="still on its way"),
    ],
)
def test_a_call_of_notifys_says_what_became_of_a_message(
    server, channel, receipts, clock, status, kind
):
    sent(channel, "a")
    said = server.end("a", status, clock.now)

    page = receipts.told(BEARER, json.dumps(said).encode())

    assert [*page.bounces, *page.arrivals] == ([kind("a", clock.now)] if kind else [])
    assert page.cursor is None


def test_a_letter_that_came_back_by_the_post_is_a_bounce(receipts, clock):
    body = {"notification_id": "7", "reference": "a", "date_sent": "2026-03-01", "service_id": "8"}

    assert receipts.told(BEARER, json.dumps(body).encode()).bounces == [Bounce("a", clock.now)]


@pytest.mark.parametrize(
    "word",
    ["", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer å", BEARER[:-1]],
)
def test_whoever_has_not_the_token_is_not_heard(receipts, word):
    with pytest.raises(Denied):
        receipts.told(word, b"{}")


def test_nobody_is_heard_where_no_token_is_set(connect: Connect):
    with pytest.raises(Denied):
        connect(Receipts).told("Bearer ", b"{}")


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b"\xff", b"7", b"[" * 60_000])
def test_nonsense_is_said_to_be_nonsense(receipts, body):
    with pytest.raises(ValueError, match=r"^this is no JSON object$"):
        receipts.told(BEARER, body)


def test_what_carries_no_reference_of_ours_is_listed_without_its_address(receipts):
    body = {"id": "abcdefgh-1", "reference": None, "to": "ann@council.example", "status": "failed"}

    (problem,) = receipts.told(BEARER, json.dumps(body).encode()).problems

    assert str(problem) == (
        "notification abcdefgh: it carries no reference of ours; see in Notify what it is"
    )


def test_a_refused_address_never_gets_as_far_as_a_receipt(server, channel):
    with pytest.raises(Permanent):
        channel.send(MESSAGE, ANN.__class__("x", {"email": "no address"}), "a")

    assert server.taken == []
