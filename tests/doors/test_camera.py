"""A run of pictures holds where the browser is starved, says so, and hides nothing that is wrong."""

import io

import pytest
from PIL import Image

from tests.chromium import TALLEST, Browser, Refused
from tests.pictures.camera import Camera

MUTE = """#!/bin/sh
exec cat <&3 >/dev/null
"""
# It has a tab in which 6 * 7 is 42.
SOUND = """#!/usr/bin/env python3
import json, os
to, back, rest = os.fdopen(4, "wb", buffering=0), os.fdopen(3, "rb", buffering=0), b""
method = ""
while method != "Browser.close" and (piece := back.read(65536)):
    rest += piece
    while b"\\0" in rest:
        one, _, rest = rest.partition(b"\\0")
        asked = json.loads(one)
        method = asked["method"]
        said = {"targetId": "t", "sessionId": "s", "frameTree": {"frame": {"id": "f"}}, "result": {"value": 42}}
        gives = {"error": {"message": "no"}} if method == "Page.refuse" else {"result": said}
        to.write(json.dumps({"id": asked["id"], **gives}).encode() + b"\\0")
"""


@pytest.fixture
def shop(tmp_path):
    """Return a maker of cameras whose browsers are, one after the other, those that are named; with what is said."""
    programs = {
        "mute": (MUTE, 0.2),
        "sound": (SOUND, 60.0),
    }  # what each is, and how long it is waited for
    for name, (script, _) in programs.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)

    def make(*names: str) -> tuple[Camera, list[str]]:
        told: list[str] = []
        left = iter(names)

        def start() -> Browser:
            name = next(left)
            return Browser(str(tmp_path / name), programs[name][1])

        return Camera(start, told.append), told

    return make


def test_a_browser_that_says_nothing_is_started_anew_once_and_that_is_said(shop):
    camera, told = shop("mute", "sound")

    with camera:
        drawn = [camera.take(name, lambda page: page.value("6 * 7")) for name in ("a", "b")]

    assert drawn == [42, 42]
    assert told == [
        "a: the browser has said nothing to Target.createTarget for 0.2 s; a new browser draws it once more\n"
    ]


def test_two_silences_are_a_failure_that_says_how_to_mend_it(shop):
    camera, _ = shop("mute", "mute", "sound")

    with camera, pytest.raises(RuntimeError, match=r"^a: .* 2 times; see whether it runs"):
        camera.take("a", lambda page: page.value("6 * 7"))


def test_what_is_wrong_with_a_page_is_not_tried_again(shop):
    camera, told = shop("sound", "sound")

    with camera, pytest.raises(Refused, match="no"):
        camera.take("a", lambda page: page.ask("Page.refuse"))

    assert told == []


def test_a_page_of_any_length_is_in_its_pictures_to_its_last_line(tab):
    rest = 500
    tab.show(
        f'<body style="margin:0"><div style="height:{TALLEST + rest - 20}px"></div>'
        '<div style="height:20px;background:#f00"></div></body>',
        width=200,
    )

    pictures = [Image.open(io.BytesIO(one)).convert("RGB") for one in tab.pictures()]

    assert [one.size for one in pictures] == [(200, TALLEST), (200, rest)]
    assert pictures[-1].getpixel((100, rest - 5)) == (255, 0, 0)
    with pytest.raises(ValueError, match="taller"):
        tab.picture()
