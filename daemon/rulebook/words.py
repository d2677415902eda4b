"""policies/vocabulary.yaml: the words that records and rules may use."""

import re
from collections.abc import Callable, Mapping

from daemon.domain.vocabulary import FactWord, Vocabulary, guess
from daemon.rulebook.marks import Text
from daemon.rulebook.phrases import Misread
from daemon.rulebook.schema import FACT, VOCABULARY, Desk, Sheet

VOCABULARY_FILE = "vocabulary.yaml"


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
        mend = guess(text, choices) if choices else f"there is no {kind} yet"
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
            facts[str(key)] = FactWord(str(table.text(key)))
        elif entry := table.sheet(key, FACT):
            facts[str(key)] = _fact(entry)
    return facts


def _fact(entry: Sheet) -> FactWord:
    values = tuple(map(str, entry.words("values")))
    default = entry.read("default", lambda text: one_of(text, values, "value"))
    return FactWord(str(entry.text("label")), values, default, entry.flag("future"))


def _titles(sheet: Sheet, key: str, named: Callable[[str], str] = code) -> Mapping[str, str]:
    table = sheet.sheet(key, None)
    words = [word for word in table.keys if table.attempt("", word, named)] if table else []
    return {str(word): str(table.text(word)) for word in words} if table else {}
