"""Two auditors beside each other, as while one takes the place of another: what is wrong is told, and once."""

from threading import Event

import pytest

from daemon.auditor import Auditing
from daemon.settings.whole import load
from tests.auditor.test_restarts import BROKEN, MENDED, NEEDS, WELL, subjects


@pytest.fixture
def beside(town):
    """Return a second auditor, started while the first one keeps what was told."""
    town.turn()
    settings = load(town.config)
    second = Auditing(settings, settings.audit, Event(), clock_of=lambda _: town.clock)
    yield second
    second.close()


def test_one_of_two_says_what_is_wrong_and_that_it_is_over(town, beside):
    first = town.auditing
    town.spoil(BROKEN)
    for minute in range(1, 6):
        town.clock.now = town.clock.now.replace(minute=minute)
        beside.turn()
        first.turn()
    during = subjects(town)
    town.spoil(MENDED)
    town.beat()
    for one in (beside, first, beside):
        one.turn()

    assert (during, subjects(town)) == ([NEEDS], [NEEDS, WELL])


def test_what_the_first_cannot_say_the_second_says_when_it_looks_again_and_that_it_is_over(
    town, beside
):
    first = town.auditing
    town.spoil(BROKEN)
    for minute in range(1, 4):
        town.clock.now = town.clock.now.replace(minute=minute)
        town.own.switch(tempfail_rate=1)
        first.turn()
        town.own.switch()
        beside.turn()
    during = subjects(town)
    town.spoil(MENDED)
    town.beat()
    for one in (first, beside, first):
        one.turn()

    assert (during, subjects(town)) == ([NEEDS], [NEEDS, WELL])


def test_what_the_first_has_told_is_the_second_ones_to_end_once_that_is_gone(town, beside):
    town.spoil(BROKEN)
    town.clock.now = town.clock.now.replace(minute=1)
    town.auditing.turn()
    beside.turn()
    town.auditing.close()
    town.spoil(MENDED)
    town.clock.now = town.clock.now.replace(minute=2)
    town.beat()

    beside.turn()
    beside.turn()

    assert subjects(town) == [NEEDS, WELL]


def test_one_that_keeps_the_file_and_looks_no_more_silences_nobody(town, beside):
    town.spoil(BROKEN)
    town.clock.now = town.clock.now.replace(minute=1)
    town.auditing.turn()

    for minute in (2, 3, 4, 5):
        town.clock.now = town.clock.now.replace(minute=minute)
        beside.turn()

    assert subjects(town) == [NEEDS, NEEDS]
