"""The judge of accessibility itself: what nobody could use is found, and what is sound is not."""

import pytest

from tests.axe import grave_faults

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


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_keeps_anybody_from_the_pages_behind_a_link(door, promise, wrong_person, tab, dark):
    links = {
        "the promise": promise,
        "the wrong person": wrong_person,
        "no such link": "/item/nothing",
    }

    found = {
        name: grave_faults(tab, str(door.browser.base_url.join(link)), width=360, dark=dark)
        for name, link in links.items()
    }

    assert found == {name: [] for name in links}
