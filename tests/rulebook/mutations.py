"""Random slips of the pen in the shipped packs, and what loading makes of them."""

import random
from collections.abc import Mapping
from typing import NamedTuple

from daemon.domain.errors import Severity
from daemon.domain.rules import Rulebook
from daemon.rulebook import load_texts, shipped, sources
from daemon.rulebook.checks.scenarios import read_scenarios

BASE = "statutory-england"
SHARED = ("vocabulary.yaml", "clauses.csv", "holidays", BASE)
ODD = "&*!|>{}[]:,#'\"%@`\x00\té\U0001f600-0 \n"


class Slip(NamedTuple):
    """One slip and what came of it; `wrong` where that is neither a whole rulebook nor a list of problems."""

    seed: int
    file: str
    is_refused: bool
    wrong: str = ""


def try_slips(seeds: range) -> list[Slip]:
    """Return what comes of each of these slips, each in one pack with the base that it stands on."""
    every = sources(shipped())
    packs = sorted({file.partition("/")[0] for file in every} - set(SHARED))
    found = []
    for seed in seeds:
        chance = random.Random(seed)
        mine = {*SHARED, chance.choice(packs)}
        texts = {file: text for file, text in every.items() if file.partition("/")[0] in mine}
        file = chance.choice(sorted(texts))
        slipped = {**texts, file: mutated(texts[file], chance)}
        try:
            book, problems = load_texts(slipped)
            if "/scenarios/" in file:
                problems += read_scenarios({file: slipped[file]})[1]
        except Exception as error:  # noqa: BLE001 - none is allowed
            found.append(Slip(seed, file, is_refused=False, wrong=f"it crashed: {error!r}"))
            continue
        errors = any(one.severity is Severity.ERROR for one in problems)
        wrong = "" if all("\n" not in str(one) for one in problems) else "a problem has two lines"
        if book is None and not errors:
            wrong = "it is refused, and nobody is told why"
        elif book is not None and not _is_whole(book, slipped):
            wrong = "it is loaded without one of its parts"
        found.append(Slip(seed, file, is_refused=book is None, wrong=wrong))
    return found


def _is_whole(book: Rulebook, texts: Mapping[str, str]) -> bool:
    """Return whether each file of a rule, an invitation, a digest or a report is in the rulebook."""
    for called, pack in book.packs.items():
        parts = {
            "rules": [rule for rule in pack.rules if rule.pack == called],
            "invitations": pack.invitations,
            "digests": [one for one in pack.digests if one.pack == called],
            "reports": pack.reports,
        }
        for folder, held in parts.items():
            files = [file for file in texts if file.startswith(f"{called}/{folder}/")]
            if len(held) != len(files):
                return False
    return {file.partition("/")[0] for file in texts if file.endswith("/pack.yaml")} == {
        *book.packs
    }


def mutated(text: str, chance: random.Random) -> str:
    """Return a text with one slip: a line lost, twice or elsewhere, an odd sign, a word for another."""
    lines = text.splitlines(keepends=True) or [""]
    words = text.split() or [""]
    at, place = chance.randrange(len(lines)), chance.randrange(len(text) + 1)
    one, other = chance.choice(words), chance.choice(words)
    return chance.choice(
        [
            "".join(lines[:at] + lines[at + 1 :]),
            "".join([*lines[: at + 1], lines[at], *lines[at + 1 :]]),
            "".join(chance.sample(lines, len(lines))),
            text[:place],
            text[:place] + chance.choice(ODD) + text[place:],
            text[:place] + text[place + chance.randrange(1, 30) :],
            text.replace(one, other) if one else text,
        ]
    )
