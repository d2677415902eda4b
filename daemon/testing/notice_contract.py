"""What every channel that shows a few words must do: its tests inherit this class.

A subclass gives the fixtures `channel` (ready to send), `somebody` (whom it reaches), `message` (one as
such a channel is handed) and `arrived` (a call that returns what came, oldest first: the mark by which
the other side knows it again, and every word of it).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import ClassVar

import pytest

from daemon.domain.errors import Permanent, Unsettled, Unsupported
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.testing.calendar_contract import EVENT
from daemon.testing.channel_contract import Closable

Arrived = Callable[[], Sequence[tuple[str, str]]]


class NoticeChannelContract:
    """The promises of the Channel port, for adapters of which a reader sees the subject and no more.

    `word` is the channel's own, by which an address is found in the directory.
    """

    word: ClassVar[str]

    def test_a_notice_arrives_once_and_says_its_subject_alone(
        self, channel: Closable, somebody: Person, message: Message, arrived: Arrived
    ) -> None:
        """It may be read on a locked telephone."""
        receipt = channel.send(message, somebody, message.id)

        ((_, words),) = arrived()
        assert isinstance(receipt, Receipt)
        assert message.subject in words
        assert message.text.strip() not in words
        assert "<p>" not in words

    def test_a_second_attempt_carries_the_same_mark(
        self, channel: Closable, somebody: Person, message: Message, arrived: Arrived
    ) -> None:
        """A copy can be known for one, or takes the place of the first."""
        channel.send(message, somebody, message.id)
        channel.send(message, somebody, message.id)
        channel.send(replace(message, id="01JQ-8"), somebody, "01JQ-8")

        assert len({mark for mark, _ in arrived()}) == 2

    def test_it_can_be_asked_what_was_sent_or_says_that_it_cannot(
        self, channel: Closable, somebody: Person, message: Message
    ) -> None:
        """`find` never guesses."""
        try:
            before = channel.find(message.id)
        except Unsupported:
            return
        except Unsettled:  # nothing is seen of it
            before = None
        receipt = channel.send(message, somebody, message.id)

        assert before is None
        assert channel.find(message.id) == receipt

    @pytest.mark.parametrize(
        "subject",
        [
            pytest.param("It is due\r\nTo: other@council.example", id="a header within"),
            pytest.param("It is due\n\n<at>everyone</at>", id="a paragraph within"),
            pytest.param("It is\u202e due\u2028now\u0000", id="what cannot be seen"),
        ],
    )
    def test_a_subject_is_one_line_whatever_stands_in_it(
        self, channel: Closable, somebody: Person, message: Message, arrived: Arrived, subject: str
    ) -> None:
        """No field makes a second one."""
        channel.send(replace(message, subject=subject), somebody, message.id)

        ((_, words),) = arrived()
        assert "It is" in words
        assert not [one for one in "\r\n\u202e\u2028\0" if one in words]

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            pytest.param("", "no-address", id="no address"),
            pytest.param("{0}, {0}", "bad-address", id="two addresses in one"),
            pytest.param("{0}\r\nTo: {0}", "bad-address", id="a header within"),
            pytest.param("ring me", "bad-address", id="words"),
        ],
    )
    def test_who_has_no_plain_address_is_refused_for_good(
        self, channel: Closable, somebody: Person, message: Message, arrived: Arrived,
        address: str, reason: str,
    ) -> None:  # fmt: skip
        """The reason is a code, and nothing is sent."""
        theirs = address.format(somebody.addresses[self.word])
        person = Person(
            "bob", {"letter": "1 High Street", **({self.word: theirs} if theirs else {})}
        )

        with pytest.raises(Permanent) as refusal:
            channel.send(message, person, message.id)

        assert str(refusal.value) == reason
        assert not arrived()

    def test_an_entry_for_a_calendar_is_refused_for_good(
        self, channel: Closable, somebody: Person, message: Message, arrived: Arrived
    ) -> None:
        """Words without their date would invite nobody."""
        with pytest.raises(Permanent, match=r"^event-needs-calendar$"):
            channel.send(replace(message, event=EVENT), somebody, message.id)

        assert not arrived()

    def test_many_threads_may_send_at_once(
        self, channel: Closable, somebody: Person, message: Message, arrived: Arrived
    ) -> None:
        """Each notice arrives exactly once."""
        messages = [replace(message, id=f"m-{number}") for number in range(40)]

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda one: channel.send(one, somebody, one.id), messages))

        marks = [mark for mark, _ in arrived()]
        assert len(marks) == len(set(marks)) == len(messages)

    def test_closing_twice_is_no_error(
        self, channel: Closable, somebody: Person, message: Message
    ) -> None:
        """A service that stops while it starts closes what it has."""
        channel.send(message, somebody, message.id)

        channel.close()
        channel.close()
