"""What is different in a rule's remarks and question, in the lists of a pack, and in the words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from daemon.domain.parts import Approval, Digest, Invitation, Report, WeeklySummary
from daemon.domain.rules import Pack, Remark
from daemon.domain.times import WEEKDAYS
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook.differing.contrast import Difference, Flags, contrast, contrast_text, say_value
from daemon.rulebook.wording.saying import is_told

SUMMARY = "weekly-summary"
UNSAID = frozenset({"name", "pack", "question", "weekday", "clock", "title", "words"})
APPROVAL_WORDS: Mapping[str, str] = {
    "of": "{now} is asked instead of {before}",
    "answers": "answers are {now} instead of {before}",
    "reasons": "reasons that may be given are {now} instead of {before}",
    "another_than": "whoever gave {now} may not answer, instead of {before}",
}
APPROVAL_FLAGS: Flags = {
    "new_date": ("a new date may be given with the answer", "no new date is given with the answer any more"),
    "of_all_told": ("everybody who was told may answer", "not everybody who was told may answer any more"),
}  # fmt: skip
LIST_WORDS: Mapping[str, str] = {
    "to": "it goes to {now} instead of {before}",
    "via": "it goes by {now} instead of by {before}",
    "shows": "it shows {now} instead of {before}",
    "within_working_days": "it looks {now} ahead instead of {before}",
    "own": "a reader sees what is of their {now} instead of {before}",
    "message": "it sends the message {now} instead of {before}",
    "clauses": "it carries {now} instead of {before}",
    "when": "it is sent when {now} instead of when {before}",
    "subject": "it is for each {now} instead of each {before}",
    "sends_for": "{now} are invited instead of {before}",
    "encloses": "{now} travel with it instead of {before}",
    "encloses_for_family": "{now} travel with a family's letter instead of {before}",
    "figures": "it counts {now} instead of {before}",
}
LIST_FLAGS: Flags = {
    "family_joins_online": (
        "families may join online", "a family's letter says no longer how to join online"
    ),
}  # fmt: skip
List = Digest | Invitation | Report


def remarks(rule: str, before: Sequence[Remark], now: Sequence[Remark]) -> Iterator[Difference]:
    """Yield what a rule's messages add, and while what holds, where that is not as it was."""
    was, is_ = _by_condition(before), _by_condition(now)
    for when, number in dict.fromkeys((*was, *is_)):
        old, new = was.get((when, number)), is_.get((when, number))
        for part, once in (("say", ""), ("overdue", ", once it is overdue")):
            texts = (getattr(one, part) if one else "" for one in (old, new))
            yield from contrast_text(rule, "remarks", f"the remark while {when}{once}", *texts)


def _by_condition(some: Sequence[Remark]) -> dict[tuple[str, int], Remark]:
    """Return remarks by their condition; several of the same are told apart by their number."""
    found: dict[tuple[str, int], Remark] = {}
    for one in some:
        number = sum(one.when.text == when for when, _ in found)
        found[one.when.text, number] = one
    return found


def approvals(rule: str, before: Approval | None, now: Approval | None) -> Iterator[Difference]:
    """Yield how the question that a rule puts differs."""
    if before is None or now is None:
        one, how = (now, "asked, which is new") if now else (before, "no longer asked")
        if one is not None:
            said = f'{say_value("of", one.of)} is {how}: "{one.question}"'
            yield Difference(rule, "approval", said)
        return
    yield from contrast_text(rule, "approval", "its question", before.question, now.question)
    yield from _fields(rule, before, now, APPROVAL_WORDS, APPROVAL_FLAGS)


def summaries(before: WeeklySummary | None, now: WeeklySummary | None) -> Iterator[Difference]:
    """Yield how the weekly summary differs: its moment, its readers, its words."""
    if before is None or now is None:
        if before is not now:
            said = (
                "nothing is sent any more"
                if now is None
                else f"it goes out {_rhythm(now)}, which is new"
            )
            yield Difference(SUMMARY, "summary", said)
        return
    yield from _list(SUMMARY, before, now)


def lists(before: Pack, now: Pack) -> Iterator[Difference]:
    """Yield how the digests, invitations and reports of a pack differ, each by its name."""
    for kind, word in (("digests", "list"), ("invitations", "invitation"), ("reports", "report")):
        was: dict[str, List] = {one.name: one for one in getattr(before, kind)}
        is_: dict[str, List] = {one.name: one for one in getattr(now, kind)}
        for name in dict.fromkeys((*was, *is_)):
            old, new = was.get(name), is_.get(name)
            if old is None or new is None:
                yield Difference(name, kind, _new(new, word) if new else f"the {word} is gone")
            else:
                yield from _list(name, old, new)


def words_of(before: Vocabulary, now: Vocabulary) -> Iterator[Difference]:
    """Yield how the words differ by which messages call facts, roles, agencies and the like."""
    for each in fields(Vocabulary):
        was, is_ = getattr(before, each.name), getattr(now, each.name)
        if not isinstance(was, Mapping):
            continue
        for code in sorted(was.keys() | is_.keys()):
            texts = (_said(some.get(code)) for some in (was, is_))
            yield from contrast_text(code, "vocabulary", "what it is called", *texts)


def _new(one: List, word: str) -> str:
    if isinstance(one, Digest):
        return f"{is_told(one.to)} sent this {word} {_rhythm(one)}, which is new"
    return f"the {word} is new: {one.title}"


def _list(name: str, old: Any, new: Any) -> Iterator[Difference]:
    if hasattr(new, "clock") and (was := _rhythm(old)) != (is_ := _rhythm(new)):
        yield Difference(name, "every", f"it goes out {is_} instead of {was}")
    if hasattr(new, "title"):
        yield from contrast_text(name, "title", "its title", old.title, new.title)
    if isinstance(new, Invitation):
        for reader in dict.fromkeys((*old.words, *new.words)):
            texts = (one.words.get(reader, "") for one in (old, new))
            called = f"the message for {reader.replace('_', ' ')}"
            yield from contrast_text(name, "words", called, *texts)
    yield from _fields(name, old, new, LIST_WORDS, LIST_FLAGS)


def _fields(
    about: str, old: Any, new: Any, words: Mapping[str, str], flags: Flags
) -> Iterator[Difference]:
    for each in fields(new):
        if each.name not in UNSAID:
            yield from contrast(about, each.name, old, new, words, flags)


def _rhythm(one: Digest | WeeklySummary) -> str:
    """Return when a list goes out: "on Mondays at 09:00"."""
    day = "every working day" if one.weekday is None else f"on {WEEKDAYS[one.weekday]}s"
    return f"{day} at {one.clock:%H:%M}"


def _said(word: object) -> str:
    """Return a word of the vocabulary with all that it means: a fact's values and whether it may lie ahead."""
    if not is_dataclass(word):
        return str(word or "")
    label, *more = [(each.name, getattr(word, each.name)) for each in fields(word)]
    said = [
        f"{name} {say_value('', one)}" for name, one in more if one not in (None, "", (), False)
    ]
    return "; ".join([str(label[1]), *said])
