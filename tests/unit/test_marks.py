"""YAML as we read it: text with line numbers, and no cleverness."""

import pytest

from daemon.rulebook.language.marks import Rows, Table, read


def test_every_scalar_is_the_text_that_was_written():
    table, problems = read("a: 17:00\nb: 3.10\nc: no\nd: 0123\ne: 2026-03-02\nf: null\n", "x.yaml")

    assert problems == []
    assert {str(key): str(value) for key, value in table.entries.items()} == {
        "a": "17:00",
        "b": "3.10",
        "c": "no",
        "d": "0123",
        "e": "2026-03-02",
        "f": "null",
    }


def test_every_value_knows_its_line_and_whether_it_was_quoted():
    table, _ = read('# why\na: one\nb:\n  - two\n  - "three"\n', "x.yaml")

    rows = table.get("b")
    assert isinstance(rows, Rows)
    assert [(str(item), item.line, item.plain) for item in (table.get("a"), *rows.items)] == [
        ("one", 2, True),
        ("two", 4, True),
        ("three", 5, False),
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        pytest.param("a: 1\na: 2\n", 2, '"a" stands here a second time', id="a key twice"),
        pytest.param(
            "a:\n  b: 1\n  b: 2\n", 3, '"b" stands here a second time', id="a key twice, inside"
        ),
        pytest.param("a: &x 1\n", 1, "anchors and aliases are not read", id="an anchor"),
        pytest.param("a: 1\nb: !!int 2\n", 2, "tags are not read", id="a tag"),
        pytest.param(
            "a: !python/object:os.system x\n", 1, "tags are not read", id="a tag of Python's"
        ),
        pytest.param("a: 1\non: 2\n", 2, 'no key may be called "on"', id="a key called on"),
        pytest.param("a: 1\n---\nb: 2\n", 3, "a second document begins here", id="two documents"),
        pytest.param("[a, b]: 1\n", 1, "a key must be one word", id="a list for a key"),
        pytest.param("", 1, "the file is empty", id="an empty file"),
        pytest.param("- a\n- b\n", 1, "the file is not a table", id="a list for a file"),
        pytest.param("a: \x00\n", 1, "the file cannot be read", id="a NUL"),
        pytest.param("a: " + "[" * 50 + "]" * 50, 1, "the file cannot be read", id="too deep"),
    ],
)
def test_what_yaml_would_guess_at_is_refused_with_its_line(text, line, what):
    _, problems = read(text, "rules/x.yaml")

    assert [(problem.where, problem.what) for problem in problems] == [
        (f"rules/x.yaml:{line}", what)
    ]


def test_a_broken_file_says_where_it_breaks():
    table, problems = read("a: [1, 2\nb: 3\n", "x.yaml")

    assert table is None
    assert len(problems) == 1
    assert problems[0].where == "x.yaml:2"


def test_an_alias_bomb_is_never_built():
    lines = ["a: &a [x, x, x]"] + [f"{key}: &{key} [*a, *a, *a]" for key in "bcdefgh"]

    table, problems = read("\n".join(lines), "x.yaml")

    assert isinstance(table, Table)
    assert len(problems) == 29  # one for each anchor and each alias, and nothing expanded
