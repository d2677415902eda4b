"""Every page of the console in a real browser, wide and on a phone: nothing overflows, and nobody is kept out."""

import os
from pathlib import Path

import pytest

from daemon.domain.link import case_code, page_code
from tests.axe import grave_faults
from tests.doors.console.conftest import SUE
from tests.doors.test_signed_pages import until

OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """[...document.querySelectorAll('nav.sections a, button')].filter(one => {
    const at = one.getBoundingClientRect(); return at.width && (at.height < 24 || at.width < 24);
}).length"""
UNFOLDED = """[...document.querySelectorAll("section table")].filter(
    one => one.rows.length > 13 && !one.closest("details")).length"""
PICTURES = os.environ.get("DAYKEEPER_PICTURES")
WIDTHS = [
    pytest.param(320, id="at 400 %", marks=pytest.mark.slow),  # of 1280 pixels: WCAG 2.2, 1.4.10
    pytest.param(360, id="phone"),
    pytest.param(1280, id="desktop"),
]
PAGES = {
    "board": "/board",
    "board-part": "/board/overdue",
    "cases": "/cases",
    "case": f"/cases/{case_code('SC-1')}",
    "conferences": "/conferences",
    "conference": f"/conferences/{page_code('M-F-1')}/record",
    "people": "/people",
    "issues": "/issues",
    "journal": "/journal",
    "report": "/report",
    "service": "/service",
    "stops": "/service/stops",
    "pause": "/service/stops/pause",
    "resume": "/service/stops/resume",
    "brake": "/service/stops/brake",
    "feeds": "/service/feeds",
    "deliveries": "/service/deliveries",
    "rules": "/service/rules",
    "rehearsals": "/service/rehearsals",
    "rehearsal": "/service/rehearsals/2026-03-18-090000-north-draft",
}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_keeps_nobody_out(
    place, provider, raised, much_held, rehearsed, tab, width
):
    provider.claims = SUE
    tab.open(f"{place.address}/", width=width)
    tab.open(f"{place.address}/report", width=width)
    tab.value("document.querySelector('main form button').click()")
    assert until(tab, "The report was made.")
    wrong = {}
    for name, path in PAGES.items():
        faults = grave_faults(tab, f"{place.address}{path}", width=width)
        if tab.value(OVER) != 0:
            faults.append("it is wider than the window")
        if tab.value(SMALL):
            faults.append("what is pressed is too small")
        if "Signed in as sue" not in tab.value("document.body.innerText"):
            faults.append("it is not the page")
        if not tab.value("!!document.querySelector('footer a[href=\"/accessibility\"]')"):
            faults.append("it does not lead to the accessibility statement")
        if tab.value("document.querySelectorAll('h1').length") != 1:
            faults.append("it has no heading, or several")
        if name == "report" and tab.value(UNFOLDED):
            faults.append("a long table is not folded")
        if faults:
            wrong[name] = faults
        if PICTURES:
            Path(PICTURES, f"{name}-{width}.png").write_bytes(tab.picture())

    assert wrong == {}


def test_the_pages_are_used_by_keyboard_alone(place, provider, tab):
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
