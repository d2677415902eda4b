"""Who reads a message, and when: what follows from it for the wording.

Source: DOMAIN section 6.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from daemon.decide.telling.wording import say_list
from daemon.decide.trying.sample import REF, variants
from daemon.domain.deadline import Origin
from daemon.domain.errors import Severity
from daemon.domain.rules import MessageText, Pack, Rule, Rung
from daemon.domain.times import FIVE
from daemon.rulebook.language.private import INSIDE_FIELDS, misworded, reads_outside
from daemon.rulebook.language.schema import Sheet
from daemon.rulebook.wording.messages import GENERAL
from daemon.rulebook.wording.mute import MEND_MESSAGE, SAYS_NOTHING, is_mute_line, is_mute_template
from daemon.rulebook.wording.templates import (
    FIELDS,
    OUTSIDE_PARTS,
    PARTS,
    PLAIN,
    TAG,
    check_making,
    is_plain,
)

LONGEST_SUBJECT = 78  # characters: what a mail program shows, and what one header line holds
LATE = re.compile(r"\b(?:was|were) due\b|\boverdue\b|\{\{-? *overdue_by *-?\}\}", re.IGNORECASE)
LOUD_FIELDS = sorted(INSIDE_FIELDS - {"remarks"})  # a sentence stands without its remarks
OF_A_LIST = frozenset({"count", "reason", "role", "feed", "code", "as_known"})
OF_A_CASE = re.compile(r"\{[{%][^}]*?\b(" + "|".join(sorted(FIELDS - OF_A_LIST)) + r")\b")
FIELD = re.compile(r"\{[{%][^}]*?\b(" + "|".join(LOUD_FIELDS) + r")\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """One part of a message that is written: where, and its source."""

    sheet: Sheet
    key: str
    source: str

    def wrong(self, what: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        """Report words that do not suit this part."""
        self.sheet.wrong(self.key, what, mend, severity=severity, of_wording=True)


def check_readers(messages: Mapping[str, tuple[MessageText, Sheet]], packs: Sequence[Pack]) -> None:
    """Report wording that does not suit those who read it, and templates that never end.

    A message that goes outside the authority may say less; one that comes before the due moment
    says of nothing that it was due; a subject is read at a glance.
    """
    early, outside = _uses(packs)
    lists = {one.message for pack in packs for one in (*pack.digests, pack.summary) if one}
    lists |= {name for name in GENERAL if name.startswith("operator-")}
    fields = variants()[0]
    looping: list[tuple[Entry, bool]] = []
    for name, (text, sheet) in messages.items():
        own = [Entry(sheet, part, getattr(text, part)) for part in PARTS]
        inner = sheet.sheet("outside", None) if text.outside_lead else None
        theirs = (
            [Entry(inner, key, getattr(text, part)) for key, part in OUTSIDE_PARTS.items()]
            if inner
            else []
        )
        looping += [
            (one, name in early) for one in (*own, *theirs)
            if not is_plain(one.source) and not check_making(one.source)
        ]  # fmt: skip
        _check_mute((*own, *theirs))
        if name in lists:
            _check_list((*own, *theirs))
        if name in early:
            _check_early([one for one in (*own, *theirs) if one.key != "clear"], early[name])
        for one in theirs or (own if name in outside else ()):
            _check_outside(one)
        if is_plain(own[0].source):
            _check_subject(own[0], [_filled(own[0].source, fields)])
    if looping:
        _try_out(looping)


def _uses(packs: Iterable[Pack]) -> tuple[dict[str, str], set[str]]:
    """Return the messages sent before the due moment, with when; and those that are read outside."""
    early: dict[str, str] = {}
    outside: set[str] = set()
    for pack in packs:
        for rule in pack.rules:
            for rung in rule.ladder:
                if is_before_due(rung, rule):
                    early.setdefault(rung.message, rung.at.text)
                if any(map(reads_outside, rung.to)):
                    outside.add(rung.message)
        for invitation in pack.invitations:
            outside |= {name for who, name in invitation.words.items() if reads_outside(who)}
        outside |= {one.message for one in pack.digests if any(map(reads_outside, one.to))}
    return early, outside


def is_before_due(rung: Rung, rule: Rule) -> bool:
    """Return whether a rung speaks of what is still to be done in time."""
    if rung.at.origin is not Origin.DUE:
        return rule.due.is_limit and rung.at.count == 0
    finish = rule.due.finish if isinstance(rule.due.finish, time) else FIVE
    on_the_day = rung.at.count == 0 and rung.at.clock is not None and rung.at.clock < finish
    return rung.at.count < 0 or on_the_day


def _check_early(parts: Sequence[Entry], at: str) -> None:
    for one in parts:
        if found := LATE.search(one.source):
            what = f'this is sent before the due moment ("{at}") and says "{found[0]}"'
            one.wrong(what, "give the early rung a message of its own")


def _check_outside(one: Entry) -> None:
    for what, mend in misworded(TAG.sub(" ", one.source), outside=True):
        one.wrong(what, mend)
    for name in dict.fromkeys(FIELD.findall(one.source)):
        what = f'"{name}" is not for readers outside the authority'
        one.wrong(what, 'leave it out, or give them words of their own under "outside:"')


def _check_mute(parts: Iterable[Entry]) -> None:
    for one in parts:
        says_nothing = {"lead": is_mute_template, "subject": is_mute_line}.get(one.key)
        if one.source and is_plain(one.source) and says_nothing and says_nothing(one.source):
            one.wrong(SAYS_NOTHING, MEND_MESSAGE)


def _check_list(parts: Iterable[Entry]) -> None:
    """Report what a list cannot print: it is about no one case."""
    for one in parts:
        if names := list(dict.fromkeys(OF_A_CASE.findall(one.source))):
            named = say_list([f'"{name}"' for name in names])
            of_one = f"{named} {'are' if names[1:] else 'is'} of one case and empty here"
            what = f"{of_one}: this message is sent with a list, or to the operator"
            one.wrong(what, f"leave it out; {', '.join(sorted(OF_A_LIST))} are filled in")


def _check_subject(one: Entry, said: Sequence[str]) -> None:
    longest = max(map(len, said), default=0)
    if longest > LONGEST_SUBJECT:
        what = f"the subject is about {longest} characters long"
        one.wrong(what, f"keep it within {LONGEST_SUBJECT}: mail programs cut it", Severity.WARNING)


def _filled(source: str, fields: Mapping[str, object]) -> str:
    return " ".join(PLAIN.sub(lambda found: str(fields.get(found[1], "")), source).split())


def _try_out(parts: Sequence[tuple[Entry, bool]]) -> None:
    """Try templates that loop or ask; with each, whether its message is sent before the due moment."""
    from daemon.rulebook.wording.trials import try_out  # noqa: PLC0415 - few rulebooks need a process

    # every text filled too: what stands behind "and" is tried as it may come
    tried = [*variants(), {name: value or name for name, value in variants()[0].items()}]
    trials = try_out([part.source for part, _ in parts], tried)
    for (one, is_early), trial in zip(parts, trials, strict=True):
        if trial.wrong:
            one.sheet.wrong(one.key, *trial.wrong)
        for what, mend in dict.fromkeys(found for said in trial.said for found in misworded(said)):
            one.wrong(what, mend)
        if (
            one.key == "lead"
            and trial.said
            and is_mute_template(trial.said[is_early].replace(REF, ""))
        ):
            when = "before the due moment" if is_early else "when it is sent"
            one.wrong(f"{SAYS_NOTHING} {when}: its condition does not hold", MEND_MESSAGE)
        if one.key == "subject" and trial.said:
            _check_subject(one, trial.said)
