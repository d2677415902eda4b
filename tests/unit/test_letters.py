"""What an address may be told, and from when a letter that was sent by hand counts."""

from datetime import date

import pytest

from daemon.decide.telling.letters import level_of, on_day_at
from daemon.domain.message import Level
from daemon.domain.person import Person
from daemon.testing.world import at


@pytest.mark.parametrize(
    ("address", "unknown_gets", "expected"),
    [
        pytest.param("ann@council.example", "L0", (Level.L2, False), id="our own"),
        pytest.param("lena@police.example", "L0", (Level.L1, True), id="a domain that is accepted"),
        pytest.param("lena@POLICE.example", "nothing", (Level.L1, True), id="in capitals"),
        pytest.param("lena@mail.police.example", "L0", (Level.L0, True), id="a domain below one"),
        pytest.param("lena@elsewhere.example", "L0", (Level.L0, True), id="any other"),
        pytest.param("lena@elsewhere.example", "nothing", (None, True), id="any other, by choice"),
        pytest.param("", "L0", (Level.L0, True), id="no address at all"),
    ],
)
def test_how_much_an_address_may_be_told(address, unknown_gets, expected):
    person = Person("lena", {"email": address})

    found = level_of(person, "email", {"council.example"}, {"police.example"}, unknown_gets)

    assert found == expected


@pytest.mark.parametrize(
    ("on", "counts_at"),
    [
        pytest.param("2026-03-20", "2026-03-20 17:00", id="the day of the question"),
        pytest.param("2026-03-23", "2026-03-23 17:00", id="a later one"),
        pytest.param("2026-03-24", "2026-03-24 11:00", id="today"),
        pytest.param("2026-03-25", None, id="tomorrow"),
        pytest.param("2026-03-19", None, id="before anybody was asked"),
        pytest.param("0001-01-01", None, id="no day that a letter was sent on"),
    ],
)
def test_a_letter_by_hand_counts_from_its_day(on, counts_at):
    found = on_day_at(date.fromisoformat(on), at("2026-03-20 10:20"), at("2026-03-24 11:00"))

    assert found == (at(counts_at) if counts_at else None)


def test_a_letter_by_hand_never_counts_before_it_was_asked_for():
    asked_at = at("2026-03-20 18:30")

    assert on_day_at(date(2026, 3, 20), asked_at, at("2026-03-24 11:00")) == asked_at
