"""A heading in which no line ends amid a reference."""

import pytest

from daemon.engine.wording.unbroken import unbroken


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        pytest.param("SC-100234: Initial conference", ["SC-100234"], id="a case"),
        pytest.param("SC-1 and SC-2: Conference: DK-867F81", ["SC-1", "SC-2", "DK-867F81"], id="three"),
        pytest.param("Not by e-mail", ["e-mail"], id="a word of one letter and another"),
        pytest.param("Pre-meeting of the well-known kind", [], id="words with a hyphen"),
        pytest.param(f"SC-{'9' * 40}", [], id="wider than a telephone"),
    ],
)  # fmt: skip
def test_a_reference_and_a_code_stay_whole(text, whole):
    said = unbroken(text)

    spans = [one.partition("</span>")[0] for one in said.split('nowrap;">')[1:]]
    assert spans == whole
    assert said.striptags() == text


def test_what_looks_like_markup_is_shown_as_it_stands():
    assert unbroken('<b>SC-1</b> & "more"').count("<") == 2
    assert "&lt;b&gt;" in unbroken("<b>SC-1</b>")
