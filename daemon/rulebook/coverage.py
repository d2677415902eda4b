"""sources.yaml: every clause of a pathway once, with what carries it."""

from collections.abc import Mapping
from dataclasses import dataclass

from daemon.domain.rules import Pack
from daemon.domain.vocabulary import guess
from daemon.rulebook.marks import Text
from daemon.rulebook.phrases import Misread
from daemon.rulebook.schema import SOURCE, SOURCE_KINDS, Desk, Sheet
from daemon.rulebook.words import one_of

SOURCES_FILE = "sources.yaml"


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries a clause: a kind of SOURCE_KINDS and a name, or why people do it."""

    kind: str
    name: Text
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
            found[str(clause)] = Carrier(kinds[0], entry.text(kinds[0]), entry)
        else:
            mend = f"write one of: {', '.join(SOURCE_KINDS)}"
            sheet.wrong(clause, f"this clause has {len(kinds)} carriers", mend)
    return found


def check_carried(
    carriers: Mapping[str, Carrier], pack: Pack, names: Mapping[str, tuple[str, ...]]
) -> None:
    """Report a carrier that does not exist, or that does not name the clause.

    `names` gives what there is by kind; a rule that could not be read is among it.
    """
    for clause, carrier in carriers.items():
        sheet, kind = carrier.sheet, carrier.kind
        if kind == "people" or not carrier.name:
            continue
        try:
            called = one_of(carrier.name, names.get(kind, ()), kind)
        except Misread as error:
            sheet.wrong(kind, error.what, error.mend)
            continue
        rule = pack.rule(called) if kind == "rule" else None
        if rule and clause not in pack.clauses(rule):
            sheet.wrong(kind, f"the rule {called} does not name {clause}", "add it to its clauses")


def check_clauses(
    sheet: Sheet, key: str, clauses: tuple[Text, ...], carriers: Mapping[str, Carrier]
) -> None:
    """Report a clause that sources.yaml does not list."""
    for clause in clauses:
        if clause not in carriers:
            hint = guess(clause, tuple(carriers))
            mend = hint if hint.startswith("did") else "add it there, with what carries it"
            sheet.wrong(key, f"{SOURCES_FILE} does not list {clause}", mend, line=clause.line)
