"""A letter as a reader of PDF draws it: the address in the envelope's window, nothing beside it, every page inked."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from daemon.testing.courier_contract import LETTER
from integrations.govuk_notify.paper import as_pdf
from tests.chromium import Browser
from tests.pictures.letters import EDGE, INKED, letters, picture

pytestmark = pytest.mark.usefixtures("tab")  # says what follows where there is no browser
A4_MM = 210
WINDOW = (24.6, 39.5, 120.0, 66.3)  # millimetres: left, top, right, bottom
QUIET = [(15.0, 66.3, 195.0, 95.0), (15.0, 5.0, 24.6, 95.0), (24.6, 5.0, 120.0, 39.5)]


def drawn(folder: Path, letter) -> Image.Image:
    """Return the pages of a letter as the browser draws them, in greys."""
    file = folder / "letter.pdf"
    file.write_bytes(as_pdf(letter))
    with Browser() as browser, browser.page() as page:
        return Image.open(io.BytesIO(picture(page, file))).convert("L")


def is_inked(whole: Image.Image, place: tuple[float, float, float, float]) -> bool:
    """Return whether anything stands in a place of the first page."""
    scale = (whole.width - 2 * EDGE) / A4_MM
    left, top, right, bottom = (round(one * scale) for one in place)
    part = whole.crop((left + EDGE, top + EDGE, right + EDGE, bottom + EDGE))
    return min(part.tobytes()) < INKED


@pytest.mark.parametrize("name", ["an-invitation", "seven-lines"])
def test_the_window_shows_the_address_and_around_it_there_is_nothing(tmp_path, name):
    whole = drawn(tmp_path, letters()[name])

    assert is_inked(whole, WINDOW)
    assert [place for place in QUIET if is_inked(whole, place)] == []


def test_every_page_of_a_long_letter_is_drawn(tmp_path):
    whole = drawn(tmp_path, replace(LETTER, text="\n\n".join(["A line of many words. " * 30] * 9)))

    assert whole.height > 2 * whole.width
