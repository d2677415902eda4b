"""What every channel that hands over mail must do: its tests inherit this class.

A subclass gives the fixtures `channel` (ready to send) and `arrived` (a call that returns the
mails that came, oldest first).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import ClassVar, Protocol

import pytest

from daemon.domain.errors import Permanent, Unsettled, Unsupported
from daemon.domain.message import Lane, Level, Message, Receipt
from daemon.domain.person import Person
from daemon.ports import Channel

Arrived = Callable[[], Sequence[EmailMessage]]
ADDRESS = "sw1@council.example"
ANN = Person("ann", {"email": ADDRESS})
MESSAGE = Message(
    id="01JQ-7",
    channel="email",
    subject="Conference invite list: SC-100234",
    text="The list for SC-100234 is due.\nÅ “line” of more than ASCII.\n.\n..and one of dots\n",
    html="<p>The list for SC-100234 is due.</p>\n",
    lane=Lane.ROUTINE,
    level=Level.L1,
    made_at=datetime(2026, 3, 6, 17, tzinfo=UTC),
    codes=("KD7Q-24",),
)


class Closable(Channel, Protocol):
    """A channel that keeps something open."""

    def close(self) -> None:
        """Let go of it; twice is no error."""
        ...


class ChannelContract:
    """The promises of the Channel port, for adapters of mail.

    `brings_plain_words` False: the other side writes the plain part of a mail itself, out of the HTML;
    `brings_html` False: it writes that part, out of the plain one.
    """

    brings_plain_words: ClassVar[bool] = True
    brings_html: ClassVar[bool] = True

    def test_a_message_arrives_once_and_whole(self, channel: Closable, arrived: Arrived) -> None:
        """Nothing is lost or added on the way, dots and accents included."""
        receipt = channel.send(MESSAGE, ANN, MESSAGE.id)

        (mail,) = arrived()
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert isinstance(receipt, Receipt)
        if self.brings_plain_words:
            assert plain is not None
            assert plain.get_content().splitlines() == MESSAGE.text.splitlines()
        if self.brings_html:
            assert html is not None
            assert html.get_content().splitlines() == MESSAGE.html.splitlines()
        assert (mail["To"], mail["Subject"]) == (ADDRESS, MESSAGE.subject)

    def test_a_second_attempt_carries_the_same_message_id(
        self, channel: Closable, arrived: Arrived
    ) -> None:
        """A copy can be known for one, whether or not the adapter could avoid it."""
        channel.send(MESSAGE, ANN, MESSAGE.id)
        channel.send(MESSAGE, ANN, MESSAGE.id)

        assert {str(mail["Message-ID"]) for mail in arrived()} == {"<01JQ-7@council.example>"}

    def test_it_can_be_asked_what_was_sent_or_says_that_it_cannot(self, channel: Closable) -> None:
        """`find` never guesses."""
        try:
            before = channel.find(MESSAGE.id)
        except Unsupported:
            return
        except Unsettled:  # nothing is seen of it
            before = None
        receipt = channel.send(MESSAGE, ANN, MESSAGE.id)

        assert before is None
        assert channel.find(MESSAGE.id) == receipt

    @pytest.mark.parametrize(
        ("addresses", "reason"),
        [
            pytest.param({}, "no-address", id="no address at all"),
            pytest.param({"teams": ADDRESS}, "no-address", id="an address for another channel"),
            pytest.param(
                {"email": f"{ADDRESS}, other@council.example"},
                "bad-address",
                id="two addresses in one",
            ),
            pytest.param(
                {"email": f"{ADDRESS}\r\nRCPT TO:<other@council.example>"},
                "bad-address",
                id="a command within",
            ),
        ],
    )
    def test_a_person_without_a_plain_address_is_refused_for_good(
        self, channel: Closable, arrived: Arrived, addresses: dict[str, str], reason: str
    ) -> None:
        """The reason is a code, and nothing is sent."""
        with pytest.raises(Permanent) as refusal:
            channel.send(MESSAGE, Person("bob", addresses), MESSAGE.id)

        assert str(refusal.value) == reason
        assert not arrived()

    def test_many_threads_may_send_at_once(self, channel: Closable, arrived: Arrived) -> None:
        """Each message arrives exactly once."""
        messages = [replace(MESSAGE, id=f"m-{number}") for number in range(40)]

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda message: channel.send(message, ANN, message.id), messages))

        assert sorted(str(mail["Message-ID"]) for mail in arrived()) == sorted(
            f"<{message.id}@council.example>" for message in messages
        )

    def test_closing_twice_is_no_error(self, channel: Closable) -> None:
        """A service that stops while it starts closes what it has."""
        channel.send(MESSAGE, ANN, MESSAGE.id)

        channel.close()
        channel.close()
