"""What a diary in Microsoft 365 makes of a service, a network and people that do not do as they should."""

from datetime import timedelta

import pytest

from daemon.ports import Unreadable
from daemon.testing.microsoft365.faults import Fault
from tests.integrations.microsoft365.online import CONFERENCES, INVITEES, TEXT
from tests.integrations.xlsx_diary.conftest import HEADER, good, workbook

LISTS, DELTA, CONTENT = "/lists/[^/]+$", "items/delta", "download.aspx"
PAGE = "<html><body>Something went wrong</body></html>"
FILE = "Diary.xlsx"
BOOK = {"workbook": FILE, "sheets": {}}
INVITED = {"sheets": {"conference": {"list": CONFERENCES}, "invitee": {"list": INVITEES}}}


@pytest.fixture
def diary(online):
    """Give a list of conferences of three pages that has been read once."""
    online.good(45)
    online.last = online.read()
    return online


@pytest.mark.parametrize("on", [LISTS, DELTA])
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(Fault(503, "serviceNotAvailable"), "unavailable", id="not at present"),
        pytest.param(Fault(500, "generalException"), "failed-500", id="a failure"),
        pytest.param(Fault(502, page=PAGE), "failed-502", id="a failure with a page"),
        pytest.param(Fault(0), "answer-lost", id="cut without a word"),
        pytest.param(Fault(None, is_half=True), "answer-lost", id="cut in the middle"),
        pytest.param(Fault(200, page=PAGE), "answer-unclear", id="a page in place of an answer"),
        pytest.param(Fault(200, "generalException"), "error-inside", id="an error called a success"),
        pytest.param(
            Fault(302, headers={"Location": "https://elsewhere.example/"}), "redirected", id="sent away"
        ),
    ],
)  # fmt: skip
def test_a_reading_that_goes_wrong_is_none_and_the_next_one_is_whole(diary, on, fault, reason):
    diary.put(id_=2, Venue="Civic Centre")
    diary.office.misbehave(
        Fault(fault.status, fault.code, fault.page, fault.is_half, on=on, headers=fault.headers)
    )

    with pytest.raises(Unreadable, match=rf"^Microsoft 365 cannot be read \({reason}\)$|{reason}"):
        diary.read(diary.last.cursor)

    diary.office.misbehave()
    page = diary.read(diary.last.cursor)
    assert len(page.records) == 45
    assert page.records[1].body["meetings"][0]["venue"] == "Civic Centre"


def test_who_asks_to_be_left_alone_is_left_alone(diary):
    diary.office.misbehave(Fault(429, "activityLimitReached", retry_after_s=600, times=1))
    with pytest.raises(Unreadable, match="throttled"):
        diary.read(diary.last.cursor)
    asked = len(diary.office.tenant.log)

    diary.clock.now += timedelta(minutes=5)
    with pytest.raises(Unreadable, match="throttled"):
        diary.read(diary.last.cursor)
    assert len(diary.office.tenant.log) == asked

    diary.clock.now += timedelta(minutes=6)
    assert diary.read(diary.last.cursor).problems == ()


def test_a_token_that_has_run_out_is_asked_for_again(diary):
    diary.put(id_=2, Venue="Civic Centre")
    diary.office.tenant.expire_tokens()

    assert len(diary.read(diary.last.cursor).records) == 45


def test_what_is_read_anew_because_a_place_was_forgotten_and_is_the_same_is_no_news(diary):
    diary.office.misbehave(Fault(410, "resyncChangesApplyDifferences", on=DELTA, times=1))

    page = diary.read(diary.last.cursor)

    assert (page.whole, page.records) == (False, ())
    assert diary.asked("items/delta") == 3 + 1 + 3


def test_a_service_that_forgets_each_place_at_once_is_refused(diary):
    diary.office.misbehave(Fault(410, "resyncChangesApplyDifferences", on=DELTA))

    with pytest.raises(Unreadable, match="refused-410"):
        diary.read(diary.last.cursor)


def test_a_permission_that_is_missing_is_named(online):
    online.good(1)
    online.office.tenant.granted = frozenset()

    with pytest.raises(
        Unreadable, match=r"may not be read by us \(403\); grant the application Sites.Sel"
    ):
        online.read()


