"""What each page of the console shows, and to whom."""

import re

import pytest

from daemon.domain.errors import Problem, Severity
from daemon.domain.link import case_code, page_code
from daemon.testing.world import at, person
from tests.doors.console.conftest import OLA, SAM, SUE, TOM, conference
from tests.doors.entrance import nonce_in
from tests.scenario.tuned import EARLIER, Tuned

CONFERENCE = f"/conferences/{page_code('M-F-1')}/record"
OPEN = (
    "/board",
    "/cases",
    "/conferences",
    "/conferences/past",
    "/issues",
    "/people",
    "/held",
    "/journal",
)
SERVICE = (
    "/service", "/service/stops", "/service/feeds", "/service/deliveries", "/service/rules", "/service/rehearsals",
    *(f"/service/deliveries/{kind}" for kind in ("handed-over", "delivered", "unknown", "refused", "under-way")),
)  # fmt: skip


def case(ref: str) -> str:
    return f"/cases/{case_code(ref)}"


def search(browser, path, **fields):
    return browser.post(path, data={"nonce": nonce_in(browser.get(path)), **fields})


def plain(page) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.text, flags=re.DOTALL).split())


def test_a_case_shows_the_working_of_every_date_and_everything_that_was_sent(come):
    with come(SUE) as browser:
        page = plain(browser.get(case("SC-1")))

    assert "How the date was counted" in page
    assert "Monday 2 March 2026 day 1: the strategy discussion" in page
    assert "The service manager (safeguarding unit) (sue), by e-mail Handed over" in page
    assert "What comes next if nothing is done" in page


def test_no_page_of_a_case_tells_of_an_enquiry_an_exemption_or_a_birthday(come, world):
    with world.case("SC-1", born_on="2017-05-04", expected_on=None) as body:
        body["facts"]["conference_report_shared_with_parent"] = {
            "at": "2026-03-18",
            "value": "exempt",
        }
    world.turn()
    with come(SUE) as browser:
        page = plain(browser.get(case("SC-1"))).casefold()

    for word in ("investigation", "exempt", "2017", "birth"):
        assert word not in page


@pytest.mark.parametrize(
    ("who", "ref"),
    [
        pytest.param(SUE, "SC-HIDDEN", id="excluded"),
        pytest.param(TOM, "SC-SECRET", id="restricted"),
        pytest.param(TOM, "SC-3", id="another team's"),
        pytest.param(OLA, "SC-1", id="the operator"),
        pytest.param(SUE, "SC-NOBODY", id="restricted, and nobody named"),
    ],
)
def test_a_case_that_is_not_theirs_is_as_if_it_were_not_there(come, who, ref):
    with come(who) as browser:
        page, unknown = browser.get(case(ref)), browser.get(case("SC-NO-SUCH"))
        found = search(browser, "/cases", ref=ref)
        about = search(browser, "/journal", about=ref)

    assert (page.status_code, plain(page)) == (404, plain(unknown))
    assert "No case of this reference is yours to see" in found.text
    if who is not OLA:
        assert "Nothing is found." in about.text


def test_an_excluded_person_finds_nothing_of_the_case_on_any_page(come, world):
    with come(SUE) as browser:
        pages = {path: browser.get(path).text for path in (*OPEN, *SERVICE, CONFERENCE)}
        pages["journal"] = search(browser, "/journal", kind="rung").text
        pages["people"] = search(browser, "/people", word="s").text
        seen = [path for path, text in pages.items() if re.search("SC-HIDDEN|SC-NOBODY", text)]

    assert seen == []
    assert "SC-SECRET" in pages["/cases"]


def test_whoever_runs_the_service_sees_no_restricted_case_and_opens_none(come):
    with come(OLA) as browser:
        pages = [browser.get(path).text for path in SERVICE]
        pages.append(search(browser, "/journal", kind="rung").text)
        cases = browser.get("/cases").text

    assert "SC-1" in "".join(pages)
    assert "SC-SECRET" not in "".join(pages)
    assert "You hold a role in no case." in cases


@pytest.mark.parametrize("path", SERVICE)
def test_how_the_service_stands_is_not_for_everybody(come, path):
    with come(SAM) as browser:
        page = browser.get(path)

    assert page.status_code == 403
    assert 'aria-label="Sections"' in page.text


def test_a_case_is_found_by_its_reference_which_stands_in_no_address(come):
    with come(SUE) as browser:
        found = search(browser, "/cases", ref=" SC-3 ")

    assert found.url.path == case("SC-3")
    assert "Case SC-3</h1>" in found.text


def test_a_conference_shows_who_is_invited_what_they_answered_and_who_came(come, world):
    world.clock.now = at("2026-03-20 12:30")
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["meetings"] = [
                conference("M-F-1", "2026-03-20T10:00", attendance="absent", effective=False)
            ]
    world.turn()
    with come(SUE) as browser:
        page = plain(browser.get(CONFERENCE))

    assert "Not effective" in page
    assert "Police, police officer needed petra@police.example" in page
    assert "Accepted Expected Absent" in page
    assert "It came back" in page
    assert "parent" not in page.casefold()


