"""Rules of safety that no feed can show as done: told all the same, and ended by somebody who signs in.

A feed that lacks a column must not silence what a child's safety hangs on (READINGS section 2).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from daemon.decide.duties.standing import WAIVED
from daemon.decide.record.timeline import BIRTH, KIND_OF_FACT
from daemon.domain.parts import Approval
from daemon.domain.rules import Rule
from daemon.domain.vocabulary import Vocabulary

QUESTION = "The records that we read cannot show whether this is done. Is it done?"
REASONS = ("recorded_in_case_file", "done_and_to_be_recorded_today")
DONE = f"{WAIVED} is done_elsewhere"
SAYS_MORE = frozenset({BIRTH, "pregnancy_ended", "child_died", *KIND_OF_FACT})


def is_kept(rule: Rule) -> bool:
    """Return whether a rule is told although no feed can show it as done."""
    return rule.safety or rule.never_rests


def put_to_people(
    rule: Rule, lacking: Sequence[str], rules: Collection[Rule], words: Vocabulary
) -> Rule:
    """Return a rule that asks whether it is done, of those whose duty it is and of whom its steps told.

    A yes records the fact itself where it says no more than that; else that the duty is over.
    """
    if rule.approval is not None:
        return rule
    begins = {one.due.anchor for one in rules}
    plain = [
        fact
        for fact in lacking
        if not (words.facts[fact].values or fact in SAYS_MORE or fact in begins)
    ]
    is_plain = bool(plain) and not (rule.needs_all and len(lacking) > 1)
    answers = {"yes": plain[0] if is_plain else DONE}
    asks = Approval(QUESTION, rule.responsible[0], answers, REASONS, of_all_told=True)
    ladder = tuple(replace(rung, ask=rung.ask or "approval") for rung in rule.ladder)
    return replace(rule, approval=asks, ladder=ladder)
