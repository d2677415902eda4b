"""A pathway's page on a telephone, on a wide screen and on paper: nothing is lost, and no way is long."""

from datetime import date

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.domain.times import OfficeHours
from daemon.pages.pathway import pathway
from daemon.pages.write import pathway_page
from daemon.rulebook import load_days, shipped, sources
from daemon.rulebook.packs.clauses import coverage, read_clauses
from daemon.testing.world import loaded
from tests.axe import grave_faults_shown

PHONES = (320, 360)
SHOWN = """(() => [...document.querySelectorAll(".fold li, .fold td, .fold dd")]
  .filter(one => !one.closest("nav") && one.checkVisibility({contentVisibilityAuto: true})).length)()"""
DRAWN = "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))"
WITHIN = "document.querySelectorAll('main .fold li, main .fold td, main .fold dd').length"
OF_CONTENTS = "document.querySelectorAll('nav .fold li').length"
DRAWINGS = """[...document.querySelectorAll("figure .scroll")].map(one => [
  one.scrollWidth > one.clientWidth, one.previousElementSibling.checkVisibility(),
  one.tabIndex === 0 && one.getAttribute("role") === "region"])"""


@pytest.fixture(scope="module")
def pages():
    book = loaded(shipped())
    decides = Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))
    found = coverage(sources(shipped()), read_clauses(shipped()))
    names = ("stoke-on-trent", "statutory-england")
    return [
        pathway_page(pathway(book.packs[name], decides, found, {}, date(2026, 3, 2)))
        for name in names
    ]


@pytest.fixture
def page(pages):
    return pages[0]


@pytest.mark.parametrize("width", PHONES)
def test_a_drawing_that_is_wider_than_the_screen_says_so_and_can_be_moved_by_key(tab, page, width):
    tab.show(page, width=width)

    assert tab.value(DRAWINGS) == [[True, True, True]] * 2
    assert tab.value("document.documentElement.scrollWidth") == width


def test_a_drawing_that_fits_says_nothing_of_it(tab, page):
    tab.show(page, width=1100)

    assert tab.value(DRAWINGS) == [[False, False, True]] * 2


def test_what_is_folded_on_a_screen_stands_on_paper(tab, page):
    tab.show(page, width=1100)
    on_screen = tab.value(SHOWN)
    tab.ask("Emulation.setEmulatedMedia", media="print")
    tab.value(DRAWN)  # what is unfolded is laid out with the next picture
    on_paper = tab.value(SHOWN)
    tab.ask("Emulation.setEmulatedMedia", media="")

    assert on_screen == 0
    assert on_paper == tab.value(WITHIN) - tab.value(OF_CONTENTS) > 1000


@pytest.mark.parametrize("dark", [False, True])
def test_a_folded_page_is_for_everybody(tab, pages, dark):
    tab.show(pages[1], width=360, dark=dark)
    tab.value("document.querySelectorAll('details').forEach(one => { one.open = true })")

    assert grave_faults_shown(tab) == []
