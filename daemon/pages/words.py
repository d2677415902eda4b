"""A rule's phrases as a practitioner reads them: the words of the vocabulary in place of its codes."""

import re
from collections.abc import Iterable, Mapping

from daemon.decide.telling.wording import say_list
from daemon.domain.deadline import Deadline
from daemon.domain.rules import Rung
from daemon.domain.vocabulary import Vocabulary

CODE = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)*\b")
VALUE = re.compile(r"\b(is not|is|or) ([a-z][a-z0-9_]*)\b")
WHICH = re.compile(r"\b(the (?:latest|last|first|second|third|fourth)|this) the ")
EITHER = re.compile(r"the (?:earlier|later) of\b")  # of two, each a phrase of its own
OUR_OWN = frozenset(
    {"recorded", "missing", "held", "booked", "unbooked", "failed", "at", "not", "yes", "no"}
)
ASKS = {
    "promise": "They are asked when they will have it done.",
    "approval": "They are asked for their answer.",
    "confirm": "They look at a draft, and send it themselves.",
}


def in_words(phrase: str, words: Vocabulary) -> str:
    """Return a phrase of a rule with facts, roles and kinds in words, and values in quotation marks."""
    phrase = VALUE.sub(lambda found: f"{found[1]} {_value(found[2], words)}", phrase)
    phrase = CODE.sub(lambda found: _label(found[0], words), phrase)
    return WHICH.sub(r"\1 ", phrase)


def say_due(due: Deadline, words: Vocabulary) -> str:
    """Return by when a duty must be done; one without a limit begins, and is told, with a fact."""
    if not due.is_limit:
        return f"no limit: it begins when {words.label(due.anchor)} is recorded"
    said = in_words(due.text, words)
    return said.replace("on the day of", "the day of") if EITHER.match(said) else said


def _value(word: str, words: Vocabulary) -> str:
    if word in OUR_OWN or word in words.facts:
        return word
    return f"“{word.replace('_', ' ')}”"


def _label(code: str, words: Vocabulary) -> str:
    if code in words.facts:
        return words.label(code)
    for titles in (words.meetings, words.roles, words.agencies, words.feed_roles):
        if code in titles and (titles is words.meetings or "_" in code):
            return titles[code]
    return code.replace("_", " ")


def say_facts(
    names: Iterable[str], words: Vocabulary, values: Mapping[str, frozenset[str]], joined: str
) -> str:
    """Return what meets a duty: "the core group, or the plan ended as “moved”"."""
    said = []
    for name in names:
        wanted = " or ".join(
            f"“{value.replace('_', ' ')}”" for value in sorted(values.get(name, ()))
        )
        said.append(f"{words.label(name)} is recorded" + (f" as {wanted}" if wanted else ""))
    return f", {joined} ".join(said)


def say_roles(roles: Iterable[str], words: Vocabulary) -> str:
    """Return roles, or agencies, as a list in words."""
    return say_list([words.agencies.get(role) or words.role(role) for role in roles])


def say_rung(rung: Rung, words: Vocabulary) -> str:
    """Return one step of a ladder as a sentence."""
    told = say_roles(rung.to, words)
    ways = say_list([words.channels.get(way, way) for way in rung.via])
    verb = "is" if len(rung.to) == 1 else "are"
    said = [f"The {told} {verb} told by {ways}."]
    if rung.letter_for:
        said = [f"The {told} {verb} asked to write to the {say_roles(rung.letter_for, words)}."]
    said += [ASKS[rung.ask]] if rung.ask in ASKS else []
    said += ["A drafted escalation goes with it, for them to edit and send."] if rung.offer else []
    if rung.encloses:
        said.append(f"With it: {say_list([one.replace('_', ' ') for one in rung.encloses])}.")
    said += ["At any hour, also when the office is closed."] if rung.urgent else []
    if rung.repeat_working_days:
        many = rung.repeat_working_days
        said.append(
            f"Again every {f'{many} working days' if many > 1 else 'working day'} until it is done."
        )
    return " ".join(said)


def say_time(text: str) -> str:
    """Return when a step comes, from the phrase of the rule: "1 working day before it is due, at 09:00"."""
    said = re.sub(r", (\d\d:\d\d)$", r", at \1", text)
    said = re.sub(r"^day of due\b", "on the day on which it is due", said)
    said = re.sub(r"\b(before|after) due\b", r"\1 it is due", said)
    said = re.sub(r"\bafter opening\b", "after it begins", said)
    return "When it is due" if said == "due" else said[:1].upper() + said[1:]
