"""A rule's ladder: its rungs, and whether every one of them can be reached and the last repeats."""

from collections.abc import Sequence
from datetime import time
from functools import partial

from daemon.decide.people.recipients import FAMILY
from daemon.domain.deadline import Deadline, Origin, RungTime, Unit
from daemon.domain.errors import Severity
from daemon.domain.rules import Basis, Rung
from daemon.domain.times import FIVE
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.language import moments
from daemon.rulebook.language.marks import Text
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.language.schema import Sheet
from daemon.rulebook.language.words import name, one_of

OPERATOR = "operator"  # whoever looks after the service: told of its faults, and no duty is theirs
QUESTIONS = ("promise", "approval", "confirm")
MANAGERS = frozenset({
    *("team_manager", "practice_manager", "sw_line_manager", "social_work_service_manager"),
    *("safeguarding_service_manager", "director_childrens_services"),
})  # fmt: skip
LONGEST_REPEAT_WORKING_DAYS = 20  # of a statutory limit's last rung
MINUTES_OF = {  # working days laid end to end: enough to put rungs in order
    Unit.WORKING_DAYS: 1440.0,
    Unit.CALENDAR_DAYS: 1440 * 5 / 7,
    Unit.WEEKS: 1440 * 5,
    Unit.MONTHS: 1440 * 21.5,
    Unit.YEARS: 1440 * 260,
    Unit.WORKING_HOURS: 180.0,
    Unit.ELAPSED_HOURS: 60.0,
    Unit.ELAPSED_MINUTES: 1.0,
}


def ladder(
    sheets: list[Sheet],
    due: Deadline | None,
    basis: Basis,
    vocabulary: Vocabulary,
    messages: tuple[str, ...],
    letters: str | None = None,
) -> tuple[Rung, ...]:
    """Return the rungs that can be read, in order; mistakes go to the sheets' problems.

    `letters` is the role that writes to families.
    """
    found = [(sheet, _rung(sheet, basis, vocabulary, messages, letters)) for sheet in sheets]
    rungs = [(sheet, rung) for sheet, rung in found if rung]
    _check_names(rungs)
    for sheet, rung in rungs:
        check_told(sheet, rung.to, is_demanded=basis is Basis.STATUTORY)
        if not rung.letter_for and not (
            due and basis is Basis.STATUTORY
        ):  # of which it is told below
            check_ways(sheet, rung.via)
    if due:
        _check_moments(rungs, due)
    for sheet, rung in rungs[:-1]:
        if rung.repeat_working_days:
            sheet.wrong("repeat", "only the last rung repeats", "move it to the end of the ladder")
    if sheets and not sheets[-1].has("repeat"):
        what = "the ladder falls silent: its last rung must repeat"
        sheets[-1].wrong("", what, 'add "repeat: every 5 working days"')
    if due and basis is Basis.STATUTORY and len(rungs) == len(sheets):
        _check_statutory(rungs, due)
    return tuple(rung for _, rung in rungs)


def check_told(sheet: Sheet, to: tuple[str, ...], *, is_demanded: bool = False) -> None:
    """Report what only the operator is told of: a warning, but of what a statutory limit demands an error."""
    if set(to) == {OPERATOR}:
        what = f"only the {OPERATOR} is told, who looks after this service and knows no child"
        severity = Severity.ERROR if is_demanded else Severity.WARNING
        sheet.wrong(
            "tell", what, "name who is to act on it, such as team_manager", severity=severity
        )


def check_responsible(sheet: Sheet, responsible: Sequence[str], key: str = "responsible") -> None:
    """Report a duty, or a decision, that is the operator's or the family's."""
    mend = "name who is to do it, such as social_worker"
    if OPERATOR in responsible:
        what = f"the {OPERATOR} is this service's own, and nobody whose duty it is"
        sheet.wrong(key, what, mend)
    if family := FAMILY & {*responsible}:
        what = f"{min(family)} is of the family, and what this service watches is no duty of theirs"
        sheet.wrong(key, what, mend)


