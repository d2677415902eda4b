"""sources.yaml: every clause of a pathway once, with what carries it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from daemon.decide.telling.wording import say_list
from daemon.domain.vocabulary import guess
from daemon.rulebook.language.marks import Text
from daemon.rulebook.language.schema import SOURCE, SOURCE_KINDS, Desk, Sheet
from daemon.rulebook.language.words import one_of

SOURCES_FILE = "sources.yaml"
NUMBERED = re.compile(r"(.+)-\d+")


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a clause: a kind of SOURCE_KINDS and names, or why people do it."""

    kind: str
    names: tuple[Text, ...]
    sheet: Sheet


def read_sources(desk: Desk, file: str) -> dict[str, Carrier]:
    """Return the carriers by clause; a pack without the file has none."""
    sheet = desk.open(file, None) if file in desk.texts else None
    found: dict[str, Carrier] = {}
    for clause in sheet.keys if sheet else ():
        entry = sheet.sheet(clause, SOURCE) if sheet else None
        if sheet is None or entry is None:
            continue
        kinds = [kind for kind in SOURCE_KINDS if entry.has(kind)]
        if len(kinds) == 1:
            before = len(desk.problems)
            names = entry.words(kinds[0])
            if not names and len(desk.problems) == before:
                entry.wrong(kinds[0], "nothing is named", "name what carries the clause")
            found[str(clause)] = Carrier(kinds[0], names, entry)
        else:
            mend = "keep one of them" if kinds else f"write one of: {', '.join(SOURCE_KINDS)}"
            has = f"carriers of {len(kinds)} kinds: {', '.join(kinds)}" if kinds else "no carrier"
            sheet.wrong(clause, f"this clause has {has}", mend)
            found[str(clause)] = Carrier("", (), entry)
    return found


def check_carried(
    carriers: Mapping[str, Carrier],
    names: Mapping[str, tuple[str, ...]],
    clauses: Mapping[tuple[str, str], tuple[str, ...]],
    own: Mapping[tuple[str, str], Sheet],
) -> None:
    """Report a carrier that does not exist, or that does not name the clause.

    `names` gives what there is by kind, also what could not be read; `clauses` those that each thing
    that could be read names, by kind and name; `own` the pack's own files of these.
    """
    misread: set[str] = set()
    for clause, carrier in carriers.items():
        sheet, kind = carrier.sheet, carrier.kind
        if not carrier.names:  # which has been told
            misread.add(clause)
            continue
        for written in () if kind == "people" else carrier.names:
            known = partial(one_of, choices=names.get(kind, ()), kind=kind)
            called = sheet.attempt(kind, written, known)
            if called is None:
                misread.add(clause)
            if called and clause not in clauses.get((kind, called), (clause,)):
                what = f"the {kind} {called} does not name {clause}"
                sheet.wrong(kind, what, "add it to its clauses", line=written.line)
        if kind == "people" and len(carrier.names) != 1:
            sheet.wrong(kind, "one reason belongs here", "write it as one text")
    named = {
        (kind, str(name), clause)
        for clause, carrier in carriers.items()
        for kind in _kinds(carrier.kind)
        for name in carrier.names
    }
    for (kind, called), theirs in clauses.items():
        for clause in theirs:
            if clause in carriers and clause not in misread and (kind, called, clause) not in named:
                _not_its_carrier(carriers[clause], kind, called, clause, own.get((kind, called)))


def _not_its_carrier(
    carrier: Carrier, kind: str, called: str, clause: str, own: Sheet | None
) -> None:
    """Report a thing that names a clause which something else carries: at its own line, where it has one."""
    if own is None:
        what = f"the {kind} {called} names {clause}, and is not what carries it here"
        carrier.sheet.wrong(carrier.kind, what, f'write "{kind}: {called}", or add it')
        return
    line = next((one.line for one in own.words("clauses") if one == clause), None)
    kinds = f"{carrier.kind}s" if carrier.names[1:] else carrier.kind
    by = "people" if carrier.kind == "people" else f"the {kinds} {say_list(carrier.names)}"
    noun = "rule" if kind == "approval" else kind
    what = f"{clause} is carried by {by}, as {SOURCES_FILE} says, and not by this {noun}"
    mend = (
        f'take {clause} out here ("clauses: []" goes with "basis: house"), or name {called} there'
    )
    own.wrong("clauses", what, mend, line=line)


def _kinds(kind: str) -> tuple[str, ...]:
    """Return the kinds of thing that a word means: an approval is a rule with a question."""
    return ("rule", "approval") if kind in ("rule", "approval") else (kind,)


def check_clauses(
    sheet: Sheet, key: str, clauses: tuple[Text, ...], carriers: Mapping[str, Carrier]
) -> None:
    """Report a clause that sources.yaml does not list.

    Numbers are no words: one that is not there was left out, and its neighbour is another clause.
    """
    documents = {_document(one) for one in carriers}
    for clause in clauses:
        if clause not in carriers:
            mend = guess(clause, tuple(carriers))
            if _document(clause) in documents or not mend.startswith("did"):
                mend = "add it there, with what carries it, or take it out here"
            sheet.wrong(key, f"{SOURCES_FILE} does not list {clause}", mend, line=clause.line)


def _document(clause: str) -> str:
    """Return the document that a clause is of: "DEV" for "DEV-044"; all of an id that has no number."""
    found = NUMBERED.fullmatch(clause)
    return found[1] if found else clause
