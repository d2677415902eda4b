"""One pack's folder, compiled on top of the pack that it stands on."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256

from daemon.domain.errors import Severity
from daemon.domain.parts import WeeklySummary
from daemon.domain.rules import Applies, Pack
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.language import moments
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.language.private import reads_outside
from daemon.rulebook.language.schema import DIGEST, INVITATION, REPORT, RULE, SUMMARY, Desk, Sheet
from daemon.rulebook.language.words import VOCABULARY_FILE, check_label, one_of
from daemon.rulebook.packs.coverage import (
    SOURCES_FILE,
    check_carried,
    check_clauses,
    read_sources,
)
from daemon.rulebook.packs.holidays import FOLDER as HOLIDAYS
from daemon.rulebook.packs.inherited import Built, carries, roles, taken_over
from daemon.rulebook.rules import parts
from daemon.rulebook.rules.ladder import check_told, check_ways
from daemon.rulebook.rules.parts import invitation, report
from daemon.rulebook.rules.rule import rule
from daemon.rulebook.wording.messages import GENERAL, check_file_name, read_messages, stem_of

PACK_FILE = "pack.yaml"
OTHERS = {
    "invitation": ("invitations", INVITATION),
    "digest": ("digests", DIGEST),
    "report": ("reports", REPORT),
}
FIELDS = (  # of a case record that carry a clause by themselves (DOMAIN section 2)
    *("meeting.venue", "meeting.mode", "meeting.invitees", "meeting.scheduled_at"),
    *("invitee.attendance", "invitee.key", "invitee.report_expected", "invitee.role"),
    *("invitee.response", "invitee.person", "action.owner", "action.due_on", "plan.category"),
    *("looked_after", "roles", "review_by", "expected_on", "plan_held_by"),
)
MANAGER = "team_manager"
TRANSFER_NEEDS = ("receiving_conference_held",)
SUMMARY_MESSAGE = "weekly-summary"
PROMISE_CAP_WORKING_DAYS = 2


def build(
    sheet: Sheet,
    files: list[str],
    base: Built | None,
    desk: Desk,
    vocabulary: Vocabulary,
) -> Built:
    """Return the pack as far as it can be read; `sheet` is its pack.yaml."""
    called = files[0].partition("/")[0]
    check_label(sheet, "title")
    messages = read_messages(desk, _within(files, "messages"))
    reach = (*(base.reach if base else ()), *messages)
    carriers = read_sources(desk, f"{called}/{SOURCES_FILE}")
    role = partial(one_of, choices=vocabulary.roles, kind="role")
    letters = sheet.read("letters", role) or (base.pack.letters if base else None)
    sheets = _sheets(desk, _within(files, "rules"), base)
    rules = [rule(each, called, vocabulary, reach, letters) for each in sheets.values()]
    opened = {
        kind: [(stem_of(file), desk.open(file, shape)) for file in _within(files, folder)]
        for kind, (folder, shape) in OTHERS.items()
    }
    invitations = [invitation(one, called, vocabulary, reach) for _, one in opened["invitation"]]
    digests = [parts.digest(one, called, vocabulary, reach) for _, one in opened["digest"]]
    reports = [report(one, called, vocabulary) for _, one in opened["report"]]
    for kind, pairs in opened.items():
        for stem, each in pairs:
            check_file_name(each, kind, str(each.text(kind)) if each.has(kind) else stem, each.path)
    for each in (*sheets.values(), *(one for pairs in opened.values() for _, one in pairs)):
        check_clauses(each, "clauses", each.words("clauses"), carriers)
    made_from = (*(base.files if base else (VOCABULARY_FILE,)), *_without_scenarios(files))
    summary = _summary(sheet, vocabulary, reach) or (base.pack.summary if base else None)
    divisions = tuple(stem_of(file) for file in desk.texts if file.startswith(f"{HOLIDAYS}/"))
    division = sheet.read("division", partial(one_of, choices=divisions, kind="division"))
    if division:  # a bank holiday that is announced moves deadlines, as a changed rule does
        made_from = (*made_from, f"{HOLIDAYS}/{division}.yaml")
    below = base.pack if base else None
    transfer_needs = sheet.among("transfer_needs", vocabulary.facts, "fact")
    manager = roles(sheet, vocabulary).get(MANAGER, MANAGER)
    sheet.flag("trial")  # of what an authority takes over alone: daemon/rulebook/own/taken_over.py
    pack = Pack(
        name=called,
        title=str(sheet.text("title")),
        digest=digest(desk.texts, made_from),
        rules=(
            *taken_over(sheet, base, tuple(sheets), vocabulary),
            *(replace(each, manager=manager) for each in rules if each),
        ),
        stands_on=below.name if below else None,
        carries=carries(sheet, base, carriers),
        fallback=sheet.read("fallback", role) or "",
        promise_cap_working_days=sheet.read("promise_cap", _promise_cap)
        or PROMISE_CAP_WORKING_DAYS,
        summary=summary,
        applies=sheet.read("applies", _applies) or Applies.OPEN_CASES,
        effective_from=sheet.read("effective_from", moments.day),
        letters=letters,
        stands_in=roles(sheet, vocabulary, "stands_in"),
        review_by=sheet.read("review_by", moments.day),
        attendance=parts.attendance(sheet, vocabulary) or (below.attendance if below else {}),
        transfer_needs=tuple(map(str, transfer_needs)) or TRANSFER_NEEDS,
        invitations=tuple(filter(None, invitations)),
        digests=(*(below.digests if below else ()), *filter(None, digests)),
        reports=tuple(filter(None, reports)),
    )
    names = _carried_by(pack, base, sheets, opened, (*vocabulary.facts, *FIELDS), reach)
    if base or not sheet.has("stands_on"):
        own = {(kind, one): each for kind in ("rule", "approval") for one, each in sheets.items()}
        own |= {(kind, stem): each for kind, pairs in opened.items() for stem, each in pairs}
        check_carried(carriers, names, _clauses(pack), own)
    return Built(pack, made_from, messages, reach, names["rule"])


def _carried_by(
    pack: Pack,
    base: Built | None,
    sheets: Mapping[str, Sheet],
    opened: Mapping[str, list[tuple[str, Sheet]]],
    fields: tuple[str, ...],
    reach: tuple[str, ...],
) -> dict[str, tuple[str, ...]]:
    """Return by kind the names of all that may carry a clause, as `sources.yaml` says them."""
    own = {kind: tuple(stem for stem, _ in pairs) for kind, pairs in opened.items()}
    return {
        "rule": (*(base.rules if base else ()), *sheets),
        "approval": tuple(called for called, each in sheets.items() if each.has("approval")),
        "message": reach,
        "record": fields,
        **own,
        "digest": (*own["digest"], *((pack.summary.message,) if pack.summary else ())),
    }


def _clauses(pack: Pack) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the pack's own clauses that each of its things carries, by kind and name."""
    named = {("rule", one.name): pack.clauses(one) for one in pack.rules}
    named |= {("approval", one.name): pack.clauses(one) for one in pack.rules if one.approval}
    for kind, things in (
        ("invitation", pack.invitations),
        ("digest", pack.digests),
        ("report", pack.reports),
    ):
        named |= {(kind, one.name): one.clauses for one in things if one.pack == pack.name}
    return named


