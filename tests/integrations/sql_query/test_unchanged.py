"""Tables in which nothing has changed: they are looked at, and nothing is made of them again."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from daemon.ports import Page, Unreadable
from daemon.testing.fakes import HandClock
from integrations.sql_query.config import Config
from integrations.sql_query.source import SqlQuery
from tests.integrations.sql_query.conftest import NOW, CaseSystem

QUERY = {
    "sql": "SELECT * FROM enquiries",
    "ref": "child",
    "facts": {"strategy_discussion_held": "on_day"},
}
QUERY_TABLE = "CREATE TABLE enquiries (child TEXT, on_day TEXT, version INTEGER)"


class Polled:
    """A feed as the line polls it: each reading is handed the cursor of the last."""

    def __init__(self, system: CaseSystem, **options: Any) -> None:
        self.clock = HandClock(NOW)
        options = {"preset": "ssd", "url": system.url} | options
        self.feed = SqlQuery(Config.model_validate(options), self.clock)
        self.cursor: str | None = None

    def again(self, later: timedelta = timedelta(minutes=15)) -> Page:
        """Return the next reading."""
        self.clock.now += later
        page = self.feed.read(self.cursor)
        self.cursor = page.cursor
        return page


@pytest.fixture
def filled(system: CaseSystem) -> CaseSystem:
    """Return a case system with two children, one of whom has a date that does not exist."""
    for ref, start in (("SC-1", "2026-03-02"), ("SC-2", "2026-02-31")):
        system.child(ref)
        system.enquiry(ref, start)
    return system


def refs(page: Page) -> list[str]:
    return [str(one.body["ref"]) for one in page.records]


def test_of_unchanged_tables_nothing_is_made_again_and_what_is_wrong_stays_told(
    filled: CaseSystem,
) -> None:
    polled = Polled(filled)

    first, second = polled.again(), polled.again()

    assert (first.whole, refs(first)) == (True, ["SC-1"])
    assert (second.whole, refs(second)) == (False, [])
    assert second.problems == first.problems != []
    assert second.read_at == second.as_known_at == polled.clock.now
    assert second.rows == first.rows


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE ssd_s47_enquiry SET s47e_s47_nfa = 'Y' WHERE s47e_person_id = 'SC-1'", id="a cell"),
        pytest.param("UPDATE ssd_s47_enquiry SET s47e_s47_nfa = -2 WHERE s47e_person_id = 'SC-1'", id="a number"),
        pytest.param("INSERT INTO ssd_family (fami_table_id, fami_person_id) VALUES ('F1', 'SC-1')", id="a row"),
        pytest.param("DELETE FROM ssd_s47_enquiry WHERE s47e_person_id = 'SC-2'", id="a row less"),
    ],
)  # fmt: skip
def test_whatever_changes_everything_is_read(filled: CaseSystem, change: str) -> None:
    filled.run("UPDATE ssd_s47_enquiry SET s47e_s47_nfa = -1")
    polled = Polled(filled)
    polled.again()

    filled.run(change)
    page = polled.again()

    assert page.whole
    assert "SC-1" in refs(page)


def test_each_day_everything_is_read_and_so_it_is_by_a_new_process(filled: CaseSystem) -> None:
    polled = Polled(filled)
    polled.again()

    next_day = polled.again(datetime(2026, 3, 7, 0, 5, tzinfo=NOW.tzinfo) - polled.clock.now)
    anew = Polled(filled)
    anew.cursor = polled.cursor

    assert next_day.whole
    assert anew.again().whole


def test_what_the_store_does_not_know_is_read_again(filled: CaseSystem) -> None:
    polled = Polled(filled)
    polled.again()

    polled.cursor = "of another reading"

    assert polled.again().whole


def test_the_tables_say_whether_anything_has_changed(system: CaseSystem) -> None:
    system.run(QUERY_TABLE, "INSERT INTO enquiries VALUES ('SC-1', '2026-03-02', 1)")
    look = "SELECT MAX(version), COUNT(*) FROM enquiries"
    polled = Polled(system, preset=None, queries={"enquiries": QUERY}, changed_sql=look)
    first = polled.again()

    system.run("UPDATE enquiries SET on_day = '2026-03-03'")
    unseen = polled.again()
    system.run("UPDATE enquiries SET version = 2")
    seen = polled.again()
    system.run("UPDATE enquiries SET on_day = '2026-03-04'")
    next_day = polled.again(timedelta(days=1))

    days = [
        page.records[0].body["facts"]["strategy_discussion_held"]
        for page in (first, seen, next_day)
    ]
    assert (unseen.whole, refs(unseen)) == (False, [])
    assert days == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_a_look_that_cannot_be_taken_makes_the_feed_unreadable(system: CaseSystem) -> None:
    polled = Polled(system, changed_sql="SELECT MAX(version) FROM nowhere")

    with pytest.raises(Unreadable):
        polled.again()
