"""Names in words reach readers outside the authority: none of them says or hides what no message may."""

import pytest

from daemon.rulebook import load, load_texts, shipped
from tests.unit.small_texts import TEXTS

WORDS, PACK = "vocabulary.yaml", "stoke-on-trent/pack.yaml"
ENQUIRY = "a police enquiry exists and you were withheld from"


def told(file, before, after):
    """Return where and what is told of the texts with one line changed, and that line's number."""
    lines = TEXTS[file].splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip().startswith(before))
    lines[at] = lines[at][: len(lines[at]) - len(lines[at].lstrip())] + after
    book, problems = load_texts({**TEXTS, file: "\n".join(lines) + "\n"})
    return book, [(one.where, one.what) for one in problems], f"policies/{file}:{at + 1}: "


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        pytest.param(
            "police_officer:", "police_officer: officer of the police enquiry", "police_officer",
            id="a role",
        ),
        pytest.param("housing:", "housing: home of the neglected child", "housing", id="an agency"),
        pytest.param(
            "plan_action_due:", "plan_action_due: {label: 12 Acacia Avenue, future: true}", "label",
            id="a fact with values",
        ),
        pytest.param("child_seen:", "child_seen: the visit to 12 Acacia Avenue", "child_seen", id="a fact"),
        pytest.param(
            "police_investigation_open:",
            "police_investigation_open: {label: the police investigation of neglect, values: [open, closed]}",
            "label", id="a fact of the working in other words",
        ),
        pytest.param("cin_review:", "cin_review: review after sexual abuse", "cin_review", id="a meeting"),
        pytest.param("teams:", "teams: Teams, without the mother", "teams", id="a channel"),
        pytest.param("census:", "census: list of suspects", "census", id="a feed"),
        pytest.param(
            "threshold_guidance:", "threshold_guidance: what to do about emotional harm", "threshold_guidance",
            id="a paper",
        ),
        pytest.param("icpc_in_time:", "icpc_in_time: those on police bail", "icpc_in_time", id="a figure"),
        pytest.param("housing:", f"housing: {'h' * 201}", "housing", id="a long one"),
        pytest.param("housing:", "housing: hou\u202esing", "housing", id="turned round"),
        pytest.param("housing:", "housing: hou\u200bsing", "housing", id="a space that nobody sees"),
        pytest.param("housing:", 'housing: "hou\\asing"', "housing", id="a bell"),
        pytest.param("housing:", 'housing: "housing\\nSubject: x"', "housing", id="two lines"),
        pytest.param("housing:", 'housing: "housing\\L- x"', "housing", id="two lines of another kind"),
        pytest.param("housing:", "housing: h\u043eusing", "housing", id="a letter of another script"),
    ],
)  # fmt: skip
def test_a_name_in_words_says_nothing_that_no_message_may(before, after, key):
    book, found, where = told(WORDS, before, after)

    assert book is None
    assert {place for place, _ in found} == {f"{where}{key}"}


def test_the_reason_why_somebody_is_told_says_nothing_that_no_message_may():
    text = f"{TEXTS[WORDS]}told_because:\n  mash: {ENQUIRY}\n"

    book, problems = load_texts({**TEXTS, WORDS: text})

    assert book is None
    assert [(one.where, one.what) for one in problems] == [
        (f"policies/{WORDS}:{text.count(chr(10))}: mash", 'no message may say "police enquiry"'),
        (
            f"policies/{WORDS}:{text.count(chr(10))}: mash",
            'no message may say "withheld" to somebody outside the authority',
        ),
    ]


def test_a_packs_title_says_nothing_that_no_message_may():
    book, found, where = told(PACK, "title:", "title: Pathway about neglect and sexual abuse")

    assert book is None
    assert found == [
        (f"{where}title", 'no message may say "neglect"'),
        (f"{where}title", 'no message may say "sexual abuse"'),
    ]


def test_a_name_of_two_hundred_characters_is_read():
    book, found, _ = told(WORDS, "housing:", f"housing: {'h' * 200}")

    assert found == []
    assert book.vocabulary.agencies["housing"] == "h" * 200


def test_every_name_in_words_that_ships_may_be_read_outside():
    book, problems = load(shipped())

    assert book is not None
    assert problems == []
