"""The words of a pathway's page: those of its vocabulary and of whoever wrote the rule."""

import re

import pytest

from daemon.pages.asides import asides
from daemon.pages.words import in_words, say_time


def test_no_code_of_the_vocabulary_is_left_in_the_words_of_a_rule(decides, pathways):
    codes = {name for name in decides.words.facts if "_" in name}
    for page in pathways[0]:
        for _, _, duties in page.phases:
            for duty in duties:
                said = " ".join(says for _, says in duty.lines)
                assert codes & set(re.findall(r"\w+", said)) == set(), duty.name


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("s47_concluded is at_risk", "the section 47 enquiry concluded is “at risk”"),
        (
            "icpc_not_required is recorded",
            "the decision that no initial conference is needed is recorded",
        ),
        ("4 weeks after the last core_group_held", "4 weeks after the last core group held"),
        ("agency of icpc", "agency of initial conference"),
    ],
)
def test_a_phrase_is_said_in_the_words_of_the_vocabulary(decides, phrase, said):
    assert in_words(phrase, decides.words) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("due", "When it is due"),
        ("at once", "At once"),
        ("day of due, 09:00", "On the day on which it is due, at 09:00"),
        ("1 working day before due, 09:00", "1 working day before it is due, at 09:00"),
        ("4 working hours after due", "4 working hours after it is due"),
        ("1 working day after opening", "1 working day after it begins"),
    ],
)
def test_a_rungs_time_reads_as_words(text, said):
    assert say_time(text) == said


def test_comments_beside_a_rule_are_its_readings():
    lines = (
        'a: "# no comment"  # but this one', "# one thought", "# on two lines", "b: x#y",
        "  - at: due # third", "    house: true # ours",
    )  # fmt: skip
    text = "\n".join(lines)

    assert asides(text) == (
        ("a", "but this one"),
        ("", "one thought on two lines"),
        ("at", "third"),
    )


def test_of_two_days_the_earlier_is_said_without_a_second_preposition(pathways):
    said = [
        due
        for page in pathways[0]
        for _, _, due in page.undated
        if due.startswith("the earlier of")
    ]

    assert any("the earlier of the day of" in due for due in said)
    assert not any("on the day of" in due for due in said)
