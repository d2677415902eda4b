"""Messages in a real browser: nothing runs off a narrow screen, and the dark is dark."""

import os
from dataclasses import replace

import pytest

from daemon.domain.message import Level
from daemon.engine.specimen import specimen
from daemon.rulebook import load, shipped
from tests.chromium import Browser, program
from tests.unit.messages import ITEM, LATER, WORDS, message, part

BOOK = load(shipped())[0]
NARROWEST = 320  # CSS pixels: a phone, or 640 pixels at 200 % (WCAG 2.2, 1.4.10)
OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOUR = "getComputedStyle(document.querySelector('{}')).{}"
LONG = "SC-" + "1234567890" * 12


@pytest.fixture(scope="module")
def page():
    if program() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine: install the package chromium")
        pytest.skip("not run: no Chromium on this machine")
    with Browser() as browser, browser.page() as one:
        yield one


def test_no_shipped_message_scrolls_sideways_on_the_narrowest_screen(page):
    over = {}

    for name in BOOK.messages:
        page.show(specimen(BOOK, name).html, width=NARROWEST)
        over[name] = page.value(OVER)

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
def test_no_message_scrolls_sideways(page, sent, width):
    page.show(sent.html, width=width)

    assert page.value(OVER) == 0


def test_twice_the_size_still_fits_a_window(page):
    page.show(specimen(BOOK, "weekly-summary").html, width=1280 // 2)

    assert page.value(OVER) == 0
    assert page.value("document.querySelectorAll('th').length") == 4


def test_on_a_phone_each_cell_of_a_list_says_what_it_is(page):
    page.show(specimen(BOOK, "weekly-summary").html, width=NARROWEST)

    assert page.value(COLOUR.format(".cells th", "display")) == "none"
    assert page.value(COLOUR.format(".cells td", "display")) == "block"
    labels = page.value(
        "[...document.querySelectorAll('.cells tr:nth-child(2) td')].map("
        "cell => getComputedStyle(cell, ':before').content)"
    )
    assert labels == ['"Case: "', '"What: "', '"Was due: "', '"Overdue by: "']


@pytest.mark.parametrize(
    ("dark", "ground", "ink"),
    [
        pytest.param(False, "rgb(255, 255, 255)", "rgb(20, 25, 28)", id="in the light"),
        pytest.param(True, "rgb(27, 33, 37)", "rgb(241, 243, 244)", id="in the dark"),
    ],
)
def test_colours_follow_the_readers_choice(page, dark, ground, ink):
    page.show(message(part(ITEM)).html, width=720, dark=dark)

    assert page.value(COLOUR.format(".card", "backgroundColor")) == ground
    assert page.value(COLOUR.format(".ink", "color")) == ink


def test_outlooks_own_dark_mode_is_followed_too(page):
    html = message(part(ITEM)).html.replace("<body ", "<body data-ogsc data-ogsb ", 1)
    page.show(html, width=720)

    assert page.value(COLOUR.format(".card", "backgroundColor")) == "rgb(27, 33, 37)"
    assert page.value(COLOUR.format("h1", "color")) == "rgb(241, 243, 244)"
    assert page.value(COLOUR.format(".press", "color")) == "rgb(16, 20, 22)"


def test_a_picture_is_a_picture_of_the_whole_page(page):
    page.show(message(part(ITEM), part(LATER)).html, width=400)

    taken = page.picture()

    assert taken.startswith(b"\x89PNG")
    width, height = (int.from_bytes(taken[at : at + 4]) for at in (16, 20))
    assert width == 400
    assert height > 1000
