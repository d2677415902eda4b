"""What every channel that hands over cards must do: its tests inherit this class.

A subclass gives the fixtures `channel` (ready to send), `somebody` (whom it reaches) and `arrived` (a
call that returns the cards that came, oldest first, each with the id of its message).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from daemon.domain.errors import Permanent, Unsettled, Unsupported
from daemon.domain.message import Lane, Level, Message, Receipt
from daemon.domain.person import Person
from daemon.testing.calendar_contract import EVENT
from daemon.testing.channel_contract import Closable

Arrived = Callable[[], Sequence[tuple[str, dict[str, Any]]]]
CARD = (
    '{"type":"AdaptiveCard","$schema":"http://adaptivecards.io/schemas/adaptive-card.json",'
    '"version":"1.5","lang":"en-GB","fallbackText":"SC-100234: invite list","body":['
    '{"type":"TextBlock","text":"SC-100234: Å “list” of more than ASCII","wrap":true},'
    '{"type":"ActionSet","actions":[{"type":"Action.OpenUrl","title":"Open the item",'
    '"url":"https://daykeeper.council.example/item/abc"}]}]}'
)
MESSAGE = Message(
    id="01JQ-7",
    channel="teams",
    subject="Conference invite list: SC-100234",
    text="The list for SC-100234 is due.\n",
    html="<p>The list for SC-100234 is due.</p>\n",
    lane=Lane.ROUTINE,
    level=Level.L1,
    made_at=datetime(2026, 3, 6, 17, tzinfo=UTC),
    codes=("KD7Q-24",),
    card=CARD,
)


class CardChannelContract:
    """The promises of the Channel port, for adapters of cards."""

    def test_a_card_arrives_once_and_whole(
        self, channel: Closable, somebody: Person, arrived: Arrived
    ) -> None:
        receipt = channel.send(MESSAGE, somebody, MESSAGE.id)

        ((key, card),) = arrived()
        assert isinstance(receipt, Receipt)
        assert key == MESSAGE.id
        assert card["body"][0]["text"] == "SC-100234: Å “list” of more than ASCII"
        assert card["body"][1]["actions"][0]["url"].endswith("/item/abc")

    def test_who_has_no_address_of_its_kind_is_not_reached(
        self, channel: Closable, somebody: Person
    ) -> None:
        """They are told by the next way, and nobody is asked."""
        reaches: Callable[[Person], bool] = getattr(channel, "reaches")  # noqa: B009 - no part of the port

        assert reaches(somebody)
        assert not reaches(replace(somebody, addresses={"email": "ann@council.example"}))
        assert not reaches(replace(somebody, addresses={"teams": "ann@council.example"}))

    def test_a_message_without_a_card_is_shown_by_its_words(
        self, channel: Closable, somebody: Person, arrived: Arrived
    ) -> None:
        channel.send(replace(MESSAGE, card=""), somebody, MESSAGE.id)

        ((_, card),) = arrived()
        assert [one["text"] for one in card["body"]] == [
            "Conference invite list: SC-100234",
            "The list for SC-100234 is due.",
        ]

    def test_a_second_attempt_carries_the_same_id(
        self, channel: Closable, somebody: Person, arrived: Arrived
    ) -> None:
        channel.send(MESSAGE, somebody, MESSAGE.id)
        channel.send(MESSAGE, somebody, MESSAGE.id)

        assert {key for key, _ in arrived()} == {MESSAGE.id}

    def test_it_can_be_asked_what_was_sent_or_says_that_it_cannot(
        self, channel: Closable, somebody: Person
    ) -> None:
        try:
            before = channel.find(MESSAGE.id)
        except Unsupported:
            return
        except Unsettled:  # nothing is seen of it
            before = None
        receipt = channel.send(MESSAGE, somebody, MESSAGE.id)

        assert before is None
        assert channel.find(MESSAGE.id) == receipt

    @pytest.mark.parametrize(
        ("addresses", "reason"),
        [
            pytest.param({}, "no-address", id="no address at all"),
            pytest.param(
                {"email": "ann@council.example"}, "no-address", id="an address for another channel"
            ),
            pytest.param({"teams": "19:a@thread.v2"}, "bad-address", id="a chat"),
            pytest.param({"teams": "workflow:../x"}, "bad-address", id="a path in a name"),
            pytest.param(
                {"teams": "29:abc\r\nHost: elsewhere"}, "bad-address", id="a header within"
            ),
        ],
    )
    def test_who_has_no_plain_address_is_refused_for_good(
        self, channel: Closable, arrived: Arrived, addresses: dict[str, str], reason: str
    ) -> None:
        with pytest.raises(Permanent) as refusal:
            channel.send(MESSAGE, Person("bob", addresses), MESSAGE.id)

        assert str(refusal.value) == reason
        assert not arrived()

    def test_an_entry_for_a_calendar_is_refused_for_good(
        self, channel: Closable, somebody: Person, arrived: Arrived
    ) -> None:
        with pytest.raises(Permanent, match=r"^event-needs-calendar$"):
            channel.send(replace(MESSAGE, event=EVENT), somebody, MESSAGE.id)

        assert not arrived()

    def test_many_threads_may_send_at_once(
        self, channel: Closable, somebody: Person, arrived: Arrived
    ) -> None:
        messages = [replace(MESSAGE, id=f"m-{number}") for number in range(40)]

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda one: channel.send(one, somebody, one.id), messages))

        assert sorted(key for key, _ in arrived()) == sorted(one.id for one in messages)

    def test_closing_twice_is_no_error(self, channel: Closable, somebody: Person) -> None:
        channel.send(MESSAGE, somebody, MESSAGE.id)

        channel.close()
        channel.close()
