"""The rehearsals that were kept: who had them made, of which draft, and what comes of it; never a case or a person."""

import re

from tests.doors.console.conftest import OLA, SAM, SUE, TOM
from tests.doors.console.test_pages import plain

KEPT = "/service/rehearsals/2026-03-18-090000-north-draft"


def test_the_list_says_who_when_which_draft_and_the_figures(come, rehearsed):
    with come(SUE) as browser:
        page = browser.get("/service/rehearsals")

    every = plain(page)
    assert "north-draft, Wednesday 18 March 2026, 9am Rehearsed by A. Name. 10,000 cases" in every
    assert "1,200 notices under the present rules, 1,300 under the draft: 50 earlier" in every
    assert re.search(r"june, \w+ \d+ \w+ \d{4}[^.]* 10,000 cases, Monday 2 March 2026", every)
    assert re.search(r"broken, [^.]* It cannot be read", every)
    assert KEPT in page.text


def test_one_is_opened_and_taken_away_without_its_examples_and_people(come, rehearsed):
    with come(OLA) as browser:
        pages = [browser.get(place) for place in (KEPT, "/service/rehearsals/june")]
        files = [browser.get(f"{page.url}/rehearsal.html") for page in pages]
        none = [browser.get(f"/service/rehearsals/{name}") for name in ("..%2Fs", "broken", "july")]

    assert "Rehearsed Wednesday 18 March 2026, 9am, by A. Name" in plain(pages[0])
    assert all("Conference invite list 1,200 1,300" in plain(page) for page in pages)
    assert "The draft north-draft, rehearsed by A. Name on" in plain(files[0])
    assert all(file.headers["content-disposition"].startswith("attachment") for file in files)
    shown = [plain(one) for one in (*pages, *files)]
    assert not [text for text in shown if "SC-1" in text or re.search(r"\bsam\b", text)]
    assert [one.status_code for one in none] == [404, 404, 404]


def test_they_are_for_whoever_sees_the_rulebook_alone(come, rehearsed):
    for who in (TOM, SAM):
        with come(who) as browser:
            found = [
                browser.get(place).status_code
                for place in (
                    "/service/rules",
                    "/service/rehearsals",
                    KEPT,
                    f"{KEPT}/rehearsal.html",
                )
            ]

        assert len(set(found)) == 1
        assert found[0] == 403
