"""Words that say nothing: a full stop for a title, a reference for a sentence, a condition that never holds."""

import re

from daemon.rulebook.wording.templates import TAG

WORD = re.compile(r"[^\W\d_]{2,}")
LEAST_OF_A_SENTENCE = 2  # words: "Please look" is one, a reference and a full stop are none
# Fields that are words by themselves: a sentence may stand of them alone.
TELLING = re.compile(r"\{\{-? *(?:title|remarks|todo|next_step|is_due|met) *-?\}\}")
SAYS_NOTHING = "this says nothing"
MEND = "write in words what it is"
MEND_MESSAGE = "write what is to be done, or by when: people get these words"


def is_mute(text: str) -> bool:
    """Return whether a title, a question or a reason has no word in it."""
    return not WORD.search(text)


def is_mute_template(source: str) -> bool:
    """Return whether a message's sentence has hardly a word, nor a field that is words by itself."""
    return (
        not TELLING.search(source) and len(WORD.findall(TAG.sub(" ", source))) < LEAST_OF_A_SENTENCE
    )


def is_mute_line(source: str) -> bool:
    """Return whether a subject has neither a word nor any field."""
    return not TAG.search(source) and is_mute(source)