def check_ways(sheet: Sheet, via: Sequence[str]) -> None:
    """Report what would go by letter alone: a letter is written to families, by somebody who is asked to."""
    if set(via) == {"letter"}:
        what = "only families are written letters: nobody would be told"
        sheet.wrong("via", what, 'write "via: [email]", or "via: [teams, email]"')


def _check_statutory(rungs: list[tuple[Sheet, Rung]], due: Deadline) -> None:
    """Report a statutory limit that could be broken without a manager's hearing of it within a working day."""
    finish = due.finish if isinstance(due.finish, time) else FIVE
    first = finish.hour * 60 + finish.minute
    soon = [
        rung
        for _, rung in rungs
        if rung.at.origin is Origin.DUE
        and first <= place(rung.at, finish)[1] <= first + MINUTES_OF[Unit.WORKING_DAYS]
    ]
    if rungs and not any(MANAGERS & set(rung.to) for rung in soon):
        what = "no manager is told within one working day after this statutory limit has passed"
        mend = "let a rung at that time tell a team or service manager"
        rungs[-1][0].wrong("at", what, mend)
    elif rungs and not MANAGERS & set(rungs[-1][1].to):
        what = "of this statutory limit a manager hears once, and not again while it stays open"
        mend = "let its last step tell one, too, or leave it if that is meant"
        rungs[-1][0].wrong("tell", what, mend, severity=Severity.WARNING)
    for sheet, rung in rungs:
        if rung.letter_for:
            what = "a statutory limit is told to whoever must act: a letter to a family tells nobody of staff"
            mend = "tell whose duty it is by e-mail; write to families in a rule of your own"
            sheet.wrong("tell", what, mend, of_wording=True)  # one that is in force goes on
        elif not ("email" in rung.via or ("teams" in rung.via and rung.via[1:])):
            what = f"a statutory limit is not told by {' and '.join(rung.via)} alone"
            sheet.wrong("via", what, 'write "via: [email]", or "via: [teams, email]"')
        if (rung.repeat_working_days or 0) > LONGEST_REPEAT_WORKING_DAYS:
            what = "what a statutory limit demands is said again at least every 20 working days"
            sheet.wrong("repeat", what, 'write "repeat: every 5 working days"')


def _rung(
    sheet: Sheet,
    basis: Basis,
    vocabulary: Vocabulary,
    messages: tuple[str, ...],
    letters: str | None,
) -> Rung | None:
    before = len(sheet.problems)
    at = sheet.read("at", moments.rung_time)
    to = sheet.among("tell", {**vocabulary.roles, **vocabulary.agencies}, "role")
    via = sheet.among("via", vocabulary.channels, "channel")
    known = partial(one_of, choices=messages, kind="message")
    message, offer = sheet.read("message", known), sheet.read("offer", known)
    offer_to = sheet.among("offer_to", {**vocabulary.roles, **vocabulary.agencies}, "role")
    ask = sheet.read("ask", partial(_question, basis=basis))
    repeat = sheet.read("repeat", moments.every)
    urgent, house = sheet.flag("urgent"), sheet.flag("house")
    called = sheet.read("name", name) or message
    encloses = sheet.among("encloses", vocabulary.documents, "document")
    family = _check_family(sheet, to, via, letters)
    _check_offer(sheet, offer_to)
    if sheet.has_failed(before) or at is None or message is None or called is None:
        return None
    people = (letters,) if family and letters else tuple(map(str, to))
    return Rung(
        name=called,
        at=at,
        to=people,
        via=tuple(map(str, via)),
        message=message,
        ask=ask,
        offer=offer,
        offer_to=tuple(map(str, offer_to)),
        urgent=urgent,
        house=house,
        repeat_working_days=repeat,
        encloses=tuple(map(str, encloses)),
        letter_for=family,
    )


