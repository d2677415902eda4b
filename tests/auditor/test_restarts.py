"""An auditor that is started again: it tells no trouble a second time, and forgets none."""

import pytest

from tests.faults.authority import OPERATOR

BROKEN, MENDED = (
    "ALTER TABLE marks RENAME TO elsewhere",
    "ALTER TABLE elsewhere RENAME TO marks",
)
NEEDS, WELL = "Testshire: Daykeeper needs you", "Testshire: Daykeeper is well again"


def subjects(town):
    """Return what the operator's mails of the auditor are called, in order."""
    return [one.splitlines()[0] for one in town.to_operator()]


def later(town, hour, minute):
    """Let the auditor be killed and started again by then, and look."""
    town.clock.now = town.clock.now.replace(hour=hour, minute=minute)
    town.restart()
    return town.auditing.turn()


def test_what_lasts_is_told_once_however_often_it_is_restarted_and_again_after_its_interval(town):
    town.turn()
    town.spoil(BROKEN)

    for minute in range(1, 60, 2):
        assert list(later(town, 15, minute)) == ["audit"]
    assert subjects(town) == [NEEDS]
    later(town, 16, 1)  # an hour after it was told

    assert subjects(town) == [NEEDS, NEEDS]


def test_what_comes_while_nobody_watched_is_told_though_the_same_was_told_before(town):
    town.turn()
    town.spoil(BROKEN)
    later(town, 15, 1)
    later(town, 15, 3)  # two periods: not more

    later(town, 15, 6)

    assert subjects(town) == [NEEDS, NEEDS]


def test_what_was_found_after_a_gap_and_could_not_be_told_is_told_by_the_next(town):
    town.turn()
    town.spoil(BROKEN)
    later(town, 15, 1)
    town.own.switch(tempfail_rate=1)
    later(town, 15, 6)
    town.own.switch()

    later(town, 15, 7)

    assert subjects(town) == [NEEDS, NEEDS]


def test_that_all_is_well_is_said_after_a_gap_too(town):
    town.turn()
    town.spoil(BROKEN)
    later(town, 15, 1)
    town.spoil(MENDED)

    town.clock.now = town.clock.now.replace(minute=30)
    town.beat()
    town.restart()
    town.auditing.turn()

    assert subjects(town) == [NEEDS, WELL]


def test_that_all_is_well_again_is_told_by_the_one_that_was_started_since(town):
    town.turn()
    town.spoil(BROKEN)
    later(town, 15, 1)
    town.spoil(MENDED)

    town.beat()
    town.clock.now = town.clock.now.replace(minute=2)
    town.beat()
    town.restart()
    town.auditing.turn()
    town.restart()
    town.auditing.turn()

    assert subjects(town) == [NEEDS, WELL]


def test_a_trouble_that_could_not_be_told_before_the_restart_is_told_after_it(town):
    town.turn()
    town.spoil(BROKEN)
    town.own.switch(tempfail_rate=1)
    later(town, 15, 1)
    town.own.switch()

    later(town, 15, 2)

    assert subjects(town) == [NEEDS]


def test_another_operator_hears_of_what_lasts_though_the_first_was_told(town):
    town.turn()
    town.spoil(BROKEN)
    later(town, 15, 1)
    text = town.config.read_text("utf-8")
    town.config.write_text(text.replace(OPERATOR, "night@council.example"), "utf-8")

    later(town, 15, 2)

    assert [one["To"] for one in town.own.mails()] == [OPERATOR, "night@council.example"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{", id="torn"),
        pytest.param("[" * 100_000, id="nested too deep"),
        pytest.param('{"to": "duty@council.example", "told": ["audit"]}', id="of another shape"),
        pytest.param('{"told": {"audit": "2026-03-06T15:00:30"}}', id="a moment without a zone"),
    ],
)
def test_a_memory_that_cannot_be_read_is_none_and_the_trouble_is_told(town, text):
    town.turn()
    town.spoil(BROKEN)
    (town.config.parent / "testshire.auditor").write_text(text, "utf-8")

    later(town, 15, 1)

    assert subjects(town) == [NEEDS]


def test_where_its_memory_cannot_be_written_it_tells_all_the_same(town):
    town.turn()
    town.spoil(BROKEN)
    (town.config.parent / "testshire.auditor.part").mkdir()

    later(town, 15, 1)
    town.auditing.turn()

    assert subjects(town) == [NEEDS]
