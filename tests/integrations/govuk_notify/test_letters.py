"""Letters as Notify prints them: where the window is, whole, and each once."""

import base64
import re
import zlib
from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
import reportlab
from pydantic import ValidationError

from daemon.domain.errors import Permanent, Refusal, Unknown
from daemon.domain.letter import Letter, read_address, read_text
from daemon.plugins import load
from daemon.testing.fakes import HandClock
from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import unprintable
from integrations.govuk_notify.paper import WIDTH, font, paged, whole, wrapped
from integrations.govuk_notify.post import NotifyPost
from tests.integrations.govuk_notify.conftest import NOW, Connect, options

ADDRESS = ("Ms A Example", "12 High Street", "Potterby", "ST1 1AA")
LETTER = Letter(ADDRESS, "Dear Ms Łukasz\n\nWhen: Friday", "Potterby Council", date(2026, 3, 6))
VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
MM = 72 / 25.4


@pytest.fixture
def post(connect: Connect):
    return connect(NotifyPost)


def places(pdf: bytes) -> list[tuple[float, float]]:
    """Return where each line of the first page begins, in millimetres from the top left."""
    packed = re.findall(rb"ASCII85Decode /FlateDecode.*?stream\r?\n(.*?)~>", pdf, re.DOTALL)
    page = zlib.decompress(base64.a85decode(packed[0]))
    found = re.findall(rb"1 0 0 1 ([\d.]+) ([\d.]+) Tm", page)
    return [(float(x) / MM, 297 - float(y) / MM) for x, y in found]


def test_a_letter_is_printed_as_notify_wants_it(post):
    pdf = post.print(LETTER)

    assert unprintable(base64.b64encode(pdf).decode()) is None
    assert pdf == post.print(LETTER)


def test_the_address_lies_in_the_window_and_nothing_else_does(post):
    lines = places(post.print(replace(LETTER, address=(*("A line of it",) * 6, "ST1 1AA"))))

    inside = [one for one in lines if 24.6 <= one[0] <= 120 and 39.5 <= one[1] <= 66.3]
    others = [one for one in lines if one not in inside]
    assert len(inside) == 7
    assert all(x >= 125 or y >= 95 for x, y in others)
    assert all(15 <= x <= 195 and 5 <= y <= 292 for x, y in others)


def test_a_long_letter_goes_on_to_the_next_page(post):
    pdf = post.print(replace(LETTER, text="\n".join(["A line of many words. " * 10] * 60)))

    assert pdf.count(b"/MediaBox") > 2
    assert unprintable(base64.b64encode(pdf).decode()) is None


PARAGRAPH = ("One line of it.", "Another.", "A third.", "The last.")


@pytest.mark.parametrize(
    ("lines", "first", "following"),
    [
        pytest.param(
            [*PARAGRAPH, "", *PARAGRAPH[:2]], 7, 9, id="all of it stands on one page"
        ),
        pytest.param(
            [*PARAGRAPH, "", *PARAGRAPH, *PARAGRAPH], 6, 9, id="no line alone below"
        ),
        pytest.param(
            [*PARAGRAPH, *PARAGRAPH, "", *PARAGRAPH], 7, 9, id="no line alone above"
        ),
        pytest.param([*PARAGRAPH, "", *PARAGRAPH, "", "Yours", "A"], 10, 9, id="no ending alone"),
        pytest.param(["", *PARAGRAPH, "", "", "", *PARAGRAPH, *PARAGRAPH], 6, 9, id="no gap at a head"),
        pytest.param([*PARAGRAPH * 20], 6, 9, id="one paragraph of many pages"),
    ],
)  # fmt: skip
def test_a_page_ends_where_a_reader_would_end_it(lines, first, following):
    pages = paged(lines, first, following)

    assert [one for page in pages for one in page if one] == [one for one in lines if one]
    assert len(pages[0]) <= first
    assert all(len(page) <= following for page in pages[1:])
    for before, after in pairwise(pages):
        end = list(takewhile(bool, reversed(before)))
        begun = list(takewhile(bool, after))
        assert after[0]
        assert not end or len(end) > 1
        assert len(begun) > 1
    assert len(pages) == 1 or len([one for one in pages[-1] if one]) >= 4