def test_a_site_that_was_closed_to_us_names_the_permission(diary):
    diary.site.may_read = False

    with pytest.raises(
        Unreadable, match=r"diary: may not be read by us \(403\); grant .* Sites\.Selected"
    ):
        diary.read(diary.last.cursor)


def test_people_who_are_shut_to_us_are_left_out_and_told_of_and_the_rest_is_read(online):
    online.good(1)
    online.put(id_=1, ChairLookupId="12")
    online.office.misbehave(Fault(403, "accessDenied", on="/items/12$"))

    page = online.read()

    assert [one.body["ref"] for one in page.records] == ["SC-1"]
    assert [str(one)[:39] for one in page.problems] == ["Conference diary:1: chair: is not an id"]


def test_a_site_that_is_not_there_says_so(online):
    online.feed(site=f"{online.office.address}/sites/Safegarding")

    with pytest.raises(Unreadable, match="there is no such site; correct `site`"):
        online.read()


def test_a_list_that_was_deleted_closes_no_case(diary):
    del diary.site.lists[diary.conferences.id]

    with pytest.raises(
        Unreadable, match="Conference diary: is not in the site; put it back, correct"
    ):
        diary.read(diary.last.cursor)


def test_a_further_list_that_was_deleted_is_held_to_and_counts_as_old(online):
    online.good(1)
    made = online.site.make_list(INVITEES, {"Conf No": TEXT, "Job title": TEXT}, first="Invitee")
    online.put(made, Conf_No="G1", Invitee="I1", Job_title="police_officer")
    online.feed(**INVITED)
    first = online.read()
    then = online.clock()

    del online.site.lists[made.id]
    pages = []
    for _ in range(2):
        online.clock.now += timedelta(minutes=5)
        pages.append(online.read(first.cursor))

    for page in pages:
        assert [str(one)[:40] for one in page.problems] == [
            "Invite lists: is not in the site; put it"
        ]
        assert page.records[0].body["meetings"][0]["invitees"][0]["role"] == "police_officer"
        assert page.as_known_at == then


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(Fault(200, page=PAGE, on=CONTENT), "is not a whole workbook", id="a page"),
        pytest.param(Fault(None, is_half=True, on=CONTENT), "answer-lost", id="half of it"),
        pytest.param(Fault(503, on=CONTENT), "unavailable", id="not at present"),
        pytest.param(Fault(404, "itemNotFound", on="root:"), "is not in the site", id="moved away"),
        pytest.param(Fault(403, "accessDenied", on="root:"), "may not be read by us", id="shut"),
        pytest.param(
            Fault(302, on=CONTENT, headers={"Location": "https://elsewhere.example/"}), "redirected",
            id="sent away",
        ),
    ],
)  # fmt: skip
def test_a_workbook_that_cannot_be_had_leaves_the_last_good_state(online, fault, said):
    online.site.put_file(FILE, workbook({"Diary": [HEADER, *good(2)]}), online.clock())
    online.feed(**BOOK)
    first = online.read()
    online.site.put_file(FILE, workbook({"Diary": [HEADER, *good(3)]}), online.clock())

    online.office.misbehave(fault)
    with pytest.raises(Unreadable, match=said):
        online.read(first.cursor)

    online.office.misbehave()
    assert len(online.read(first.cursor).records) == 3


def test_pages_without_end_are_left(online):
    online.good(45)
    online.office.tenant.repeats = True

    with pytest.raises(Unreadable, match="endless"):
        online.read()


def test_a_list_that_tells_more_than_we_read_is_refused(online):
    online.good(45)
    online.feed(largest_bytes=5000)

    with pytest.raises(Unreadable, match="Conference diary: is larger than we read"):
        online.read()


def test_a_page_that_lies_elsewhere_is_not_gone_to(online):
    online.good(45)
    online.office.tenant.leads_to = "https://elsewhere.example"

    with pytest.raises(Unreadable, match="elsewhere"):
        online.read()


def test_a_reading_that_takes_too_long_is_ended_and_says_so(online):
    online.good(1)
    online.feed(reads_for_s=1)
    online.read()

    online.office.misbehave(Fault(None, hang_s=30, on=DELTA))
    with pytest.raises(Unreadable, match="could not be read whole within 1 seconds"):
        online.read()
