"""Duties that somebody says are not required: what may be waived at all, who is asked, and how."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from daemon.decide.duties.standing import WAIVED
from daemon.decide.people.recipients import resolve, seat
from daemon.decide.trying.walk import group_of
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.parts import Approval
from daemon.domain.question import Question
from daemon.domain.record import Record
from daemon.domain.rules import Basis, Rule
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.house import House
from daemon.store import Tx

MESSAGE = "not-required"
KEPT = "kept"  # the answer by which a duty stays


def is_waivable(rule: Rule) -> bool:
    """Return whether a person may decide that a duty is not required.

    Never a statutory one, nor one that no promise rests: there the record itself must say so.
    """
    return rule.basis is not Basis.STATUTORY and not rule.never_rests and rule.approval is None


def reasons(words: Vocabulary) -> tuple[str, ...]:
    """Return the coded reasons for which a duty can be waived."""
    return tuple(words.facts[WAIVED].values)


def reasons_of(question: Question, words: Vocabulary) -> Sequence[str]:
    """Return the coded reasons that an answer to a question may give."""
    if question.rule.approval:
        return question.rule.approval.reasons
    return reasons(words) if question.is_to_confirm else ()


def as_question(rule: Rule, reason: str, words: Vocabulary) -> Rule:
    """Return a duty as the question whether it is waived: put to the manager of those whose duty it is."""
    said = reason.replace("_", " ")
    question = f'Somebody who was told says that this is not required ("{said}"). Is it waived?'
    answers = {"yes": f"{WAIVED} is {reason}", "no": KEPT}
    return replace(rule, approval=Approval(question, rule.manager, answers, reasons(words)))


def ask_manager(
    tx: Tx, house: House, track: Track, rule: Rule, record: Record, now: datetime
) -> Sequence[Notice]:
    """Queue the question to the manager; return what went in."""
    found = resolve(
        seat(rule.manager, track.id), house.deciding.access(record), house.people(tx), day_of(now)
    )
    notices = [
        Notice(
            Key(track.id, MESSAGE, track.occurrence, person.id, "email"), Kind.ASK, MESSAGE, now, now,
            Lane.ROUTINE, rule.manager, (track.ref,), group_of(record),
            because="somebody who was told says that this is not required",
        )
        for person in found.people
    ]  # fmt: skip
    inserted = tx.notices.insert(notices)
    for notice in inserted:
        tx.journal.write(
            now, "notice.fired", str(notice.key), notice.because, {"role": notice.role}
        )
    return inserted
