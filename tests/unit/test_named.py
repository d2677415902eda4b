"""One person is named by one id or one plain address; every other spelling is refused in one line."""

import pytest

from daemon.domain.errors import Refusal
from daemon.domain.named import base, mark, one_person, one_reader, spellings

KNOWN = {"sam", "sam@council.example", "zoë@council.example"}


@pytest.mark.parametrize(
    ("given", "read"),
    [
        pytest.param(" Sam ", "sam", id="an id"),
        pytest.param("\uff33\uff21\uff2d", "sam", id="an id, full width"),
        pytest.param("Sam@Council.example", "sam@council.example", id="an address"),
        pytest.param("zoe\u0308@council.example", "zoë@council.example", id="as it is known"),
        pytest.param("inspector@ofsted.example", "inspector@ofsted.example", id="of nobody here"),
        pytest.param("heron\uff20x.example\n", "heron@x.example", id="a full-width sign"),
    ],
)
def test_a_reader_has_one_spelling(given, read):
    assert one_reader("--for", given, KNOWN) == read


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("Heron <heron@x.example>", "is not one plain address", id="a name before it"),
        pytest.param("heron@x.example;sam@x.example", "is not one plain address", id="two"),
        pytest.param("heron@x.example sam", "is not one plain address", id="an id behind it"),
        pytest.param("heron@x.example.", "is not one plain address", id="a dot behind it"),
        pytest.param("mailto:heron@x.example", "is not one plain address", id="a link"),
        pytest.param("her\u200bon@x.example", "is not one plain address", id="a zero width"),
        pytest.param("h\u0435ron@x.example", "is not one plain address", id="a Cyrillic e"),
        pytest.param("sam\nheron", "is not one plain address", id="two lines"),
        pytest.param("\u3000", "is empty", id="space alone"),
        pytest.param("heron", 'nobody in the directory is called "heron"', id="an id of nobody"),
    ],
)
def test_what_is_no_one_person_is_refused_in_one_line(given, said):
    with pytest.raises(Refusal, match=said) as refused:
        one_reader("--for", given, KNOWN)

    assert str(refused.value).startswith("--for: ")
    assert "\n" not in str(refused.value)


def test_an_id_that_only_old_rows_have_keeps_its_letters():
    assert one_person("--leaver", " SW-1 ") == "SW-1"


def test_what_stands_behind_a_plus_is_the_same_mailbox():
    assert base("Heron+cases@X.example ") == base("heron@x.example") == mark("heron@x.example")
    assert base("sw+1") == "sw+1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("Cora", "cora", id="an id"),
        pytest.param("\uff23ora", "cora", id="full width"),
        pytest.param("her\u200bon@x.example", "heron@x.example", id="a zero width"),
        pytest.param("Heron <Heron@x.example>", "heron@x.example", id="a name before it"),
        pytest.param("heron@x.example;sam@x.example", "sam@x.example", id="two"),
        pytest.param(
            "mailto:heron@x.example.", "heron@x.example", id="a link, and a dot behind it"
        ),
        pytest.param("heron+x@x.example", "heron@x.example", id="a part of a mailbox"),
    ],
)
def test_a_list_that_keeps_people_out_keeps_out_whom_it_means_however_they_are_written(
    written, meant
):
    assert meant in spellings(written)
