"""One rule file, compiled."""

from collections.abc import Mapping, Sequence
from functools import partial

from daemon.decide.case.each import EACH
from daemon.domain.condition import Condition
from daemon.domain.deadline import Deadline, LateStart, Which
from daemon.domain.parts import Approval
from daemon.domain.record import INITIAL_KINDS
from daemon.domain.rules import Basis, Remark, Rule, Rung
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.language.conditions import both, condition, fact_name, qualifying
from daemon.rulebook.language.moments import clock, deadline
from daemon.rulebook.language.private import reads_outside
from daemon.rulebook.language.schema import APPROVAL, LATE_START, REMARK, RUNG, Shape, Sheet
from daemon.rulebook.language.words import name, one_of
from daemon.rulebook.rules.ladder import check_responsible, ladder
from daemon.rulebook.rules.sense import makes_sense
from daemon.rulebook.wording.messages import check_words


def rule(
    sheet: Sheet,
    pack: str,
    vocabulary: Vocabulary,
    messages: tuple[str, ...],
    letters: str | None = None,
) -> Rule | None:
    """Return the compiled rule, or None; every mistake in it goes to the sheet's problems."""
    if not sheet.keys:  # the file could not be read, which has been told
        return None
    before = len(sheet.problems)
    called = sheet.read("rule", name)
    basis = sheet.read("basis", _basis) or Basis.LOCAL
    due, when = _due(sheet, vocabulary), _when(sheet, vocabulary)
    ended = sheet.read("withdrawn_when", partial(condition, vocabulary=vocabulary))
    subject = sheet.read("for", partial(_subject, vocabulary=vocabulary))
    met_by, met_values = _met_by(sheet, vocabulary)
    recipients = {**vocabulary.roles, **vocabulary.agencies}
    met_by_each = sheet.among("met_by_each", recipients, "role or agency")
    responsible = sheet.among("responsible", recipients, "role")
    check_responsible(sheet, responsible)
    relies_on = sheet.among("relies_on", vocabulary.feed_roles, "feed role")
    clauses = sheet.words("clauses")
    title, why = sheet.text("title"), sheet.text("why")
    rungs = ladder(sheet.sheets("ladder", RUNG), due, basis, vocabulary, messages, letters)
    remarks = [_remark(entry, vocabulary) for entry in sheet.sheets("remarks", REMARK)]
    opens = sheet.read("opens", partial(_deadline, vocabulary=vocabulary))
    approval = _approval(sheet, vocabulary)
    _check_words(sheet, rungs)
    if sheet.has("ladder") and not rungs and not sheet.has_failed(before):
        sheet.wrong("ladder", "the ladder has no rungs", "tell at least one role, and repeat")
    _check_clauses(sheet, basis, clauses)
    _check_question(sheet, rungs)
    further = _further(sheet, met_by, vocabulary)
    if sheet.has_failed(before) or not (called and due and when and subject):
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
        met_by=met_by,
        ladder=rungs,
        responsible=tuple(map(str, responsible)),
        relies_on=tuple(map(str, relies_on)),
        withdrawn_when=ended,
        met_by_each=tuple(map(str, met_by_each)),
        remarks=tuple(remark for remark in remarks if remark),
        needs_all=sheet.has("met_by_all"),
        met_values=met_values,
        opens=opens,
        late_start=_late_start(sheet),
        approval=approval,
        todo=str(sheet.text("todo")) if sheet.has("todo") else "",
        never_rests=sheet.flag("never_rests"),
        met_from_opening=sheet.flag("met_from_opening"),
        met_by_due=sheet.flag("met_by_due"),
        held_elsewhere=sheet.flag("held_elsewhere"),
        after_death=sheet.flag("after_death"),
        hides_date=sheet.flag("hides_date"),
        safety=sheet.flag("safety"),
        further=further,
    )
    return compiled if makes_sense(sheet, compiled, vocabulary) else None


def _check_words(sheet: Sheet, rungs: tuple[Rung, ...]) -> None:
    """Report words of the rule's own that may not be said to everybody whom a rung tells."""
    outside = any(reads_outside(role) for rung in rungs for role in rung.to)
    for key in ("title", "todo"):
        check_words(sheet, key, outside=outside)


def _check_clauses(sheet: Sheet, basis: Basis, clauses: Sequence[str]) -> None:
    """Report a local rule that names no clause: who says so?"""
    if basis is Basis.LOCAL and not clauses and sheet.has("clauses"):
        sheet.wrong(
            "clauses", "a local rule must name its clause", 'name it, or write "basis: house"'
        )


def _check_question(sheet: Sheet, rungs: tuple[Rung, ...]) -> None:
    """Report a question that nobody is asked, and a rung that asks one which is not there."""
    asks = any(rung.ask == "approval" for rung in rungs)
    if asks and not sheet.has("approval"):
        sheet.wrong("ladder", "a rung asks for an approval", 'add "approval:" with its question')
    if rungs and sheet.has("approval") and not asks:
        sheet.wrong("approval", "nobody is asked this", 'add "ask: approval" to a rung')


