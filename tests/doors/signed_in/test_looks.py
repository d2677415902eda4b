"""The pages for people who decide, in a real browser: on a phone, on a tablet, and for everybody."""

import os
from pathlib import Path

import pytest

from tests.axe import grave_faults
from tests.doors.signed_in.stage import CHRIS

OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FIRST = "document.querySelector('a[href^=\"{}\"]').getAttribute('href')"
PICTURES = os.environ.get("DAYKEEPER_PICTURES")


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(820, id="tablet")])
@pytest.mark.parametrize(
    ("who", "kind"),
    [
        pytest.param(None, "/", id="what waits"),
        pytest.param(None, "/questions/", id="a question to the manager"),
        pytest.param(CHRIS, "/questions/", id="a draft for the chair"),
        pytest.param(CHRIS, "/conferences/", id="the conference on the day"),
    ],
)
def test_a_page_fits_and_keeps_nobody_out(place, provider, tab, who, kind, width):
    if who is not None:
        provider.claims = who
    tab.open(f"{place.address}/", width=width)
    path = kind if kind == "/" else tab.value(FIRST.format(kind))

    faults = grave_faults(tab, f"{place.address}{path}", width=width)

    assert faults == []
    assert tab.value(OVER) == 0
    assert "Signed in as" in tab.value("document.body.innerText")
    if PICTURES:
        name = f"{'sue' if who is None else 'chris'}{kind.replace('/', '-')}{width}.png"
        Path(PICTURES, name).write_bytes(tab.picture())
