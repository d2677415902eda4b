"""One rule file, compiled."""

from functools import partial

from daemon.domain.deadline import Deadline
from daemon.domain.record import INITIAL_KINDS
from daemon.domain.rules import Basis, Remark, Rule
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.conditions import condition, fact_name
from daemon.rulebook.ladder import ladder
from daemon.rulebook.moments import deadline
from daemon.rulebook.schema import REMARK, RUNG, Sheet
from daemon.rulebook.sense import can_open
from daemon.rulebook.words import name, one_of


def rule(sheet: Sheet, pack: str, vocabulary: Vocabulary, messages: tuple[str, ...]) -> Rule | None:
    """Return the compiled rule, or None; every mistake in it goes to the sheet's problems."""
    before = len(sheet.problems)
    called = sheet.read("rule", name)
    basis = sheet.read("basis", _basis) or Basis.LOCAL
    due = sheet.read("due", partial(_deadline, vocabulary=vocabulary))
    when = sheet.read("when", partial(condition, vocabulary=vocabulary))
    ended = sheet.read("withdrawn_when", partial(condition, vocabulary=vocabulary))
    subject = sheet.read("for", partial(_subject, vocabulary=vocabulary))
    met_by = sheet.among("met_by", vocabulary.facts, "fact")
    recipients = {**vocabulary.roles, **vocabulary.agencies}
    met_by_each = sheet.among("met_by_each", recipients, "role or agency")
    responsible = sheet.among("responsible", vocabulary.roles, "role")
    relies_on = sheet.among("relies_on", vocabulary.feed_roles, "feed role")
    clauses = sheet.words("clauses")
    title, why = sheet.text("title"), sheet.text("why")
    rungs = ladder(sheet.sheets("ladder", RUNG), due, basis, vocabulary, messages)
    remarks = [_remark(entry, vocabulary) for entry in sheet.sheets("remarks", REMARK)]
    if sheet.has("ladder") and not rungs and len(sheet.problems) == before:
        sheet.wrong("ladder", "the ladder has no rungs", "tell at least one role, and repeat")
    if basis is Basis.LOCAL and not clauses and sheet.has("clauses"):
        sheet.wrong(
            "clauses", "a local rule must name its clause", 'name it, or write "basis: house"'
        )
    if len(sheet.problems) > before or not (called and due and when and subject):
        return None
    compiled = Rule(
        name=called,
        pack=pack,
        title=str(title),
        why=str(why),
        clauses=tuple(map(str, clauses)),
        basis=basis,
        subject=subject,
        due=due,
        when=when,
        met_by=tuple(map(str, met_by)),
        ladder=rungs,
        responsible=tuple(map(str, responsible)),
        relies_on=tuple(map(str, relies_on)),
        withdrawn_when=ended,
        met_by_each=tuple(map(str, met_by_each)),
        remarks=tuple(remark for remark in remarks if remark),
    )
    return compiled if _makes_sense(sheet, compiled, vocabulary) else None


def _basis(text: str) -> Basis:
    return Basis(one_of(text, tuple(Basis), "basis"))


def _deadline(text: str, vocabulary: Vocabulary) -> Deadline:
    due = deadline(text)
    fact_name(due.anchor, vocabulary)
    return due


def _subject(text: str, vocabulary: Vocabulary) -> str:
    kinds = ("case", "plan", "action", *sorted(set(vocabulary.meetings) - INITIAL_KINDS | {"icpc"}))
    return one_of(text, kinds, "subject")


def _remark(sheet: Sheet, vocabulary: Vocabulary) -> Remark | None:
    when = sheet.read("if", partial(condition, vocabulary=vocabulary))
    say = sheet.text("say")
    return Remark(when, str(say)) if when and say else None


def _makes_sense(sheet: Sheet, rule: Rule, vocabulary: Vocabulary) -> bool:
    """Return whether its clock can start, run and stop; what cannot is told to the problems."""
    before = len(sheet.problems)
    anchor, when, ended = rule.due.anchor, rule.when, rule.withdrawn_when
    if anchor in rule.met_by:
        what = f"{anchor} both starts the clock and meets it"
        sheet.wrong("met_by", what, "name what ends the duty")
    if can_open(anchor, when, None, vocabulary) is False:
        mend = f"no record with {anchor} satisfies it: change the condition or the deadline"
        sheet.wrong("when", f"{anchor} can never start this clock", mend)
    elif ended and can_open(anchor, when, ended, vocabulary) is False:
        what = "the rule is always withdrawn as soon as it opens"
        sheet.wrong("withdrawn_when", what, "make the two conditions differ")
    return len(sheet.problems) == before