def digest(texts: Mapping[str, str], files: tuple[str, ...]) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 over the files' names and texts."""
    total = sha256()
    for file in sorted(files):
        total.update(f"{file}\0{len(texts[file])}\0{texts[file]}\0".encode())
    return total.hexdigest()[:16]


def check_owners(built: Mapping[str, Built]) -> None:
    """Report messages of one name in two packs: a rulebook knows them by name alone."""
    owner: dict[str, str] = {}
    for called, each in built.items():
        for message, (_, sheet) in each.messages.items():
            if owner.setdefault(message, called) != called:
                what = f"{owner[message]} has a message of this name"
                sheet.wrong("message", what, "give it another name")


def warn_of_unused(built: Mapping[str, Built]) -> None:
    """Warn of messages that nothing sends."""
    rungs = [rung for each in built.values() for one in each.pack.rules for rung in one.ladder]
    used = {message for rung in rungs for message in (rung.message, rung.offer)} | GENERAL
    used |= {each.pack.summary.message for each in built.values() if each.pack.summary}
    used |= {one.message for each in built.values() for one in each.pack.digests}
    used |= {
        word
        for each in built.values()
        for one in each.pack.invitations
        for word in one.words.values()
    }
    for each in built.values():
        for message, (_, sheet) in each.messages.items():
            if message not in used:
                what, mend = "nothing sends this message", "use it in a ladder, or delete it"
                sheet.wrong("message", what, mend, severity=Severity.WARNING)


def _within(files: list[str], part: str) -> list[str]:
    return [file for file in files if file.split("/")[1] == part]


def _without_scenarios(files: list[str]) -> list[str]:
    return [file for file in files if file.split("/")[1] != "scenarios"]


def _sheets(desk: Desk, files: list[str], base: Built | None) -> dict[str, Sheet]:
    sheets: dict[str, Sheet] = {}
    for file in files:
        sheet = desk.open(file, RULE)
        called = str(sheet.text("rule")) if sheet.has("rule") else stem_of(file)
        check_file_name(sheet, "rule", called, file)
        if base and called in base.rules:
            what = f"{base.pack.name} has a rule of this name"
            sheet.wrong("rule", what, "give it another name")
        sheets[called] = sheet
    return sheets


def _summary(
    sheet: Sheet, vocabulary: Vocabulary, messages: tuple[str, ...]
) -> WeeklySummary | None:
    inner = sheet.sheet("weekly_summary", SUMMARY)
    if inner is None:
        return None
    day, at = inner.read("day", moments.weekday), inner.read("at", moments.clock)
    to = inner.among("tell", vocabulary.roles, "role")
    via = inner.among("via", vocabulary.channels, "channel")
    known = partial(one_of, choices=messages, kind="message")
    message = inner.read("message", known) or SUMMARY_MESSAGE
    check_told(inner, tuple(map(str, to)))
    check_ways(inner, via)
    if any(reads_outside(one) for one in to if one in vocabulary.roles):
        what = "nobody outside the authority is told what is overdue in every case"
        inner.wrong("tell", what, "name a post or a team of the authority")
    if day is None or at is None:
        return None
    return WeeklySummary(day, at, tuple(map(str, to)), tuple(map(str, via)), message)


def _promise_cap(text: str) -> int:
    """Return the working days that a promise may rest a reminder (DOMAIN section 5, 7)."""
    days = moments.length(text)
    if days > PROMISE_CAP_WORKING_DAYS:
        raise Misread("no promise rests a step that long", 'write "2 working days", or 1')
    return days


def _applies(text: str) -> Applies:
    if text not in set(Applies):
        raise Misread(f'"{text}" is neither of the two', "write open_cases or new_cases")
    return Applies(text)
