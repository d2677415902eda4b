"""What the columns of a SharePoint list are to us, and what the fields of an item say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from daemon.domain.sheet import Flaw
from daemon.sheets.config import DiaryConfig
from daemon.sheets.diary import read_diary
from daemon.sheets.drop import read_carefully
from integrations.microsoft365.columns import (
    DAY_ALONE,
    LINK,
    LOOKUP,
    MOMENT,
    OTHER,
    PERSON,
    cell,
    columns_of,
)
from integrations.microsoft365.listed import kept, table_of

LAYOUT = DiaryConfig().layout("conference")


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        pytest.param(DAY_ALONE, "2026-03-02T00:00:00Z", "2026-03-02", id="a site in London, winter"),
        pytest.param(DAY_ALONE, "2026-06-01T23:00:00Z", "2026-06-02", id="a site in London, summer"),
        pytest.param(DAY_ALONE, "2026-03-02T08:00:00Z", "2026-03-02", id="left at Seattle, winter"),
        pytest.param(DAY_ALONE, "2026-06-02T07:00:00Z", "2026-06-02", id="left at Seattle, summer"),
        pytest.param(DAY_ALONE, "2026-06-01T22:00:00Z", "2026-06-02", id="a site in Paris"),
        pytest.param(DAY_ALONE, "9999-12-31T23:00:00Z", "9999-12-31T23:00:00Z", id="beyond all days"),
        pytest.param(MOMENT, "2026-06-12T09:00:00Z", "2026-06-12T10:00", id="a time in summer"),
        pytest.param(MOMENT, "2026-12-14T09:00:00Z", "2026-12-14T09:00", id="a time in winter"),
        pytest.param(MOMENT, "2026-06-11T23:00:00Z", "2026-06-12", id="midnight"),
        pytest.param(MOMENT, "2026-10-25T00:30:00Z", "2026-10-25T00:30:00+00:00", id="an hour that comes twice"),
        pytest.param(MOMENT, "next week", "next week", id="no time"),
        pytest.param(OTHER, "2026-03-02", "2026-03-02", id="words that look like a date"),
        pytest.param(OTHER, "0012", "0012", id="figures that are words"),
        pytest.param(OTHER, 12.0, "12", id="a number"),
        pytest.param(OTHER, False, "no", id="a no"),
        pytest.param(OTHER, None, "", id="nothing"),
        pytest.param(OTHER, ["SC-1", "SC-2"], "SC-1; SC-2", id="several choices"),
        pytest.param(OTHER, {"Label": "Police", "TermGuid": "x"}, "Police", id="a managed word"),
        pytest.param(LOOKUP, [{"LookupId": 1, "LookupValue": "C1"}], "C1", id="several look-ups"),
        pytest.param(LINK, {"Url": "https://a.example/", "Description": "d"}, "https://a.example/", id="a link"),
        pytest.param(
            PERSON, [{"LookupValue": "A Name", "Email": "a@b.example"}, {"Email": "c@b.example"}],
            "a@b.example; c@b.example", id="several people",
        ),
    ],
)  # fmt: skip
def test_a_field_says_what_a_csv_file_would(kind, value, read):
    assert cell(value, kind) == read


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        pytest.param(PERSON, [{"LookupValue": "A Name"}], id="a person with no address but a name"),
        pytest.param(OTHER, {"latitude": 1}, id="a place on a map"),
        pytest.param(OTHER, "x" * 32_768, id="too long"),
        pytest.param(OTHER, ["x", {}], id="one of several"),
    ],
)
def test_a_field_that_says_nothing_spoils_its_row_and_not_the_reading(kind, value):
    assert isinstance(cell(value, kind), Flaw)


def described(name, shown, **more):
    return {"name": name, "displayName": shown, "text": {}, **more}


def test_what_sharepoint_makes_itself_is_no_column_of_ours_unless_it_is_named():
    told = [
        described("Title", "Title"), described("ID", "ID", readOnly=True),
        described("Created", "Created", readOnly=True), described("LinkTitle", "Title", readOnly=True),
        described("Editor", "Modified By", readOnly=True), described("_Hid", "Kind", hidden=True),
        described("ContentType", "Content Type"), described("field_1", "Venue"),
        described("_x0031_st", "1st date"), described("Sum", "Outcome", readOnly=True, calculated={}),
    ]  # fmt: skip

    assert [one.key for one in columns_of(told, ())] == ["field_1", "OData__x0031_st", "Sum"]
    assert [one.key for one in columns_of(told, ("created", "TITLE", "Modified By"))] == [
        "Title", "Created", "field_1", "OData__x0031_st", "Sum",
    ]  # fmt: skip


def test_of_one_person_the_number_is_asked_for_and_no_name():
    one, many = columns_of(
        [
            described("Chair", "Chair", personOrGroup={}),
            described("Who", "Who", personOrGroup={"allowMultipleSelection": True}),
        ],
        (),
    )

    assert (one.asked, many.asked) == (("ChairLookupId",), ("Who",))


WORDS = any_.sampled_from(["\x00", "\ud800", "2026-02-31", "0001-01-01T00:00:00Z", "GOOD-1"])
SCALARS = any_.none() | any_.booleans() | any_.integers() | any_.floats() | any_.text() | WORDS
VALUES = any_.recursive(
    SCALARS, lambda inner: any_.lists(inner, max_size=3)
    | any_.dictionaries(any_.sampled_from(["LookupValue", "Email", "Url", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(rows=any_.lists(any_.tuples(VALUES, VALUES, VALUES, VALUES), max_size=8))
def test_whatever_an_item_holds_the_good_ones_are_read(rows):
    kinds = (OTHER, LOOKUP, MOMENT, DAY_ALONE)
    items = [
        (str(number), [kept(cell(value, kind)) for value, kind in zip(row, kinds, strict=True)])
        for number, row in enumerate(rows, start=2)
    ]
    good = ("1", ["GOOD-1", "SC-GOOD", "2026-03-20T10:00", "2026-03-02"])
    headers = ["Conf No", "Child IDs", "Conference date", "Strategy discussion", "Type"]
    told = [(id_, [*cells, "ICPC"]) for id_, cells in (good, *items)]
    data = json.dumps({"headers": headers, "others": [], "items": told}).encode()

    sheet = read_carefully("conference", table_of(data, "Diary"), LAYOUT)
    fragments, problems = read_diary({"conference": sheet})

    assert "SC-GOOD" in [one.body["ref"] for one in fragments]
    lines = [one.where for one in (*sheet.problems, *problems)]
    assert all(where.startswith("Diary:") for where in lines)
    json.dumps([one.body for one in fragments], ensure_ascii=False).encode()
