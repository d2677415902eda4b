"""Whose plan it is: what counts as another authority's name, and what is said of a plan that one holds.

A word in that field takes a child off every clock of ours. So none of it passes unseen: our own name
and words for nobody are nobody else's, and any other name is shown beside the case and told.

Source: READINGS section 2, 7.
"""

import re

from daemon.domain.errors import Problem, Severity
from daemon.domain.record import Record
from daemon.domain.rules import Pack
from daemon.domain.vocabulary import Vocabulary

NOBODY = frozenset({
    *("", "0", "none", "no", "n", "na", "nil", "null", "nobody", "noone", "no other", "not applicable"),
    *("false", "us", "ours", "we", "own", "self", "this authority", "own authority"),
})  # fmt: skip
NO_NAME = frozenset({"yes", "y", "true", "unknown", "not known", "tbc", "tba", "x"})
KINDS = frozenset(
    {"council", "city", "county", "borough", "metropolitan", "district", "unitary", "the"}
)
SHORTEST = 2  # letters of a name
WATCHED = "its plan is said to be held by another authority: of our duties only {} is watched"
UNSEEN = "its plan is said to be held by another authority: none of our duties is watched"


def folded(name: str) -> str:
    """Return a name without its case, signs and spaces, and without what kind of council it is."""
    words = re.findall(r"[^\W_]+", name.casefold().replace("&", " and "))
    kept = [word for word in words if word not in KINDS]
    return "".join(kept or words)


def is_nobody(name: str, words: Vocabulary) -> bool:
    """Return whether a text says that no other authority holds the plan: a word for nobody, or our own name."""
    is_said = _plain(name) in NOBODY_FOLDED and "?" not in name
    return is_said or folded(name) in words.ours


def is_no_name(name: str) -> bool:
    """Return whether a text can be no authority's name, so that it takes no child off our clocks."""
    return _plain(name) in NO_NAME_FOLDED or sum(map(str.isalpha, name)) < SHORTEST


def said_elsewhere(record: Record, pack: Pack) -> Problem | None:
    """Return what is said of a case whose plan another authority holds; None for ours. It names no authority."""
    if not record.plan_held_by:
        return None
    kept = [rule.title for rule in pack.rules if rule.held_elsewhere]
    what = WATCHED.format(", ".join(f'"{one}"' for one in kept)) if kept else UNSEEN
    mend = "empty this field if the plan is ours"
    return Problem(f"{record.ref}: plan_held_by", what, mend, Severity.WARNING)


def _plain(name: str) -> str:
    return "".join(re.findall(r"[^\W_]+", name.casefold()))


NOBODY_FOLDED = frozenset(map(_plain, NOBODY))
NO_NAME_FOLDED = frozenset(map(_plain, NO_NAME))
