"""A conference diary that people keep as lists of a SharePoint site."""

from datetime import timedelta

import pytest

from daemon.ports import Unreadable
from daemon.testing.contracts import CANARIES, CaseSourceContract
from daemon.testing.microsoft365.server import Microsoft365
from tests.integrations.microsoft365.online import (
    CONFERENCES,
    DATE,
    HEADS,
    INVITEES,
    LOOKUP,
    PERSON,
    TEXT,
    TIME,
)

NAME, STREET, WORDS = CANARIES
INVITED = {"invitee": {"list": INVITEES}, "conference": {"list": CONFERENCES}}


class TestLists(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, online):
        """Return lists with two children, one bad row, and much that is not ours to keep."""
        online.site.lists.clear()
        heads = {
            "Type": TEXT,
            "Child IDs": TEXT,
            "Child's name": TEXT,
            "Address": TEXT,
            "Notes": TEXT,
            "Date held": DATE,
        }
        made = online.site.make_list(CONFERENCES, heads, first="Conf No")
        kept = {"Type": "ICPC", "Child's name": NAME, "Address": STREET, "Notes": WORDS}
        made.put(online.clock(), {"Conf No": "C1", "Child IDs": "SC-1", **kept})
        made.put(online.clock(), {"Conf No": "C2", "Child IDs": "SC-3", "Date held": WORDS, **kept})
        return online.source

    @pytest.fixture
    def gone(self, online, tmp_path):
        """Return a diary whose tenant does not answer."""
        with Microsoft365(tmp_path / "gone") as office:
            address = office.address
        return online.feed(login=address, graph=address)


def test_columns_of_every_kind_say_what_a_csv_file_would(online):
    heads = {
        "Type": {"choice": {"choices": ["ICPC"]}},
        "Child IDs": {"choice": {"choices": [], "displayAs": "checkBoxes"}},
        "Strategy discussion": DATE, "Conference date": TIME, "Teams link": {"hyperlinkOrPicture": {}},
        "Chair": {"personOrGroup": {}}, "Effective": {"boolean": {}}, "Date held": DATE,
    }  # fmt: skip
    made = online.site.make_list("All kinds", heads, first="Conf No")
    made.put(online.clock(), {
        "Conf No": "2026-03-20", "Type": "ICPC", "Child IDs": ["0012", "SC-2"],
        "Strategy discussion": "2026-05-31T23:00:00Z", "Conference date": "2026-06-12T09:00:00Z",
        "Teams link": {"Description": "join", "Url": "https://meet.example/1"},
        "ChairLookupId": "12", "Chair": NAME, "Effective": True, "Date held": "2026-06-12T07:00:00Z",
    })  # fmt: skip
    online.feed(sheets={"conference": {"list": "All kinds"}})

    bodies = online.bodies()

    assert list(bodies) == ["0012", "SC-2"]
    assert bodies["0012"]["roles"] == {"cp_chair": "cp1@council.example"}
    assert bodies["0012"]["facts"]["strategy_discussion_held"] == "2026-06-01"
    (meeting,) = bodies["0012"]["meetings"]
    assert meeting["id"] == "2026-03-20"
    assert meeting["scheduled_at"] == "2026-06-12T10:00"
    assert meeting["link"] == "https://meet.example/1"
    assert meeting["held_on"] == "2026-06-12"
    assert online.complaints() == []


def test_a_bad_row_is_named_once_with_the_id_of_its_item_and_the_others_are_read(online):
    online.good(45)
    bad = online.put(Conf_No="B1", Type="ICPC", Child_IDs="")
    online.good(1, first=90)

    page = online.read()

    assert len(page.records) == 46
    (problem,) = page.problems
    assert str(problem).startswith(f"Conference diary:{bad}: case_refs: holds no case reference; ")


def test_what_changes_alone_is_asked_for_and_the_whole_diary_is_told(online):
    online.good(45)
    first = online.read()
    before = online.asked("items/delta")

    online.put(id_=3, Venue="Civic Centre")
    second = online.read(first.cursor)

    assert online.asked("items/delta") - before == 1
    assert second.whole
    assert len(second.records) == 45
    (meeting,) = second.records[2].body["meetings"]
    assert meeting["venue"] == "Civic Centre"


def test_a_reading_between_which_nothing_has_changed_has_no_records(online):
    online.good(3)
    first = online.read()

    online.clock.now += timedelta(minutes=5)
    second = online.read(first.cursor)

    assert (second.whole, list(second.records)) == (False, [])
    assert second.as_known_at == online.clock()


def test_a_row_that_is_deleted_has_vanished_from_a_whole_reading(online):
    online.good(3)
    first = online.read()

    online.conferences.remove(2)
    second = online.read(first.cursor)

    assert second.whole
    assert [one.body["ref"] for one in second.records] == ["SC-1", "SC-3"]
    assert second.problems == ()


def test_a_store_that_has_not_kept_the_last_reading_is_told_everything_again(online):
    online.good(2)
    first = online.read()
    online.put(id_=1, Venue="Civic Centre")
    online.read(first.cursor)

    again = online.read(first.cursor)

    assert again.whole
    assert again.records[0].body["meetings"][0]["venue"] == "Civic Centre"


