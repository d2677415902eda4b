"""Messages in a real browser: nothing runs off a narrow screen, and the dark is dark."""

from dataclasses import replace

import pytest

from daemon.domain.message import Level
from daemon.engine.wording.specimen import specimen
from daemon.rulebook import shipped
from daemon.testing.world import loaded
from tests.axe import grave_faults_shown
from tests.unit.messages import ITEM, LATER, WORDS, message, part

BOOK = loaded(shipped())
NARROWEST = 320  # CSS pixels: a phone, or 640 pixels at 200 % (WCAG 2.2, 1.4.10)
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOUR = "getComputedStyle(document.querySelector('{}')).{}"
LONG = "SC-" + "1234567890" * 12


def test_no_shipped_message_scrolls_sideways_on_the_narrowest_screen(tab):
    over = {}

    for name in BOOK.messages:
        tab.show(specimen(BOOK, name).html, width=NARROWEST)
        over[name] = tab.value(OVER)

    assert {name: pixels for name, pixels in over.items() if pixels} == {}


@pytest.mark.parametrize("width", [NARROWEST, 480, 1280])
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(message(part(ITEM), part(LATER)), id="a bundle"),
        pytest.param(message(part(ITEM, replace(ITEM, ref="SC-2", code="X-2"))), id="siblings"),
        pytest.param(message(part(ITEM), level=Level.L0), id="the lowest level"),
        pytest.param(
            message(part(replace(ITEM, ref=LONG, title=LONG, remarks=(LONG,)), words=replace(WORDS, lead=LONG))),
            id="words without an end",
        ),
        pytest.param(
            message(*[part(replace(ITEM, ref=f"SC-{n}", code=f"C-{n}")) for n in range(20)]), id="a flood"
        ),
    ],
)  # fmt: skip
def test_no_message_scrolls_sideways(tab, sent, width):
    tab.show(sent.html, width=width)

    assert tab.value(OVER) == 0


def test_twice_the_size_still_fits_a_window(tab):
    tab.show(specimen(BOOK, "weekly-summary").html, width=1280 // 2)

    assert tab.value(OVER) == 0
    assert tab.value("document.querySelectorAll('th').length") == 4


def test_on_a_phone_each_cell_of_a_list_says_what_it_is(tab):
    tab.show(specimen(BOOK, "weekly-summary").html, width=NARROWEST)

    assert tab.value(COLOUR.format(".cells th", "display")) == "none"
    assert tab.value(COLOUR.format(".cells td", "display")) == "block"
    labels = tab.value(
        "[...document.querySelectorAll('.cells tr:nth-child(2) td')].map("
        "cell => getComputedStyle(cell, ':before').content)"
    )
    assert labels == ['"Case: "', '"What: "', '"Was due: "', '"Overdue by: "']


def test_the_weekly_diary_has_columns_of_its_own(tab):
    tab.show(specimen(BOOK, "weekly-diary").html, width=1280 // 2)

    headings = tab.value("[...document.querySelectorAll('th')].map(each => each.innerText)")
    assert headings == ["Case", "Meeting", "When", "Where it stands"]
    assert "verdue" not in tab.value("document.body.innerText")


@pytest.mark.parametrize("width", [720, 1280 // 2])
def test_no_line_of_a_list_breaks_a_reference(tab, width):
    tab.show(specimen(BOOK, "weekly-diary").html, width=width)

    assert tab.value("document.querySelector('td.rule span').getClientRects().length") == 1
    assert tab.value("document.querySelector('td.rule span').innerText") == "SC-100234"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", ["invite-list-missed", "weekly-diary", "weekly-summary"])
def test_nothing_keeps_a_reader_from_a_message(tab, name, dark):
    tab.show(specimen(BOOK, name).html, width=720, dark=dark)

    assert grave_faults_shown(tab) == []


@pytest.mark.parametrize(
    ("dark", "ground", "ink"),
    [
        pytest.param(False, "rgb(255, 255, 255)", "rgb(20, 25, 28)", id="in the light"),
        pytest.param(True, "rgb(27, 33, 37)", "rgb(241, 243, 244)", id="in the dark"),
    ],
)
def test_colours_follow_the_readers_choice(tab, dark, ground, ink):
    tab.show(message(part(ITEM)).html, width=720, dark=dark)

    assert tab.value(COLOUR.format(".card", "backgroundColor")) == ground
    assert tab.value(COLOUR.format(".ink", "color")) == ink


def test_outlooks_own_dark_mode_is_followed_too(tab):
    html = message(part(ITEM)).html.replace("<body ", "<body data-ogsc data-ogsb ", 1)
    tab.show(html, width=720)

    assert tab.value(COLOUR.format(".card", "backgroundColor")) == "rgb(27, 33, 37)"
    assert tab.value(COLOUR.format("h1", "color")) == "rgb(241, 243, 244)"
    assert tab.value(COLOUR.format(".press", "color")) == "rgb(16, 20, 22)"


def test_a_picture_is_a_picture_of_the_whole_page(tab):
    tab.show(message(part(ITEM), part(LATER)).html, width=400)

    taken = tab.picture()

    assert taken.startswith(b"\x89PNG")
    width, height = (int.from_bytes(taken[at : at + 4]) for at in (16, 20))
    assert width == 400
    assert height > 1000