def _further(sheet: Sheet, met_by: Sequence[str], vocabulary: Vocabulary) -> str:
    """Return the fact by which it goes a stage further at once; it meets the duty, or that would stay open."""
    if not sheet.has("further"):
        return ""
    found = sheet.read("further", partial(fact_name, vocabulary=vocabulary)) or ""
    if found and found not in met_by:
        sheet.wrong("further", f"{found} does not meet this duty", 'add it to "met_by"')
    return found


def _due(sheet: Sheet, vocabulary: Vocabulary) -> Deadline | None:
    """Return the due moment, or the beginning of a duty that has none."""
    if sheet.has("due"):
        return sheet.read("due", partial(_deadline, vocabulary=vocabulary))
    if not sheet.has("starts"):
        sheet.wrong("", 'neither "due" nor "starts" is there', 'add "due: …", or the first fact')
        return None
    starts = sheet.read("starts", partial(fact_name, vocabulary=vocabulary))
    return Deadline("no limit", starts, (), which=Which.LATEST) if starts else None


def _when(sheet: Sheet, vocabulary: Vocabulary) -> Condition | None:
    """Return the condition; a duty with a due moment that "starts" with another fact needs that, too."""
    when = sheet.read("when", partial(condition, vocabulary=vocabulary))
    if when is None or not sheet.has("starts") or not sheet.has("due"):
        return when
    starts = sheet.read("starts", partial(fact_name, vocabulary=vocabulary))
    return both(when, condition(f"{starts} is recorded", vocabulary)) if starts else when


def _met_by(
    sheet: Sheet, vocabulary: Vocabulary
) -> tuple[tuple[str, ...], Mapping[str, frozenset[str]]]:
    """Return the facts that meet the duty, and the values that do where not every one does."""
    key = "met_by_all" if sheet.has("met_by_all") else "met_by"
    if key == "met_by_all" and sheet.has("met_by"):
        sheet.wrong("met_by", '"met_by_all" is there, too', "keep one of the two")
    if not sheet.has(key):
        sheet.wrong("", 'the key "met_by" is missing', 'add a line "met_by: …"')
    values: dict[str, frozenset[str]] = {}
    names: list[str] = []
    for word in sheet.words(key):
        found = sheet.attempt(key, word, partial(qualifying, vocabulary=vocabulary))
        if found:
            names.append(found[0])
            if found[1]:
                values[found[0]] = found[1]
    return tuple(names), values


def _late_start(sheet: Sheet) -> LateStart | None:
    inner = sheet.sheet("late_start", LATE_START)
    if inner is None:
        return None
    start, due = inner.read("from", clock), inner.read("due", clock)
    return LateStart(start, due) if start and due else None


def _approval(sheet: Sheet, vocabulary: Vocabulary) -> Approval | None:
    inner = sheet.sheet("approval", APPROVAL)
    if inner is None:
        return None
    check_words(inner, "question")
    of = inner.read("of", partial(one_of, choices=vocabulary.roles, kind="role"))
    reasons = inner.words("reasons")
    answers: dict[str, str] = {}
    table = inner.sheet("answers", Shape((), ("yes", "no")))
    for key in table.keys if table else ():
        if table and table.read(key, partial(qualifying, vocabulary=vocabulary)):
            answers[str(key)] = str(table.text(key))
    if table and not table.has("yes"):
        inner.wrong("answers", 'the answer "yes" is missing', "name the fact that it is")
    if of is None or "yes" not in answers:
        return None
    check_responsible(inner, [of], "of")
    others = inner.among("another_than", vocabulary.facts, "fact")
    question = str(inner.text("question"))
    return Approval(
        question,
        of,
        answers,
        tuple(map(str, reasons)),
        tuple(map(str, others)),
        inner.flag("new_date"),
    )


def _basis(text: str) -> Basis:
    return Basis(one_of(text, tuple(Basis), "basis"))


def _deadline(text: str, vocabulary: Vocabulary) -> Deadline:
    future = {name for name, word in vocabulary.facts.items() if word.future}
    due = deadline(text, future)
    for leg in due.legs:
        fact_name(leg.anchor, vocabulary)
    return due


def _subject(text: str, vocabulary: Vocabulary) -> str:
    meetings = {*vocabulary.meetings, "icpc", "transfer_out"} - (INITIAL_KINDS - {"icpc"})
    each = next((prefix for prefix in EACH if text.startswith(prefix)), None)
    if each:
        return each + one_of(text.removeprefix(each), tuple(sorted(meetings)), "meeting")
    return one_of(text, ("case", "plan", "action", *sorted(meetings)), "subject")


def _remark(sheet: Sheet, vocabulary: Vocabulary) -> Remark | None:
    when = sheet.read("if", partial(condition, vocabulary=vocabulary))
    say = sheet.text("say")
    overdue = str(sheet.text("overdue")) if sheet.has("overdue") else ""
    for key in ("say", "overdue"):
        check_words(sheet, key)
    return Remark(when, str(say), overdue) if when and say else None
