"""The partnership's report in the console: the last one made, for whom it is, and nobody named."""

import json

from daemon.testing.world import at
from tests.doors.console.conftest import OLA, SAM, SUE
from tests.doors.entrance import nonce_in


def make(browser):
    return browser.post("/report", data={"nonce": nonce_in(browser.get("/report"))})


def test_a_report_is_made_once_shown_again_and_given_as_files(come, world):
    with come(SUE) as browser:
        before = browser.get("/report").text
        nothing = browser.get("/report/report.csv").status_code
        made = make(browser).text
        again = make(browser).text
        sheet = browser.get("/report/report.csv")
        said = json.loads(browser.get("/report/report.json").text)
        page = browser.get("/report/report.html")
    world.clock.now = at("2026-03-19 12:00")
    with come(OLA) as browser:
        later = browser.get("/report").text

    assert "No report has been made yet." in before
    assert nothing == 404
    assert "Made on <strong>Thursday 19 March 2026, 9:30am</strong> by sue." in made
    assert "It was made only now" in again
    assert "9:30am</strong> by sue" in later
    assert sheet.headers["content-disposition"] == 'attachment; filename="report.csv"'
    assert said["to"] == "2026-03-19"
    assert "Timeliness and attendance" in page.text
    for text in (made, sheet.text, page.text, json.dumps(said)):
        assert "SC-" not in text
    with world.store.read() as tx:
        entries = [one for one in tx.journal.of("testshire") if one.kind == "report.made"]
    assert [one.data["by"] for one in entries] == ["sue"]


def test_it_is_for_the_partnership_and_for_nobody_else(come):
    with come(SAM) as browser:
        answers = [browser.get(path) for path in ("/report", "/report/report.csv")]
        posted = browser.post("/report", data={"nonce": nonce_in(answers[0])})

    assert [one.status_code for one in (*answers, posted)] == [403] * 3
    assert 'href="/report"' not in answers[0].text
