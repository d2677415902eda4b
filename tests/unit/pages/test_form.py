"""The pages that are written to files: whole, honest, reachable by everybody, and fetched from nowhere."""

import re
from itertools import pairwise

from tests.unit.pages.reading import Reading


def test_every_page_is_well_formed_and_says_its_language(pages):
    for name, html in pages.items():
        page = Reading(html)

        assert page.open == [], name
        assert page.all("html") == [{"lang": "en-GB"}]
        assert len(page.all("main")) == 1
        assert [level for level, _ in page.headings].count(1) == 1


def test_no_heading_skips_a_level(pages):
    for name, html in pages.items():
        levels = [level for level, _ in Reading(html).headings]

        assert all(after <= before + 1 for before, after in pairwise(levels)), name


def test_nothing_is_fetched_from_anywhere(pages):
    for html in pages.values():
        page = Reading(html)
        named = [
            value
            for _, attrs in page.elements
            for key, value in attrs.items()
            if key in ("src", "href")
        ]

        assert [one for one in named if not re.fullmatch(r"#[\w-]+|[a-z-]+\.html", one)] == []
        assert not page.all("script")
        assert not page.all("link")
        assert not re.search(r"@import|url\((?!#)|https?:", html)


def test_every_link_within_a_page_leads_somewhere_and_every_id_is_there_once(pages):
    for name, html in pages.items():
        page = Reading(html)
        ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
        leads = {attrs["href"][1:] for attrs in page.all("a") if attrs["href"].startswith("#")}

        assert len(ids) == len(set(ids)), name
        assert leads - set(ids) == set(), name


def test_every_picture_says_in_words_what_it_shows(pages):
    for html in pages.values():
        page = Reading(html)
        ids = {attrs["id"] for _, attrs in page.elements if "id" in attrs}
        for attrs in page.all("svg"):
            if attrs.get("aria-hidden") != "true":
                assert attrs["role"] == "img"
                assert set(attrs["aria-labelledby"].split()) <= ids


def test_every_table_has_a_caption_and_heads(pages):
    for html in pages.values():
        page = Reading(html)

        assert len(page.all("caption")) == len(page.all("table"))
        assert all(attrs.get("scope") in ("row", "col") for attrs in page.all("th"))


def test_what_scrolls_sideways_can_be_reached_by_key(pages):
    for html in pages.values():
        regions = [attrs for attrs in Reading(html).all("div") if attrs.get("class") == "scroll"]

        assert regions
        assert all(
            attrs["tabindex"] == "0" and ({"aria-label", "aria-labelledby"} & attrs.keys())
            for attrs in regions
        )