def test_a_date_and_a_postcode_stand_on_one_line(post):
    text = "x " * 60 + "on Friday 20 March 2026, at 9 April, in ST1 1AA"

    for cut in range(60):
        lines = list(wrapped(font(None), whole(text[cut:]), WIDTH))
        for one in ("Friday 20 March 2026", "9 April", "ST1 1AA"):
            assert sum(one in line.replace("\N{NO-BREAK SPACE}", " ") for line in lines) == 1


def test_the_pages_of_a_long_letter_are_numbered_and_a_short_one_has_no_number(post):
    long = post.print(replace(LETTER, text="\n\n".join(["A line of many words. " * 30] * 9)))

    feet = [y for _, y in places(long) if y > 280]
    assert len(feet) == 1
    assert not [y for _, y in places(post.print(LETTER)) if y > 280]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"text": "Dear 明"}, "no-shape-for-a-character", id="a letter we have not"),
        pytest.param(
            {"address": ("W" * 60, *ADDRESS[1:])}, "address-too-wide", id="a line too wide"
        ),
        pytest.param({"text": "A line.\n" * 999}, "too-long", id="eleven pages"),
    ],
)
def test_what_cannot_be_printed_is_refused_before_it_is_sent(post, server, changed, reason):
    with pytest.raises(Permanent, match=f"^{reason}$"):
        post.send(replace(LETTER, **changed), "letter-1")

    assert server.taken == []


def test_a_letter_is_handed_over_once_and_found_by_our_reference(post, server):
    server.faults.append(Fault.CUT_AFTER)
    before = post.find("letter-1")

    with pytest.raises(Unknown):
        post.send(LETTER, "letter-1")

    (one,) = server.taken
    assert before is None
    assert post.find("letter-1").provider_id == one["id"]
    assert one["said"]["postage"] == "second"
    assert server.refused == []


def spoilt(font: bytes) -> bytes:
    """Return a font in which noise stands where its characters are listed."""
    at = font.index(b"cmap") + 8
    start, size = (int.from_bytes(font[at + n : at + n + 4], "big") for n in (0, 4))
    return font[:start] + b"\xff" * size + font[start + size :]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: b"no font", id="something else"),
        pytest.param(lambda _: b"", id="nothing"),
        pytest.param(lambda font: font[: len(font) // 3], id="a third of one"),
        pytest.param(lambda font: font[:30], id="its beginning"),
        pytest.param(spoilt, id="one with noise in it"),
    ],
)
def test_a_file_that_is_no_font_is_refused_where_the_settings_name_it(tmp_path, server, spoil):
    (tmp_path / "own.ttf").write_bytes(spoil(VERA.read_bytes()))

    with pytest.raises(Refusal) as refusal:
        load(
            "govuk_notify", "post", options(tmp_path, server, font_file="own.ttf"), base=tmp_path,
            clock=HandClock(NOW), where="post",
        )  # fmt: skip

    assert str(refusal.value) == (
        "post.options.font_file: this is no TrueType font; name a .ttf file"
    )


def test_letters_are_printed_with_a_font_of_ones_own(tmp_path, connect: Connect):
    (tmp_path / "own.ttf").write_bytes(VERA.read_bytes())

    pdf = connect(NotifyPost, font_file="own.ttf").print(LETTER)

    assert unprintable(base64.b64encode(pdf).decode()) is None


@pytest.mark.parametrize("postage", ["third", ""])
def test_a_postage_that_there_is_not_is_refused(connect: Connect, postage):
    with pytest.raises(ValidationError, match="postage"):
        connect(NotifyPost, postage=postage)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("Ms A\nST1 1AA", "3 to 7 lines", id="too few lines"),
        pytest.param("a\n" * 7 + "ST1 1AA", "3 to 7 lines", id="too many"),
        pytest.param("Ms A\n1 High Street\nPotterby", "postcode", id="no postcode"),
        pytest.param(f"Ms A\n{'x' * 61}\nST1 1AA", "longer than 60", id="a long line"),
    ],
)
def test_an_address_that_the_post_cannot_use_is_refused(text, what):
    with pytest.raises(ValueError, match=what):
        read_address(text)


def test_an_address_is_read_line_by_line_without_what_cannot_be_seen():
    assert read_address(" Ms A\u202e \r\n\r\n1 High Street\nst1 1aa") == (
        "Ms A",
        "1 High Street",
        "st1 1aa",
    )
    assert read_text("Dear\tall\n\n\u200bYours") == "Dear all\n\nYours"
