"""policies/vocabulary.yaml: the words that records and rules may use."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from daemon.domain.vocabulary import FactWord, Vocabulary, guess
from daemon.rulebook.language.marks import Text
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.language.private import misworded, unseen
from daemon.rulebook.language.schema import FACT, VOCABULARY, Desk, Sheet

VOCABULARY_FILE = "vocabulary.yaml"
IN_THE_VOCABULARY = "see policies/vocabulary.yaml for the list"
PARTS_OF_A_PACK = ("message", "rule", "rule of this pack", "invitation", "digest", "report")
LONGEST_LABEL = 200  # characters: it stands within a sentence
# Said as it ships, and no other way: it stands only in how a date was counted, which nobody outside is shown.
AS_IT_SHIPS = {"police_investigation_open": "the state of the police investigation"}


def vocabulary(desk: Desk) -> Vocabulary:
    """Return the vocabulary; what is wrong with it goes to the desk's problems."""
    sheet = desk.open(VOCABULARY_FILE, VOCABULARY)
    roles = _titles(sheet, "roles")
    return Vocabulary(
        facts=_facts(sheet),
        roles=roles,
        agencies=_titles(sheet, "agencies"),
        meetings=_titles(sheet, "meetings"),
        channels=_titles(sheet, "channels"),
        feed_roles=_titles(sheet, "feed_roles"),
        documents=_titles(sheet, "documents"),
        figures=_titles(sheet, "figures"),
        told_because=_titles(sheet, "told_because", lambda text: one_of(text, roles, "role")),
    )


def check_label(sheet: Sheet, key: str) -> None:
    """Report what a name in words must not say or hide: readers outside the authority get it as it stands."""
    text = sheet.table.get(key)  # what is no text is told of where it is read
    for what, mend in _wrong_in(str(text)) if isinstance(text, Text) else ():
        sheet.wrong(key, what, mend)


@lru_cache(maxsize=2000)  # a few hundred labels, read again with every edition
def _wrong_in(text: str) -> tuple[tuple[str, str], ...]:
    found = [*unseen(text), *misworded(text, outside=True)]
    if any(one.isspace() and one != " " for one in text):
        what = "this is more than one line, or has wide spaces"
        found.append((what, "write it in one line, with plain spaces"))
    if len(text) > LONGEST_LABEL:
        what = f"this is {len(text)} characters long, and stands within sentences"
        found.append((what, f"keep it within {LONGEST_LABEL}"))
    return tuple(found)


def code(text: str) -> str:
    """Return the text if it is a code such as "icpc_held". Raises Misread."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise Misread(f'"{text}" is no code', "use small letters, figures and underscores")
    return text


def name(text: str) -> str:
    """Return the text if it is a name such as "icpc-limit". Raises Misread."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise Misread(f'"{text}" is no name', "use small letters, figures and hyphens")
    return str(text)


def one_of(text: str, choices: Mapping[str, object] | tuple[str, ...], kind: str) -> str:
    """Return the text if it is one of the choices; `kind` is what they are. Raises Misread."""
    if text not in choices:
        written = (
            "`daykeeper docs` lists every name" if kind in PARTS_OF_A_PACK else IN_THE_VOCABULARY
        )
        mend = guess(text, choices, written) if choices else f"there is no {kind} yet"
        raise Misread(f'no {kind} is called "{text}"', mend)
    return str(text)


def _facts(sheet: Sheet) -> Mapping[str, FactWord]:
    table = sheet.sheet("facts", None)
    if table is None:
        return {}
    facts: dict[str, FactWord] = {}
    for key in table.keys:
        if table.attempt("", key, code) is None:
            continue
        if isinstance(table.table.get(key), Text):
            check_label(table, key)
            facts[str(key)] = FactWord(str(table.text(key)))
        elif entry := table.sheet(key, FACT):
            facts[str(key)] = _fact(entry)
            if facts[str(key)].label != AS_IT_SHIPS.get(key):
                check_label(entry, "label")
    return facts


def _fact(entry: Sheet) -> FactWord:
    values = tuple(map(str, entry.words("values")))
    default = entry.read("default", lambda text: one_of(text, values, "value"))
    return FactWord(str(entry.text("label")), values, default, entry.flag("future"))


def _titles(sheet: Sheet, key: str, named: Callable[[str], str] = code) -> Mapping[str, str]:
    table = sheet.sheet(key, None)
    if table is None:
        return {}
    words = [word for word in table.keys if table.attempt("", word, named)]
    for word in words:
        check_label(table, word)
    return {str(word): str(table.text(word)) for word in words}
