"""The judge of accessibility itself: what nobody could use is found, and what is sound is not."""

import os
from pathlib import Path

import pytest

from tests.axe import grave_faults

PICTURES = os.environ.get("DAYKEEPER_PICTURES")
SOUND = """<!DOCTYPE html><html lang="en-GB"><head><title>Sound</title></head><body><main><h1>Sound</h1>
{text}</main></body></html>"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<p>As it should be.</p>", set(), id="nothing wrong"),
        pytest.param("<img src='data:,'>", {"image-alt"}, id="a picture without words"),
        pytest.param("<input type='text'>", {"label"}, id="a field without a name"),
        pytest.param(
            "<p style='color:#bbb;background:#fff'>Faint</p>", {"color-contrast"}, id="too faint"
        ),
    ],
)
def test_a_fault_is_found_where_there_is_one(tmp_path, tab, text, expected):
    file = tmp_path / "page.html"
    file.write_text(SOUND.format(text=text), "utf-8")

    assert {fault.partition(":")[0] for fault in grave_faults(tab, file)} == expected


def test_a_page_that_is_not_there_is_no_sound_page(tmp_path, tab):
    with pytest.raises(RuntimeError, match="ERR_FILE_NOT_FOUND"):
        grave_faults(tab, tmp_path / "nothing.html")


@pytest.mark.parametrize("width", [pytest.param(360, id="phone"), pytest.param(1280, id="desktop")])
@pytest.mark.parametrize("dark", [False, True])
def test_nothing_keeps_anybody_from_the_pages_behind_a_link(
    door, promise, wrong_person, tab, dark, width
):
    links = {
        "the promise": promise,
        "the wrong person": wrong_person,
        "no such link": "/item/nothing",
        "accessibility": "/accessibility",
    }

    found = {}
    for name, link in links.items():
        address = str(door.browser.base_url.join(link))
        found[name] = grave_faults(tab, address, width=width, dark=dark)
        if PICTURES:
            shade = "dark" if dark else "light"
            file = f"door-{name.replace(' ', '-')}-{shade}-{width}.png"
            Path(PICTURES, file).write_bytes(tab.picture())

    assert found == {name: [] for name in links}