def test_a_conference_without_a_case_of_theirs_is_not_there(come):
    path = f"/conferences/{page_code('M-F-SC-HIDDEN')}/record"
    with come(SUE) as browser:
        assert browser.get(path).status_code == 404
    with come(TOM) as browser:
        assert browser.get(path).status_code == 200


def test_who_is_away_stands_first_with_whoever_stands_in_and_no_address(come, world):
    today = world.clock().date()
    world.directory.everybody.append(
        person("zoe", "social_worker", "north", absences=((today, today),), delegate="sam")
    )
    world.turn()
    with come(SAM) as browser:
        page = browser.get("/people")
        found = search(browser, "/people", word="zoe")

    rows = re.findall(r'<th scope="row" role="rowheader">(\w+)</th>', page.text)
    assert rows[0] == "zoe"
    assert "Away" in plain(found)
    assert "sam" in plain(found)
    assert "@" not in plain(page)


def test_the_feeds_say_how_old_their_data_is_and_which_fails(come, world):
    with world.store.write() as tx:
        tx.feeds.failed("diary", world.clock(), "it does not answer")
    with come(OLA) as browser:
        page = plain(browser.get("/service/feeds"))

    assert "diary conference diary Cannot be read it does not answer" in page
    assert "cases case system Fresh" in page


def test_a_row_that_cannot_be_read_is_listed_and_what_is_only_doubted_is_no_silent_child(
    come, world
):
    lost = Problem("diary.csv:9", "held_date: this is not a date", "write it as 2026-03-02")
    doubted = Problem("sheet report", "is not there", "drop it, or switch it off", Severity.WARNING)
    with world.store.write() as tx:
        tx.quarantine.put("diary", [lost, doubted], world.clock())
    with come(OLA) as browser:
        page = plain(browser.get("/service/feeds"))

    assert "held_date: this is not a date" in page
    assert "is not there" not in page


def test_a_delivery_says_what_was_heard_of_it_and_each_list_has_its_own(come, world):
    with world.store.write() as tx:
        mine = [one.message_id for one in tx.lists.sent_of("SC-1") if one.message_id]
        for message in dict.fromkeys(mine):
            tx.journal.write(world.clock(), "message.delivered", message, "it arrived", {})
    with come(OLA) as browser:
        every = plain(browser.get("/service/deliveries/handed-over"))
        refused = plain(browser.get("/service/deliveries/refused"))
        delivered = plain(browser.get("/service/deliveries/delivered"))
        back = plain(browser.get("/service/deliveries/came-back"))
        none = browser.get("/service/deliveries/nothing")

    assert "Handed over delivered" in every
    assert "There is none." in refused
    assert "SC-1" in delivered
    assert "SC-3" in every
    assert "SC-3" not in delivered
    assert "There is none." in back
    assert none.status_code == 404


def test_what_stops_the_service_is_shown_with_how_it_ends(come, much_held):
    with come(SUE) as browser:
        page = plain(browser.get("/service/stops"))

    assert "Nothing is sent until Monday 23 March 2026, 9am." in page
    assert "The brake is off." in page
    assert "SC-2" in page


def test_the_rules_in_force_are_shown_with_who_changed_them_and_what(come, world, tmp_path):
    del world.house.feeds["cases"]
    tuned = Tuned(world, tmp_path / "potterby")
    tuned.begin()
    tuned.write("changes/earlier.yaml", EARLIER)
    tuned.notice()
    with come(SUE) as browser:
        page = plain(browser.get("/service/rules"))

    assert page.count("Put in force, Thursday 19 March 2026, 9:30am") == 2
    assert "The first edition, by " in page
    assert "differences, by " in page
    assert "changes/earlier.yaml" in page
    assert "is told at 16:30 instead of at 17:00" in page


def test_the_journal_is_searched_by_case_and_kind_and_goes_on(come):
    with come(SUE) as browser:
        first = search(browser, "/journal", about="SC-1")
        before = re.findall(r'name="before" value="(\d+)"', first.text)
        second = browser.post("/journal", data={
            "nonce": nonce_in(first), "about": "SC-1", "before": before[0],
        })  # fmt: skip

        kind = plain(search(browser, "/journal", about="SC-1", kind="rung.fired"))

    assert "Rung fired" in kind
    assert "Obligation" not in kind.partition("Why")[2]
    assert "Older entries" in plain(first)
    assert "SC-2/" not in first.text + second.text
    assert "SC-1/" in second.text


def test_the_journal_says_of_which_cases_a_message_is_and_no_code(come, raised):
    with come(SUE) as browser:
        page = plain(search(browser, "/journal", kind="message.accepted"))

    assert "a message about SC-" in page
    assert re.search(r"\b[0-9a-f]{32}\b", page) is None


def test_an_issue_that_is_raised_stands_in_the_log_with_its_stage(come, raised):
    with come(SUE) as browser:
        page = plain(browser.get("/issues"))
    with come(OLA) as browser:
        nothing = plain(browser.get("/issues"))

    assert re.search(r"SC-1 .*[Ii]ssue.* police", page)
    assert "No issue was raised in a case of yours." in nothing
