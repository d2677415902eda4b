"""What a pathway's page and a message's specimen say is said whole, as a sentence, and true of the rule."""

from datetime import date, timedelta

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.domain.times import OfficeHours
from daemon.engine.wording.specimen import specimen
from daemon.pages.pathway import pathway
from daemon.rulebook import load_days, shipped, sources
from daemon.rulebook.packs.clauses import coverage, read_clauses
from daemon.testing.world import loaded

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def decides():
    book = loaded(shipped())
    return Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))


@pytest.fixture(scope="module")
def found():
    return coverage(sources(shipped()), read_clauses(shipped()))


@pytest.fixture(scope="module")
def stoke(decides, found):
    return pathway(decides.rulebook.packs["stoke-on-trent"], decides, found, {}, TODAY)


def test_a_documents_review_that_has_passed_is_shown_as_past(decides, found):
    pack = decides.rulebook.packs["stoke-on-trent"]

    before, after = (
        dict(pathway(pack, decides, found, {}, today).terms)["The document's own review"]
        for today in (pack.review_by, pack.review_by + timedelta(days=1))
    )

    assert before == "by Sunday 31 May 2026"
    assert "has passed" in after


def test_what_excuses_an_absence_is_said_as_a_sentence(stoke):
    assert dict(stoke.terms)["At the review conference"].startswith(
        "an absent agency is excused by the report in place of attendance;"
    )


def test_no_label_of_a_drawing_is_cut(stoke):
    for drawing in stoke.drawings:
        labels = [" ".join(lane.label) for lane in drawing.lanes]
        bottoms = [lane.y + 18 * (len(lane.label) - 1) for lane in drawing.lanes]

        assert labels == [*dict.fromkeys(row.title for row in drawing.rows)]
        assert all(lane.y > above for lane, above in zip(drawing.lanes[1:], bottoms, strict=False))
        assert drawing.height > bottoms[-1]


def test_a_specimen_counts_as_its_rule_does(decides):
    statutory = specimen(decides.rulebook, "icpc-limit-missed").text
    local = specimen(decides.rulebook, "icpc-day-15-missed").text

    assert "day 0: the strategy discussion" in statutory
    assert "working day 15: due by close of business" in statutory
    assert "day 1: the strategy discussion" in local


def test_what_has_no_limit_comes_from_a_rule(decides):
    text = specimen(decides.rulebook, "strategy-discussion-request").text

    assert "; a local rule." in text
    assert "limit" not in text


def test_no_list_breaks_a_reference(decides):
    html = specimen(decides.rulebook, "weekly-diary").html

    assert '<span style="white-space:nowrap;">SC-100234</span></td>' in html
