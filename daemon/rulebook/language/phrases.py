"""Phrases in plain words, read by one small grammar: phrases.lark."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.domain.vocabulary import guess

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

LONGEST = 500  # characters: what is longer is no phrase
LIKE = {
    "deadline": "10 working days after icpc_held, by close of business",
    "moment": "1 working day before due, 09:00",
    "repeat": "every 5 working days",
    "length": "2 working days",
    "ahead": "20 working days",
    "rhythm": "Monday, 09:00",
    "fact": "parent_arrangements_recorded is in_place",
    "condition": "s47_concluded is at_risk or missing, and icpc_held is missing",
}
WORDS = (
    *("working", "calendar", "elapsed", "days", "weeks", "months", "hours", "minutes"),
    *("after", "before", "due", "opening", "every", "close", "business", "same", "once"),
    *("week", "and", "not", "missing", "recorded", "years", "earlier", "latest", "last", "this"),
    *("start", "rolled", "back", "always", "count", "least"),
)
FIGURES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "fourteen", "fifteen", "twenty", "thirty", "half", "none", "no"),
)
HINTS = {
    **dict.fromkeys(FIGURES, "write the number in figures, from 1"),
    **dict.fromkeys(("fifth", "sixth", "seventh"), "write first, second, third or fourth"),
    "later": 'two limits are read as "the earlier of … and …" alone',
    "or": 'write "the earlier of … and …"',
}
GUESSED = ("deadline", "moment", "repeat", "condition")
BARE = re.compile(r"\b([0-9]+ (day|hour)s?)\b")
# the grammar reads "or" as one condition more, and stumbles over what comes after "missing"
OR_MISSING = re.compile(r"\bis ([0-9]+) or missing\b")
KINDS = {"day": "working days or calendar days", "hour": "working hours or elapsed hours"}


class Misread(Exception):
    """A phrase that cannot be read: what is wrong with it, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        """Take both halves of what a person is told."""
        super().__init__(what)
        self.what, self.mend = what, mend


@lru_cache(maxsize=20_000)  # many rules share a phrase, and an authority's edition reads them again
def parse(start: str, text: str) -> "Tree[Token]":
    """Return the phrase's tree; `start` is one of the grammar's beginnings. Raises Misread."""
    from lark.exceptions import UnexpectedInput  # noqa: PLC0415 - see _grammar

    words = " ".join(text.split())
    if len(words) > LONGEST:
        raise Misread(f"this is longer than {LONGEST} characters", "make two rules of it")
    try:
        return _grammar().parse(words, start=start)
    except UnexpectedInput as error:
        ended = getattr(getattr(error, "token", None), "type", "") == "$END"
        rest = "" if ended else words[error.pos_in_stream or 0 :]
        raise _misread(start, words, rest) from None


@cache
def _grammar() -> "Lark":
    from lark import Lark  # noqa: PLC0415 - 60 ms that only the reading of a rulebook needs

    text = Path(__file__).with_name("phrases.lark").read_text("utf-8")
    return Lark(text, parser="lalr", start=list(LIKE), maybe_placeholders=False)


def _misread(start: str, words: str, rest: str) -> Misread:
    bare = BARE.search(words)
    if bare and start != "condition":
        return Misread(f'"{bare[1]}" does not say of which kind', f"write {KINDS[bare[2]]}")
    number = OR_MISSING.search(words) if start == "condition" else None
    if number and len(words) - len(rest) >= number.end():
        mend = 'what may be missing has a word of the vocabulary for its value, such as "is at_risk or missing"'
        return Misread(f'cannot read on at "{number[1]}"', mend)
    word = rest.split(maxsplit=1)[0].strip(",") if rest.strip() else ""
    if start == "condition" and word in ("and", "or"):
        mend = "put parentheses around what belongs together"
        return Misread('"and" and "or" stand side by side', mend)
    if word in HINTS and start != "fact":
        return Misread(f'cannot read on at "{word}"', HINTS[word])
    is_strange = bool(word) and word not in WORDS and start in GUESSED
    hint = guess(word, WORDS) if is_strange else ""
    what = f'cannot read on at "{word}"' if word else f'"{words}" stops too soon'
    return Misread(what, hint if hint.startswith("did") else f'write it like "{LIKE[start]}"')
