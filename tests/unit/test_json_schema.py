"""What an editor would say: shipped files are sound, and mistakes of shape are marked as they are made."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from daemon.rulebook import json_keys as keys
from daemon.rulebook import load, shipped
from daemon.rulebook import schema as shapes
from daemon.rulebook.json_schema import KINDS, PLACES, schema
from daemon.rulebook.marks import Rows, Table, read

BAD = Path(__file__).parents[1] / "bad_packs"
SEEN = {  # mistakes that lie in one file's shape or words
    "clause-twice", "clock-in-the-wrong-form", "days-without-their-kind", "fallback-that-nobody-named",
    "ladder-falls-silent", "misspelt-key", "promise-on-a-statutory-limit", "repeat-before-the-end", "unknown-role",
}  # fmt: skip


@pytest.fixture(scope="module")
def editors():
    book, _ = load(shipped())
    return {kind: Draft202012Validator(schema(kind, book.vocabulary)) for kind in KINDS}


def marked(editors, path):
    """Return what an editor marks in a file, as YAML 1.2 reads it; a file of no kind has nothing to mark."""
    table, problems = read(path.read_text(), path.name)
    kind = next((kind for kind, place in PLACES.items() if path.match(place)), None)
    if table is None or problems or kind is None:
        return []
    return [
        f"{'/'.join(map(str, one.path))}: {one.message}"
        for one in editors[kind].iter_errors(plain(table))
    ]


def plain(node):
    if isinstance(node, Table):
        return {str(key): plain(value) for key, value in node.entries.items()}
    if isinstance(node, Rows):
        return [plain(item) for item in node.items]
    words = {"true": True, "false": False, "null": None, "~": None, "": None}
    if node.plain and node in words:
        return words[node]
    return int(node) if node.plain and node.isdecimal() else str(node)


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_is_one_by_the_standard(kind):
    book, _ = load(shipped())

    Draft202012Validator.check_schema(schema(kind, book.vocabulary))


def test_an_editor_marks_nothing_in_what_is_shipped(editors):
    files = sorted(shipped().rglob("*.yaml"))

    found = {path.name: marked(editors, path) for path in files}

    assert len(files) > 30
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_every_shipped_file_is_of_a_kind():
    kinds = {
        path: [kind for kind, place in PLACES.items() if path.match(place)]
        for path in shipped().rglob("*.yaml")
    }

    assert {path.name: found for path, found in kinds.items() if len(found) != 1} == {}


@pytest.mark.parametrize("name", sorted(SEEN))
def test_an_editor_marks_a_mistake_of_shape(editors, name):
    found = [wrong for path in (BAD / name).rglob("*.yaml") for wrong in marked(editors, path)]

    assert found != []


def test_a_mistake_that_an_editor_marks_is_one_that_check_tells_too(editors):
    marks = {
        folder.name
        for folder in BAD.iterdir()
        if any(marked(editors, path) for path in folder.rglob("*.yaml"))
    }

    assert marks >= SEEN
    assert all("error: " in (BAD / name / "expected.txt").read_text() for name in marks)


@pytest.mark.parametrize(
    ("shape", "described"),
    [
        pytest.param(getattr(shapes, name), getattr(keys, name), id=name.lower())
        for name in dir(shapes)
        if isinstance(getattr(shapes, name), shapes.Shape)
    ],
)
def test_every_key_is_described_and_no_other(shape, described):
    assert set(described) == set(shape.keys)


def test_the_words_of_the_vocabulary_are_the_choices_with_what_they_mean(editors):
    book, _ = load(shipped())

    made = schema("rule", book.vocabulary)["$defs"]["role"]

    assert made["enum"] == list(book.vocabulary.roles)
    assert made["enumDescriptions"] == list(book.vocabulary.roles.values())
