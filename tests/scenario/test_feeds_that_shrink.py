"""A reading from which many rows have gone: nothing is taken from it, and the operator is told."""

import tomllib
from dataclasses import replace

import pytest

from daemon.domain.errors import Problem
from daemon.settings.feeds import Feed
from daemon.testing.world import at


def crowd(world, many):
    world.feed.bodies.clear()
    for number in range(many):
        world.fact(f"SC-{number:03}", strategy_discussion_held="2026-03-02")


def expects(world, **terms):
    world.house.feeds["diary"] = replace(world.house.feeds["diary"], **terms)


def shown(world):
    with world.store.read() as tx:
        return len(tx.fragments.fingerprints("diary"))


@pytest.mark.parametrize(
    ("before", "after", "at_least", "is_taken"),
    [
        pytest.param(100, 71, None, True, id="fewer than the share have gone"),
        pytest.param(100, 70, None, False, id="the share has gone"),
        pytest.param(100, 0, None, False, id="all have gone"),
        pytest.param(20, 11, None, True, id="a small list, and a few less"),
        pytest.param(100, 60, 60, True, id="so many are expected"),
        pytest.param(100, 59, 60, False, id="fewer than are expected"),
        pytest.param(100, 0, 0, True, id="none are expected"),
        pytest.param(70, 100, None, True, id="more than before"),
    ],
)
def test_a_reading_that_has_lost_a_share_of_its_rows_is_not_taken(
    story, before, after, at_least, is_taken
):
    world = story()
    expects(world, at_least=at_least)
    crowd(world, before)
    world.turn()

    crowd(world, after)
    world.turn()

    assert shown(world) == (after if is_taken else before)
    told = [text for text in world.operator() if "at_least = " in text]
    assert bool(told) is not is_taken


def test_an_older_export_with_fewer_rows_is_older_and_no_failure(story):
    world = story()
    crowd(world, 100)
    world.turn()
    world.feed.known_at = at("2026-02-27 12:00")  # an old export comes again

    crowd(world, 20)
    world.turn()

    assert shown(world) == 100
    assert world.operator() == []
    with world.store.read() as tx:
        assert tx.feeds.get("diary").ok


def test_the_share_is_the_feeds_own_and_rows_that_come_back_are_taken(story):
    world = story()
    expects(world, most_gone=60)
    crowd(world, 100)
    world.turn()
    crowd(world, 50)
    world.turn()
    assert shown(world) == 50
    crowd(world, 15)
    world.turn()
    assert shown(world) == 50

    crowd(world, 45)
    world.turn()

    assert shown(world) == 45
    with world.store.read() as tx:
        assert tx.feeds.get("diary").ok


def spoils(world, bad):
    """Have the feed show so many rows, of which the last `bad` cannot be read."""
    whole = world.feed.read(None)
    rows = len(whole.records)
    wrong = tuple(
        Problem(f"diary.csv:{number}", "held_date: this is not a date", "write it as 2026-03-02")
        for number in range(rows - bad, rows)
    )
    page = replace(whole, records=whole.records[: rows - bad], problems=wrong)
    world.house.feeds["diary"] = replace(world.house.feeds["diary"], source=Given(page))


class Given:
    """A feed that shows one reading again and again."""

    def __init__(self, page):
        self.page = page

    def read(self, _):
        return self.page


@pytest.mark.parametrize(
    ("bad_before", "bad", "at_least", "is_taken"),
    [
        pytest.param(0, 29, None, True, id="a few rows are spoilt"),
        pytest.param(0, 30, None, False, id="a share is spoilt"),
        pytest.param(0, 100, None, False, id="all are"),
        pytest.param(80, 85, None, True, id="it was always so"),
        pytest.param(80, 20, None, True, id="most are mended"),
        pytest.param(0, 40, 60, True, id="so many are expected"),
    ],
)
def test_a_reading_of_which_far_more_cannot_be_read_than_before_is_not_taken(
    story, bad_before, bad, at_least, is_taken
):
    world = story()
    expects(world, at_least=at_least)
    crowd(world, 100)
    spoils(world, bad_before)
    world.turn()
    before = shown(world)

    expects(world, source=world.feed)
    spoils(world, bad)
    world.turn()
    world.turn()

    with world.store.read() as tx:
        feed = tx.feeds.get("diary")
    assert shown(world) == (100 - bad if is_taken else before)
    assert feed.ok is is_taken
    told = [text for text in world.operator() if "cannot be read, and" in text]
    assert bool(told) is not is_taken


def tables(world, conferences, **others):
    """Have the feed show a hundred cases still, and of its table of conferences so many rows."""
    crowd(world, 100)
    parts = {"conferences": conferences, "people": 1000, **others}
    page = replace(world.feed.read(None), rows=sum(parts.values()), parts=parts)
    world.house.feeds["diary"] = replace(world.house.feeds["diary"], source=Given(page))


@pytest.mark.parametrize(
    ("before", "after", "terms", "is_taken"),
    [
        pytest.param(80, 0, {}, False, id="it is being filled anew"),
        pytest.param(80, 40, {}, False, id="it is half filled"),
        pytest.param(80, 75, {}, True, id="a few rows less"),
        pytest.param(6, 0, {}, True, id="it was small"),
        pytest.param(80, 0, {"at_least": 1000}, False, id="of the others there are enough"),
        pytest.param(80, 0, {"at_least_of": {"conferences": 0}}, True, id="it is expected to be empty"),
        pytest.param(80, 30, {"at_least_of": {"conferences": 40}}, False, id="fewer than are expected"),
        pytest.param(80, 0, {"at_least_of": {"people": 0}}, False, id="another is"),
    ],
)  # fmt: skip
def test_a_reading_with_an_emptied_table_is_not_taken_however_many_rows_the_others_have(
    story, before, after, terms, is_taken
):
    world = story()
    expects(world, **terms)
    tables(world, before)
    world.turn()

    tables(world, after)
    world.turn()

    with world.store.read() as tx:
        feed = tx.feeds.get("diary")
    assert feed.ok is is_taken
    told = [text for text in world.operator() if "of conferences (80 before)" in text]
    assert bool(told) is not is_taken


def test_a_table_that_is_rightly_empty_is_taken_by_the_line_that_the_operator_was_told(story):
    world = story()
    tables(world, 80, **{"court reports": 12})
    world.turn()
    tables(world, 20, **{"court reports": 0})
    world.turn()
    (text,) = [text for text in world.operator() if "at_least_of" in text]
    line = text.partition("`")[2].partition("`")[0]

    given = {"adapter": "sql_query", "role": "case_system", **tomllib.loads(line)}
    expects(world, at_least_of=Feed.model_validate(given).at_least_of)
    world.turn()

    assert tomllib.loads(line) == {"at_least_of": {"conferences": 20, "court reports": 0}}
    with world.store.read() as tx:
        assert tx.feeds.get("diary").ok


def test_where_a_smaller_reading_is_expected_its_tables_may_be_smaller(story):
    world = story()
    expects(world, at_least=100)
    tables(world, 900)
    world.turn()

    crowd(world, 100)
    page = replace(world.feed.read(None), rows=100, parts={"conferences": 10, "people": 90})
    expects(world, source=Given(page))
    world.turn()

    with world.store.read() as tx:
        assert tx.feeds.get("diary").ok