def _check_offer(sheet: Sheet, offer_to: tuple[Text, ...]) -> None:
    """A draft is for somebody, never for a family (READINGS section 2, 4)."""
    if sheet.has("offer") != sheet.has("offer_to"):
        there, missing = ("offer", "offer_to") if sheet.has("offer") else ("offer_to", "offer")
        what = f"the drafted message and whom it is for go together; {missing} is missing"
        sheet.wrong(there, what, f'add "{missing}: …"')
    elif family := [role for role in offer_to if role in FAMILY]:
        what = f"{family[0]} is of the family, to whom nothing goes by itself"
        sheet.wrong("offer_to", what, "make a letter task of it: a rung via letter")


def _check_family(
    sheet: Sheet, to: tuple[Text, ...], via: tuple[Text, ...], letters: str | None
) -> tuple[str, ...]:
    """Return the family's roles among those told: somebody is asked to write to them, and to nobody else.

    Source: READINGS section 2, 4.
    """
    family = tuple(str(role) for role in to if role in FAMILY)
    if not family:
        return ()
    if len(family) < len(to):
        sheet.wrong("tell", "a family shares no message with anybody", "make two rungs of it")
    elif via and tuple(via) != ("letter",):
        what = "a family is never written to by the machine"
        sheet.wrong("via", what, 'write "via: [letter]": somebody is asked to write to them')
    elif letters is None:
        what = "the pack does not say who writes to families"
        sheet.wrong("tell", what, 'add "letters: ROLE" to pack.yaml')
    return family


def _question(text: str, basis: Basis) -> str:
    question = one_of(text, QUESTIONS, "question")
    if basis is Basis.STATUTORY and question == "promise":
        raise Misread("no promise rests a statutory limit", "leave this line out")
    return question


def _check_names(rungs: list[tuple[Sheet, Rung]]) -> None:
    seen: set[str] = set()
    for sheet, rung in rungs:
        if rung.name in seen:
            what = f'a rung called "{rung.name}" stands above'
            sheet.wrong("message", what, 'add "name: …" to tell them apart')
        seen.add(rung.name)


def _check_moments(rungs: list[tuple[Sheet, Rung]], due: Deadline) -> None:
    start_min = -sum(count * MINUTES_OF[unit] for count, unit in due.spans)
    finish = due.finish if isinstance(due.finish, time) else FIVE
    for at, (sheet, rung) in enumerate(rungs):
        moment = place(rung.at, finish)
        if rung.at.origin is Origin.DUE and not due.is_limit:
            what = "this duty has no due moment to count from"
            sheet.wrong("at", what, 'write "at once" or "1 working day after opening"')
            continue
        counts_from_due = rung.at.origin is Origin.DUE
        if counts_from_due and not _counts_back(due) and moment[1] < start_min:
            what = "this moment lies before the clock starts: nobody is ever told"
            sheet.wrong("at", what, "choose a later one")
        for _, other in rungs[:at]:
            if place(other.at, finish) == moment and set(other.to) & set(rung.to):
                what = f'the same people are told "{other.name}" at this moment'
                sheet.wrong("at", what, "make one rung of the two")
            elif place(other.at, finish) > moment:
                what = f'this comes before the rung "{other.name}" above it'
                sheet.wrong("at", what, "put the rungs in order of time")
                break


def _counts_back(due: Deadline) -> bool:
    """Return whether the clock may start long before: it counts back, or from a date that lies ahead."""
    return due.is_backward or due.anchor.endswith(("_scheduled", "_due", "_date"))


def place(at: RungTime, finish: time = FIVE) -> tuple[bool, float]:
    """Return where a rung stands in a ladder: what counts from the opening comes first.

    `finish` is the time of day at which the duty is due.
    """
    from_due = at.origin is Origin.DUE
    clock = at.clock or (finish if from_due else time(0))
    return from_due, at.count * MINUTES_OF[at.unit] + clock.hour * 60 + clock.minute
