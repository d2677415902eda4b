"""Columns are found by what people call them; where that may be two things, nothing is guessed."""

import pytest

from daemon.ports import Unreadable
from daemon.sheets.columns import COLUMNS, NAMES, VARIANTS, Name, variants
from tests.integrations.csv_files.conftest import Drop, line


def test_a_diary_is_read_by_the_headers_that_people_type(drop: Drop) -> None:
    drop.put(
        "conference",
        "C1,Initial,SC-1,02/03/2026,20.3.26 10am,Hall,cp1,05/03/2026",
        header="Conf. No,Type of conference,Child's ID,STRATEGY  DISCUSSION (DATE),Conference-date,"
        "Location,CP Chair,Invite list received?",
    )
    words = {"kind": {"initial": "ICPC"}}

    page = drop.feed(sheets={"conference": {"words": words}}).read(None)

    (meeting,) = page.records[0].body["meetings"]
    assert page.problems == ()
    assert page.records[0].body["facts"] == {"strategy_discussion_held": "2026-03-02"}
    assert meeting["scheduled_at"] == "2026-03-20T10:00"
    assert meeting["facts"] == {"invite_list_received": "2026-03-05"}


def test_two_headers_that_may_be_one_column_are_not_guessed_between(drop: Drop) -> None:
    header = "conference_id,kind,case_refs,Meeting date,Conference date"
    drop.put("conference", "C1,ICPC,SC-1,2026-03-20,2026-03-27", header=header)

    with pytest.raises(Unreadable, match="has two columns booked_start"):
        drop.read()

    drop.feed(sheets={"conference": {"columns": {"booked_start": "Meeting date"}}})
    assert drop.meeting()["scheduled_at"] == "2026-03-20"


def test_a_columns_own_name_stands_above_what_else_it_may_be_called(drop: Drop) -> None:
    header = "conference_id,kind,case_refs,booked_start,Conference date"
    drop.put("conference", "C1,ICPC,SC-1,2026-03-20,2026-03-27", header=header)

    assert drop.meeting()["scheduled_at"] == "2026-03-20"
    assert "Conference date" in drop.complaints()[0]


def test_a_column_that_is_switched_off_is_not_found_under_another_name(drop: Drop) -> None:
    drop.put("conference", "C1,ICPC,SC-1,Hall", header="conference_id,kind,case_refs,Location")
    drop.feed(sheets={"conference": {"columns": {"venue": ""}}})

    assert "venue" not in drop.meeting()


@pytest.mark.parametrize("name", NAMES)
def test_every_variant_is_of_a_column_that_there_is_and_of_one_alone(name: Name) -> None:
    heads = [head.strip() for given in VARIANTS[name].values() for head in given.split(",")]

    assert set(VARIANTS[name]) <= set(COLUMNS[name])
    assert sorted(heads) == sorted(set(heads))
    own = {column.replace("_", " "): column for column in COLUMNS[name]}
    assert {head: own.get(head, column) for head, column in variants(name).items()} == variants(
        name
    )


def held(drop: Drop) -> dict[str, str]:
    """Return when each conference was held."""
    return {ref: body["meetings"][0]["held_on"] for ref, body in drop.bodies().items()}


def rows(*dates: str) -> list[str]:
    """Return conferences that were held on these days."""
    return [
        line("conference", conference_id=f"C{n}", case_refs=f"SC-{n}", held_date=day)
        for n, day in enumerate(dates, start=1)
    ]


def test_a_column_with_the_month_first_is_not_read_with_the_day_first(drop: Drop) -> None:
    drop.put("conference", *rows("03/13/2026", "02/03/2026", "03/03/2026", "5 March 2026"))

    assert held(drop) == {"SC-3": "2026-03-03", "SC-4": "2026-03-05"}
    first, second = drop.complaints()
    assert '"03/13/2026" is not a date that exists' in first
    assert second.startswith('conference.csv:3: held_date: "02/03/2026" may be of either month')


def test_one_slip_among_our_own_dates_holds_itself_alone(drop: Drop) -> None:
    drop.put("conference", *rows("03/13/2026", "02/03/2026", "13/03/2026", "14/03/2026"))

    assert held(drop) == {"SC-2": "2026-03-02", "SC-3": "2026-03-13", "SC-4": "2026-03-14"}


@pytest.mark.parametrize(
    ("system", "serial"),
    [pytest.param(1900, "46086", id="1900"), pytest.param(1904, "44624", id="1904")],
)
def test_a_date_that_was_exported_as_a_number_is_counted_by_the_settings_system(
    drop: Drop, system: int, serial: str
) -> None:
    drop.put("conference", *rows(serial))
    drop.feed(excel_dates=system)

    assert held(drop) == {"SC-1": "2026-03-05"}
