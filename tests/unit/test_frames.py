"""The HTML of a message: it can be read aloud, in the light and in the dark, and in Outlook."""

import re
from itertools import pairwise

import pytest

from daemon.domain.message import Level
from tests.unit.messages import ITEM, LATER, Reader, both, message, part


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("several", [False, True], ids=["one item", "several items"])
def test_the_page_can_be_read_by_everybody(level: Level, several: bool) -> None:
    sent = message(*[part(ITEM), part(LATER)][: 2 if several else 1], level=level)

    read = Reader(sent.html)

    assert read.open == []
    assert ("html", "en-GB") in [(tag, attributes.get("lang")) for tag, attributes in read.tags]
    assert read.headings[0] == "h1"
    assert read.headings.count("h1") == 1
    depths = [int(tag[1]) for tag in read.headings]
    assert all(after - before <= 1 for before, after in pairwise(depths))
    assert not {"img", "link", "script", "iframe", "form"} & {tag for tag, _ in read.tags}
    assert not re.search(r"url\(|@import|src=", sent.html)
    assert "prefers-color-scheme: dark" in sent.html


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        ]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", ["#ffffff", "#eef0f2"])
def test_words_stand_out_in_the_light(ground: str) -> None:
    html = message(part(ITEM), part(LATER)).html

    inks = set(re.findall(r"[^-]color:(#[0-9a-f]{6})", html.partition("</style>")[2])) - {"#ffffff"}

    assert len(inks) >= 4
    assert {ink for ink in inks if contrast(ink, ground) < 4.5} == set()
    assert contrast("#ffffff", "#14507d") >= 4.5


def test_words_stand_out_in_the_dark() -> None:
    style = message(part(ITEM)).html.rpartition("</style>")[0]

    inks = dict(re.findall(r"\.(\w+) \{ color: (#[0-9a-f]{6})", style))
    grounds = dict(re.findall(r"\.(\w+) \{ background-color: (#[0-9a-f]{6})", style))

    assert contrast(inks.pop("press"), grounds["button"]) >= 4.5
    assert len(inks) >= 5
    for ink in inks.values():
        assert min(contrast(ink, grounds["card"]), contrast(ink, grounds["ground"])) >= 4.5


def test_no_state_is_told_by_colour_alone() -> None:
    for shown in both(message(part(ITEM))):
        assert re.search("overdue", shown, re.IGNORECASE)


def test_what_outlook_reads_has_tables_and_styles_in_its_tags_and_nothing_that_floats() -> None:
    html = message(part(ITEM), part(LATER)).html

    read = Reader(html)
    body = html.rpartition("</style>")[2]
    tables = [attributes for tag, attributes in read.tags if tag == "table"]
    cells = [
        attributes for tag, attributes in read.tags if tag in ("td", "th", "p", "h1", "h2", "h3")
    ]

    assert len(tables) >= 6
    assert all(attributes.get("cellpadding") == "0" for attributes in tables)
    assert all(attributes.get("style") or attributes.get("align") for attributes in cells)
    assert "[if mso]" in html
    assert not re.search(r"\b(flex|grid|float|position)\b", body)
    assert not re.search(r"<(div|section|article|svg|button|input)\b", body)


def test_outlooks_own_dark_mode_has_the_colours_of_the_others() -> None:
    style = message(part(ITEM)).html.rpartition("</style>")[0]
    media = style.partition("prefers-color-scheme: dark) {")[2].partition("\n}\n")[0]

    said = re.findall(r"\.(\w+) \{ ([^}]+) \}", media)
    outlook = re.findall(r"\[data-ogs[cb]\] \.(\w+) \{ ([^}]+) \}", style)

    wanted = {
        (name, rule.strip()) for name, rules in said for rule in rules.split(";") if rule.strip()
    }
    assert len(wanted) > 10
    assert wanted == {(name, rule.strip("; ")) for name, rule in outlook}
