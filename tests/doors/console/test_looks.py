"""Every page of the console in a real browser, wide and on a phone: nothing overflows, and nobody is kept out."""

import os
from pathlib import Path

import pytest

from tests.axe import grave_faults_shown
from tests.doors.console.conftest import SUE
from tests.doors.console.keyboard import faults_of_keys
from tests.doors.console.walk import NO_PAGE, STOPS, opened, walked

OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WRONG = {  # what must be false of every page
    "it is wider than the window": OVER,
    "what is pressed is too small": """[...document.querySelectorAll('nav.sections a, button')].some(one => {
        const at = one.getBoundingClientRect(); return at.width && (at.height < 24 || at.width < 24);
    })""",
    "a long table of the report is not folded": """[...document.querySelectorAll("section table")].some(
        one => location.pathname === "/report" && one.rows.length > 13 && !one.closest("details"))""",
    "it does not lead to the accessibility statement": "!document.querySelector('footer a[href=\"/accessibility\"]')",
    "it has no heading, or several": "document.querySelectorAll('h1').length !== 1",
}
SIGNED_IN = """document.querySelector(".who").textContent.includes("Signed in as " + "{}".split("@")[0])
    && !!document.querySelector("nav.sections a[href='/board']")"""
PICTURES = os.environ.get("DAYKEEPER_PICTURES")
WIDTHS = [
    pytest.param(320, id="at 400 %", marks=pytest.mark.slow),  # of 1280 pixels: WCAG 2.2, 1.4.10
    pytest.param(360, id="phone"),
    pytest.param(1280, id="desktop"),
]


def test_every_page_of_the_service_is_walked_to_or_says_why_it_is_no_page(place):
    routes = opened(place.app.routes)

    walked_to = {one.route for one in STOPS}
    assert [path for path in routes if path not in walked_to | NO_PAGE.keys()] == []
    assert [path for path in NO_PAGE if path not in routes or path in walked_to] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_keeps_nobody_out(place, provider, item, tab, width):
    wrong = {}
    for stop in walked(tab, place, provider, item, width):
        faults = grave_faults_shown(tab) + [
            says for says, is_so in WRONG.items() if tab.value(is_so)
        ]
        if stop.who and not tab.value(SIGNED_IN.format(stop.who["preferred_username"])):
            faults.append("it does not say who is signed in, or has no navigation")
        if faults:
            wrong[stop.name] = faults
        if PICTURES:
            Path(PICTURES, f"{stop.name}-{width}.png").write_bytes(tab.picture())

    assert wrong == {}


def test_every_page_is_used_by_keyboard_alone(place, provider, item, tab):
    found = {one.name: faults_of_keys(tab) for one in walked(tab, place, provider, item, 1280)}

    assert {name: faults for name, faults in found.items() if faults} == {}


def test_the_keyboard_finds_the_pages_in_their_order(place, provider, tab):
    provider.claims = SUE
    tab.open(f"{place.address}/board", width=1280)

    focused = []
    for _ in range(4):
        tab.ask(
            "Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9
        )
        tab.ask(
            "Input.dispatchKeyEvent", type="keyUp", key="Tab", code="Tab", windowsVirtualKeyCode=9
        )
        focused.append(tab.value("document.activeElement.textContent"))

    assert focused == ["Skip to the main content", "Sign out", "Waiting for you", "Board"]


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        pytest.param("<a href='#a' tabindex='2'>First</a>", "order", id="another order"),
        pytest.param("<a href='#a' style='outline:0'>Here</a>", "not seen", id="no outline"),
        pytest.param("<a href='#a' tabindex='-1'>Away</a>", "not reached", id="left out"),
        pytest.param("<input onkeydown='event.preventDefault()'>", "no way out", id="a trap"),
    ],
)
def test_what_keeps_a_keyboard_out_is_found(tmp_path, tab, page, fault):
    file = tmp_path / "page.html"
    skip = "<a href='#main'>Skip</a><button>One</button>"
    file.write_text(
        f"<!DOCTYPE html><html lang=en><title>x</title><body>{skip}{page}<main id=main>"
    )
    tab.open(file.as_uri(), width=1280)

    assert fault in " ".join(faults_of_keys(tab))
