"""Whether a rule makes sense: some record can open it, and its clock can start, run and stop."""

from collections.abc import Iterator
from itertools import islice, product

from daemon.decide.duties.beginning import AT, MOST_TRIALS, Shown
from daemon.decide.record.timeline import BIRTH, HELD_FACTS, KIND_OF_FACT
from daemon.domain.condition import Condition
from daemon.domain.deadline import Deadline, Which
from daemon.domain.facts import Fact
from daemon.domain.rules import Rule
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.language import moments
from daemon.rulebook.language.schema import Sheet


def makes_sense(sheet: Sheet, rule: Rule, vocabulary: Vocabulary) -> bool:
    """Return whether a rule's clock can start, run and stop; what cannot is told to the problems."""
    before = len(sheet.problems)
    anchor, when, ended = rule.due.anchor, rule.when, rule.withdrawn_when
    _check_row(sheet, rule)
    _check_window(sheet, rule)
    _check_birthday(sheet, rule)
    if anchor in rule.met_by and rule.due.which is Which.USUAL and not rule.due.is_backward:
        what = f"{anchor} both starts the clock and meets it"
        sheet.wrong("met_by", what, "name what ends the duty")
    if can_open(anchor, when, None, vocabulary) is False:
        mend = f"no record with {anchor} satisfies it: change the condition or the deadline"
        sheet.wrong("when", f"{anchor} can never start this clock", mend)
    elif ended and can_open(anchor, when, ended, vocabulary) is False:
        what = "the rule is always withdrawn as soon as it opens"
        sheet.wrong("withdrawn_when", what, "make the two conditions differ")
    return not sheet.has_failed(before)


def _check_row(sheet: Sheet, rule: Rule) -> None:
    """Report "the last" and "this" where the subject is no such meeting of a row."""
    kind = rule.subject.rpartition(" ")[2]
    own = {fact for fact, of in KIND_OF_FACT.items() if of == kind}
    legs = [("due" if sheet.has("due") else "starts", leg) for leg in rule.due.legs]
    for key, leg in (*legs, *((("opens", rule.opens),) if rule.opens else ())):
        is_row = kind in HELD_FACTS and kind != "icpc"
        if leg.which is Which.BEFORE and not (is_row and leg.anchor == HELD_FACTS[kind]):
            what = f'"the last {leg.anchor}" is the meeting before this one, and {rule.subject} has none'
            sheet.wrong(key, what, f'write "{leg.anchor}", or "the latest {leg.anchor}"')
        if leg.which is Which.OWN and leg.anchor in KIND_OF_FACT and leg.anchor not in own:
            what = f'"this {leg.anchor}" is no meeting of {rule.subject}'
            sheet.wrong(key, what, f'write "{leg.anchor}", or "the latest {leg.anchor}"')


def _check_window(sheet: Sheet, rule: Rule) -> None:
    """Report a window that cannot be, and words about a window or a limit where there is none."""
    mend = "add it, or leave this line out"
    if rule.met_from_opening and rule.opens is None:
        sheet.wrong("met_from_opening", 'there is no "opens:" to wait for', mend)
    for key in ("met_by_due", "late_start"):
        if sheet.has(key) and not rule.due.is_limit:
            sheet.wrong(key, 'there is no "due:" that it could mean', mend)
    if rule.opens and any(_is_same(rule.opens, leg) for leg in rule.due.legs):
        opens, due = _days(rule.opens), max(map(_days, rule.due.legs))
        if rule.due.or_earlier is None and opens > due:
            sheet.wrong("opens", "this opens after it is due", "let it open earlier")


def _check_birthday(sheet: Sheet, rule: Rule) -> None:
    """Report a rule whose messages would tell a date of birth: what counts from it is said without its days.

    An expected birth is none. A rung counts from its own rule's due moment or opening, and has none but these.

    Source: DOMAIN section 6.
    """
    limits = {"due": rule.due, "opens": rule.opens}
    for key, limit in limits.items():
        if limit and not rule.hides_date and any(leg.anchor == BIRTH for leg in limit.legs):
            what = f"this counts from {BIRTH}, and its messages would tell a date of birth"
            sheet.wrong(key if sheet.has(key) else "starts", what, 'add "hides_date: true"')
            return


def _is_same(one: Deadline, other: Deadline) -> bool:
    return (one.anchor, one.which, one.nth) == (other.anchor, other.which, other.nth)


def _days(limit: Deadline) -> float:
    """Return about how many calendar days a limit is long."""
    return sum(count * moments.DAYS_OF[unit] for count, unit in limit.spans)


def can_open(
    anchor: str, when: Condition, ended: Condition | None, vocabulary: Vocabulary
) -> bool | None:
    """Return whether some record with the anchor satisfies `when` and is not `ended`: each is tried.

    None: there are too many to try, or a condition asks what the subject is like.
    """
    if when.traits or (ended and ended.traits):
        return None
    names = sorted(when.facts | (ended.facts if ended else frozenset()))
    tried = 0
    for trial in islice(_trials(names, anchor, vocabulary), MOST_TRIALS):
        tried += 1
        if when.test(trial) and not (ended and ended.test(trial)):
            return True
    return None if tried == MOST_TRIALS else False


def _trials(names: list[str], anchor: str, vocabulary: Vocabulary) -> Iterator[Shown]:
    choices: list[list[Fact | None]] = []
    for name in names:
        values = vocabulary.facts[name].values or (None,)
        found: list[Fact | None] = [Fact(name, AT, whole_day=True, value=value) for value in values]
        choices.append(found if name == anchor else [*found, None])
    for chosen in product(*choices):
        yield Shown({fact.name: fact for fact in chosen if fact})
