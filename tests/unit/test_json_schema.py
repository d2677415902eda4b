"""What an editor would say: shipped files are sound, and mistakes of shape are marked as they are made."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from daemon.rulebook import shipped
from daemon.rulebook.language import schema as shapes
from daemon.rulebook.language.marks import Rows, Table, read
from daemon.rulebook.own import authority as terms
from daemon.rulebook.own import changes
from daemon.rulebook.own.beginning import beginning
from daemon.rulebook.schemas import json_keys as keys
from daemon.rulebook.schemas import json_own as own
from daemon.rulebook.schemas.json_schema import KINDS, PLACES, schema
from daemon.testing.world import loaded

TESTS = Path(__file__).parents[1]
BAD, BAD_AUTHORITIES = TESTS / "bad_packs", TESTS / "bad_authorities"
SEEN = {  # mistakes that lie in one file's shape or words
    "clause-twice", "clock-in-the-wrong-form", "days-without-their-kind", "fallback-that-nobody-named",
    "ladder-falls-silent", "misspelt-key", "promise-on-a-statutory-limit", "repeat-before-the-end", "unknown-role",
}  # fmt: skip
SEEN_OF_AUTHORITIES = {
    "a-day-that-is-none", "a-feed-without-its-age", "a-key-that-no-rung-has", "a-misspelt-setting",
    "a-role-that-nobody-knows", "a-rung-dropped-without-a-reason", "a-time-that-cannot-be-read",
    "an-address-and-a-domain-that-are-none", "based-on-nothing", "switched-off-without-a-reason",
}  # fmt: skip


@pytest.fixture(scope="module")
def book():
    return loaded(shipped())


@pytest.fixture(scope="module")
def schemas(book):
    packs = {name: pack.title for name, pack in book.packs.items()}
    return {kind: schema(kind, book.vocabulary, packs) for kind in KINDS}


@pytest.fixture(scope="module")
def editors(schemas):
    return {kind: Draft202012Validator(one) for kind, one in schemas.items()}


def marked(editors, path):
    """Return what an editor marks in a file."""
    return marked_in(editors, path, path.read_text("utf-8"))


def marked_in(editors, path, text):
    """Return what an editor marks in a text, as YAML 1.2 reads it; a file of no kind has nothing to mark."""
    table, problems = read(text, path.name)
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


def guide():
    """Return the changes that the guide shows."""
    text = (TESTS.parent / "docs" / "tuning.md").read_text("utf-8")
    return re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_is_one_by_the_standard(kind, schemas):
    Draft202012Validator.check_schema(schemas[kind])


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


@pytest.mark.parametrize(
    "folder",
    [
        *(pytest.param(BAD / name, id=name) for name in sorted(SEEN)),
        *(pytest.param(BAD_AUTHORITIES / name, id=name) for name in sorted(SEEN_OF_AUTHORITIES)),
    ],
)
def test_an_editor_marks_a_mistake_of_shape(editors, folder):
    found = [wrong for path in folder.rglob("*.yaml") for wrong in marked(editors, path)]

    assert found != []


@pytest.mark.parametrize(
    ("folders", "seen"),
    [
        pytest.param(BAD, SEEN, id="of packs"),
        pytest.param(BAD_AUTHORITIES, SEEN_OF_AUTHORITIES, id="of authorities"),
    ],
)
def test_a_mistake_that_an_editor_marks_is_one_that_check_tells_too(editors, folders, seen):
    marks = {
        folder.name
        for folder in folders.iterdir()
        if any(marked(editors, path) for path in folder.rglob("*.yaml"))
    }

    assert marks >= seen
    assert all("error: " in (folders / name / "expected.txt").read_text() for name in marks)


def test_an_editor_marks_nothing_in_a_folder_that_was_just_begun(editors, book, tmp_path):
    files = beginning(book.packs["stoke-on-trent"], book.vocabulary)
    plain_text = files["authority.yaml"]
    without_remarks = re.sub(r"^# (?=[a-z_]+:)", "", plain_text, flags=re.MULTILINE)

    found = [
        marked_in(editors, tmp_path / "authority.yaml", text)
        for text in (plain_text, without_remarks)
    ]

    assert "hold_limit: 1 working day" in without_remarks
    assert found == [[], []]


@pytest.mark.parametrize("text", guide(), ids=lambda text: text.splitlines()[0][:40])
def test_an_editor_marks_nothing_in_the_changes_of_the_guide(editors, tmp_path, text):
    assert marked_in(editors, tmp_path / "changes" / "a.yaml", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ladder: {}\n", "'change' is a required property", id="no change at all"),
        pytest.param(
            "change: icpc-limit\ntitel: Ours\n", "'titel' was unexpected", id="a misspelt key"
        ),
        pytest.param(
            "change: icpc-limit\nadd_rung: {at: due}\n", "not valid", id="half a rung more"
        ),
        pytest.param("changes: [{switch_off: icpc-limit}]\n", "'because'", id="one of several"),
        pytest.param("digest: ours\nmessage: ours\n", "'every'", id="half a digest of one's own"),
    ],
)
def test_an_editor_marks_a_change_that_is_none(editors, tmp_path, text, expected):
    found = marked_in(editors, tmp_path / "changes" / "a.yaml", text)

    assert expected in " ".join(found)


@pytest.mark.parametrize(
    ("shape", "described"),
    [
        pytest.param(getattr(shape, name), getattr(described, name), id=name.lower())
        for shape, described, names in (
            (shapes, keys, vars(shapes)),
            (terms, own, ("AUTHORITY", "DOMAINS", "WEEK")),
        )
        for name in names
        if isinstance(getattr(shape, name), shapes.Shape)
    ],
)
def test_every_key_is_described_and_no_other(shape, described):
    assert set(described) == set(shape.keys)


def test_every_verb_and_key_of_a_change_is_described(schemas):
    verbs = []
    branch = schemas["change"]["$defs"]["one_change"]
    while "if" in branch:
        verbs += branch["if"]["required"]
        branch = branch["else"]

    assert set(verbs) == set(changes.VERBS)
    assert set(own.CHANGED) >= {*changes.OWN, "ladder"}


def test_the_words_of_the_vocabulary_are_the_choices_with_what_they_mean(book, schemas):
    made = schemas["rule"]["$defs"]["role"]

    assert made["enum"] == list(book.vocabulary.roles)
    assert made["enumDescriptions"] == list(book.vocabulary.roles.values())
