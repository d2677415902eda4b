"""What whoever prints and posts letters must do: its tests inherit this class.

A subclass gives the fixtures `courier` (ready to post) and `posted` (a call that returns what came,
oldest first: our reference, and the PDF).
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Protocol

import pytest

from daemon.domain.errors import Permanent
from daemon.domain.letter import Letter
from daemon.domain.message import Receipt
from daemon.ports import Courier

Posted = Callable[[], Sequence[tuple[str, bytes]]]
ADDRESS = ("Ms A Quillfeather", "12 Harebell Row", "Potterby", "ST1 1AA")
TEXT = """Dear Ms Quillfeather

You are invited to a conference about your children.

When: Friday 20 March 2026, 10am
Where: Room 4, Civic Centre, Potterby

Yours sincerely
Å. Łukasz"""
LETTER = Letter(ADDRESS, TEXT, "Potterby Council", date(2026, 3, 6))
KEY = "letter-1"


class Closable(Courier, Protocol):
    """A courier that keeps something open."""

    def close(self) -> None:
        """Let go of it; twice is no error."""
        ...


class CourierContract:
    """The promises of the Courier port."""

    def test_what_a_person_has_looked_at_is_what_is_posted(
        self, courier: Closable, posted: Posted
    ) -> None:
        """The same bytes, however often it is printed."""
        seen = courier.print(LETTER)

        receipt = courier.send(LETTER, KEY)

        assert isinstance(receipt, Receipt)
        assert seen.startswith(b"%PDF-")
        assert posted() == [(KEY, seen)]

    def test_printing_sends_nothing(self, courier: Closable, posted: Posted) -> None:
        """Nothing goes this way but what somebody has had posted."""
        courier.print(LETTER)

        assert posted() == []

    def test_a_letter_is_found_by_our_reference(self, courier: Closable) -> None:
        """Before it is sent a second time, it is looked up."""
        before = courier.find(KEY)
        receipt = courier.send(LETTER, KEY)

        assert before is None
        assert courier.find(KEY) == receipt
        assert courier.find("letter-2") is None

    def test_a_second_attempt_carries_the_same_reference(
        self, courier: Closable, posted: Posted
    ) -> None:
        """A copy can be known for one."""
        courier.send(LETTER, KEY)
        courier.send(LETTER, KEY)

        assert {reference for reference, _ in posted()} == {KEY}

    @pytest.mark.parametrize(
        "letter",
        [
            pytest.param(replace(LETTER, text="Dear 明"), id="a character without a shape"),
            pytest.param(
                replace(LETTER, address=("W" * 60, *ADDRESS[1:])), id="an address too wide"
            ),
            pytest.param(replace(LETTER, text="A line.\n" * 999), id="more pages than are posted"),
        ],
    )
    def test_what_cannot_be_printed_is_refused_for_good_and_nothing_is_sent(
        self, courier: Closable, posted: Posted, letter: Letter
    ) -> None:
        """No letter goes out with a hole in somebody's name."""
        with pytest.raises(Permanent) as printing:
            courier.print(letter)
        with pytest.raises(Permanent) as sending:
            courier.send(letter, KEY)

        assert printing.value.reason == sending.value.reason
        assert posted() == []

    def test_many_letters_may_be_posted_at_once(self, courier: Closable, posted: Posted) -> None:
        """Each exactly once, under its own reference."""
        keys = [f"letter-{number}" for number in range(20)]

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda key: courier.send(LETTER, key), keys))

        assert sorted(reference for reference, _ in posted()) == sorted(keys)

    def test_neither_its_words_nor_its_address_are_logged(
        self, courier: Closable, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A family's address stands in the letter and nowhere else."""
        caplog.set_level(logging.DEBUG)

        courier.send(LETTER, KEY)

        assert [one for one in (*ADDRESS, "conference") if one in caplog.text] == []

    def test_closing_twice_is_no_error(self, courier: Closable) -> None:
        """A service that stops while it starts closes what it has."""
        courier.send(LETTER, KEY)

        courier.close()
        courier.close()