def test_a_place_that_the_service_has_forgotten_is_read_anew(online):
    online.good(30)
    first = online.read()
    online.conferences.remove(7)

    online.office.tenant.forgets = 1
    second = online.read(first.cursor)

    assert len(second.records) == 29
    assert online.office.tenant.forgets == 0


def test_what_a_look_up_shows_is_read_anew_within_the_hour(online):
    invited = online.site.make_list(
        INVITEES, {"Conference ref": LOOKUP, "Job title": TEXT}, first="Invitee"
    )
    online.put(Conf_No="C1", Type="ICPC", Child_IDs="SC-1")
    id_ = online.put(invited, Invitee="I1", Conference_ref="C1", Job_title="police_officer")
    online.feed(sheets=INVITED)
    first = online.read()
    assert first.problems == ()

    online.put(id_=1, Conf_No="C2")
    # shown so, and no change of its own
    invited.items[id_]["fields"]["Conference_x0020_ref"] = "C2"
    second = online.read(first.cursor)
    online.clock.now += timedelta(minutes=60)
    third = online.read(second.cursor)

    assert [str(one)[:45] for one in second.problems] == [
        "Invite lists:1: conference_id: no conference "
    ]
    assert third.problems == ()
    assert third.records[0].body["meetings"][0]["invitees"][0]["id"] == "I1"


def test_a_column_that_gets_another_name_does_not_lose_its_rows_silently(online):
    online.good(2)
    first = online.read()

    online.conferences.columns["Venue"]["displayName"] = "Where"

    with pytest.raises(Unreadable, match="has no column venue"):
        online.read(first.cursor)


def test_a_column_of_the_service_s_own_is_read_where_the_settings_name_it(online):
    online.put(Type="ICPC", Child_IDs="SC-1", id="1")
    columns = {"conference_id": "ID"}
    online.feed(sheets={"conference": {"list": CONFERENCES, "columns": columns}})

    (meeting,) = online.bodies()["SC-1"]["meetings"]

    assert meeting["id"] == "1"


def test_a_chair_without_an_address_is_left_out_and_told_of(online):
    online.put(Conf_No="C1", Type="ICPC", Child_IDs="SC-1", ChairLookupId="13", Chair=NAME)
    online.put(Conf_No="C2", Type="ICPC", Child_IDs="SC-2", ChairLookupId="99", Chair=NAME)

    assert "roles" not in online.bodies()["SC-1"] or not online.bodies()["SC-1"]["roles"]
    assert [one[:31] for one in online.complaints()] == [
        "Conference diary:1: chair: is n", "Conference diary:2: chair: is n",
    ]  # fmt: skip


def test_an_address_is_asked_for_once_a_day(online):
    for number in range(5):
        online.put(Conf_No=f"C{number}", Type="ICPC", Child_IDs=f"SC-{number}", ChairLookupId="12")
    for _ in range(23):
        online.read()
        online.clock.now += timedelta(hours=1)
    assert online.asked("/items/12") == 1

    online.site.people["12"] = "cp9@council.example"
    online.clock.now += timedelta(hours=1)
    assert online.bodies()["SC-1"]["roles"] == {"cp_chair": "cp9@council.example"}


def test_a_folder_is_no_row(online):
    online.good(1)
    online.put(Conf_No="Year 2026", is_folder=True)

    assert online.complaints() == []


def test_a_list_is_known_by_its_id_as_well(online):
    online.good(1)
    online.feed(sheets={"conference": {"list": online.conferences.id}})

    assert list(online.bodies()) == ["SC-1"]


def test_a_list_that_was_made_anew_is_read_anew(online):
    online.good(3)
    first = online.read()

    del online.site.lists[online.conferences.id]
    made = online.site.make_list(CONFERENCES, HEADS, first="Conf No")
    made.id = "bbbbbbbb-0000-0000-0000-000000000001"
    online.put(made, Conf_No="N1", Type="ICPC", Child_IDs="SC-9")
    second = online.read(first.cursor)

    assert [one.body["ref"] for one in second.records] == ["SC-9"]


def test_a_look_up_without_its_text_spoils_its_row_and_is_told_of(online):
    made = online.site.make_list("Looked up", {"Type": TEXT, "Child IDs": LOOKUP}, first="Conf No")
    made.put(online.clock(), {"Conf No": "C1", "Type": "ICPC", "Child IDs": "SC-1"})
    made.shows_look_ups = False
    online.feed(sheets={"conference": {"list": "Looked up"}})

    page = online.read()

    assert [str(one)[:62] for one in page.problems] == [
        "Looked up:1: case_refs: is a look-up whose text Microsoft 365 d"[:62]
    ]


def test_a_list_with_more_look_ups_than_are_told_is_warned_of(online):
    heads = {**HEADS, **{f"Person {number}": PERSON for number in range(12)}}
    made = online.site.make_list("Crowded", heads, first="Conf No")
    made.put(online.clock(), {"Conf No": "C1", "Type": "ICPC", "Child IDs": "SC-1"})
    online.feed(sheets={"conference": {"list": "Crowded"}})

    assert "Crowded: has more than 12 columns of look-ups and people" in online.complaints()[0]
