"""What a pack holds besides its rules, compiled: attendance, invitations, digests, reports."""

from collections.abc import Mapping
from functools import partial

from daemon.decide.people.recipients import FAMILY
from daemon.domain.parts import Attendance, Digest, Invitation, Report, Shows
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.language import moments
from daemon.rulebook.language.conditions import condition
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.language.private import reads_outside
from daemon.rulebook.language.schema import ATTENDANCE, Sheet
from daemon.rulebook.language.words import name, one_of
from daemon.rulebook.rules.ladder import check_told, check_ways
from daemon.rulebook.rules.sense import can_open
from daemon.rulebook.wording.messages import check_words

OWN = ("team", "role", "everything")
PROFESSIONALS = "professionals"  # everybody outside the family who has no words of their own


def attendance(sheet: Sheet, vocabulary: Vocabulary) -> Mapping[str, Attendance]:
    """Return how attendance is judged, by kind of meeting."""
    table = sheet.sheet("attendance", None)
    found: dict[str, Attendance] = {}
    for kind in table.keys if table else ():
        inner = table.sheet(kind, ATTENDANCE) if table else None
        if table is None or inner is None:
            continue
        known = partial(one_of, choices=vocabulary.meetings, kind="meeting")
        if table.attempt("", kind, known) is None:
            continue
        nothing = not inner.words("excused_by")
        excused_by = () if nothing else inner.among("excused_by", vocabulary.facts, "fact")
        found[str(kind)] = Attendance(
            tuple(map(str, excused_by)), inner.read("quorum", _whole_number)
        )
    return found


def invitation(
    sheet: Sheet, pack: str, vocabulary: Vocabulary, messages: tuple[str, ...]
) -> Invitation | None:
    """Return the compiled invitation, or None; every mistake in it goes to the sheet's problems."""
    before = len(sheet.problems)
    called = sheet.read("invitation", name)
    subject = sheet.read("for", partial(one_of, choices=tuple(vocabulary.meetings), kind="meeting"))
    when = sheet.read("when", partial(condition, vocabulary=vocabulary))
    sends_for = sheet.among("sends_for", vocabulary.roles, "role")
    encloses, for_family = (
        sheet.among(key, vocabulary.documents, "document")
        for key in ("encloses", "encloses_for_family")
    )
    words = _words(sheet, vocabulary, messages)
    check_words(sheet, "title", outside=True)  # it stands in calendars outside the authority
    if when and can_open("", when, None, vocabulary) is False:
        sheet.wrong(
            "when", "no record satisfies this: nobody is ever invited", "change the condition"
        )
    if sheet.has_failed(before) or not (called and subject and when):
        return None
    return Invitation(
        name=called,
        pack=pack,
        title=str(sheet.text("title")),
        clauses=tuple(map(str, sheet.words("clauses"))),
        subject=subject,
        when=when,
        sends_for=tuple(map(str, sends_for)),
        words=words,
        encloses=tuple(map(str, encloses)),
        encloses_for_family=tuple(map(str, for_family)),
        family_joins_online=sheet.flag("family_joins_online"),
    )


def _words(sheet: Sheet, vocabulary: Vocabulary, messages: tuple[str, ...]) -> Mapping[str, str]:
    table = sheet.sheet("words", None)
    readers = {**vocabulary.roles, **vocabulary.agencies}
    found: dict[str, str] = {}
    for reader in table.keys if table else ():
        if table is None:
            break
        table.attempt("", reader, partial(one_of, choices=readers, kind="role or agency"))
        message = table.read(reader, partial(one_of, choices=messages, kind="message"))
        if message:
            found[str(reader)] = message
    for kin in FAMILY & found.keys() if table else ():
        if table and found[kin] in {found[one] for one in found.keys() - FAMILY}:
            what = f"{kin} would read the words that professionals read"
            table.wrong(kin, what, "write them a message of their own")
    if table and PROFESSIONALS not in found:
        table.wrong("", f'"{PROFESSIONALS}" has no words', "say what everybody else is sent")
    return found


def digest(
    sheet: Sheet, pack: str, vocabulary: Vocabulary, messages: tuple[str, ...]
) -> Digest | None:
    """Return the compiled digest, or None; every mistake in it goes to the sheet's problems."""
    before = len(sheet.problems)
    called = sheet.read("digest", name)
    rhythm = sheet.read("every", moments.rhythm)
    to = sheet.among("tell", vocabulary.roles, "role")
    via = sheet.among("via", vocabulary.channels, "channel")
    shows = sheet.read("shows", partial(one_of, choices=tuple(Shows), kind="list"))
    within = sheet.read("within", moments.ahead)
    own = sheet.read("own", partial(one_of, choices=OWN, kind="choice"))
    message = sheet.read("message", partial(one_of, choices=messages, kind="message"))
    is_outside = any(map(reads_outside, to))
    check_told(sheet, tuple(map(str, to)))
    check_ways(sheet, via)
    check_words(sheet, "title", outside=is_outside)
    if shows and is_outside and shows != Shows.ATTENDEES:
        what = "somebody outside the authority is told only who comes from their own agency"
        sheet.wrong("shows", what, 'write "shows: attendees"')
    if shows == Shows.ATTENDEES and own and own != "role":
        what = "who comes from an agency is for whoever answers for it"
        sheet.wrong("own", what, 'write "own: role"')
    if sheet.has_failed(before) or not (called and rhythm and shows and within):
        return None
    return Digest(
        name=called,
        pack=pack,
        title=str(sheet.text("title")),
        clauses=tuple(map(str, sheet.words("clauses"))),
        weekday=rhythm[0],
        clock=rhythm[1],
        to=tuple(map(str, to)),
        via=tuple(map(str, via)),
        shows=Shows(shows),
        within_working_days=within,
        own=own or "everything",
        message=message or called,
    )


def report(sheet: Sheet, pack: str, vocabulary: Vocabulary) -> Report | None:
    """Return the compiled report, or None; every mistake in it goes to the sheet's problems."""
    before = len(sheet.problems)
    called = sheet.read("report", name)
    figures = sheet.among("figures", vocabulary.figures, "figure")
    clauses = tuple(map(str, sheet.words("clauses")))
    if sheet.has_failed(before) or not called:
        return None
    return Report(called, pack, str(sheet.text("title")), clauses, tuple(map(str, figures)))


def _whole_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 100:  # noqa: PLR2004 - no conference has as many
        raise Misread(f'"{text}" is no number of agencies', "write a whole number such as 3")
    return int(text)
