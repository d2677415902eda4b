"""Policies of an authority's own: what ships as statutory, or as a rule of safety, stands there and says the same.

Source: READINGS section 2, which stands above every other rule. Rules that are in force already are not
asked this: an older release may have had other ones.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Table
from daemon.rulebook.own.beside import Beside, said, tree
from daemon.rulebook.own.counted import other_days, other_words
from daemon.rulebook.own.kept import is_safety
from daemon.rulebook.own.overlay import chain
from daemon.rulebook.own.rungs import by_name, says
from daemon.rulebook.own.unprotected import not_kept, of_packs
from daemon.rulebook.packs.load import BASE
from daemon.rulebook.packs.pack import PACK_FILE

# All other keys bear on whether, when and whom a rule tells; and so do these, of each rule of the pack.
WORDS = frozenset({"title", "why", "todo", "remarks"})
OF_PACKS = ("stands_on", "roles", "stands_in", "transfer_needs")
MARK = re.compile("statutory|safety")  # without either word a rule is not parsed
AWAY = ("replaces", "omits")
BY_CHANGE = (
    "write what this release says; whom a statutory limit tells, and when, is changed in changes/"
)
WORDS_ALONE = "write what this release says: of a rule of safety only words may differ"
OF_ANOTHER = (
    "write what this release says, or leave it if your own document has this step otherwise"
)
BACK = "put it back as it ships, or work by the policies that ship"
BESIDE = "take it out there; add a stricter rule of your own beside it"


def not_as_shipped(both: Beside, based_on: str | None) -> Iterator[Problem]:
    """Yield an error for each protected rule, and what bears on all of a pack's, that is not as it ships.

    It is about packs of a shipped name; one of another name takes no protected rule away, and where it stands
    on none of them that is warned of: of the one that `based_on` names, else of each. A pack that says of itself
    that it is for trials, and what stands on it, is held against nothing. What other rules and a pack's own file
    keep is `unprotected`'s; what the words and the bank holidays say, by which limits are counted, is `counted`'s.
    """
    packs = both.packs()
    rules = _rules(both.ships) if packs else ()  # where all are for trials nothing is read
    protected = {file: found for file, found in rules if _is_protected(found)}
    names = {_stem(file) for file in protected}
    for pack in packs:
        yield from _pack(both, f"{pack}/{PACK_FILE}", names)
        yield from of_packs(both, pack)
    for file, theirs in protected.items():
        if file.partition("/")[0] in packs and both.differ(file):
            yield from _rule(both, file, theirs)
    yield from _renamed(both, packs, protected)
    yield from not_kept(both, packs, protected)
    yield from other_words(both, packs, protected)
    yield from other_days(both) if packs else ()
    for pack in packs if based_on is None else (based_on,):
        file = f"{pack}/{PACK_FILE}"
        if file in both.own and BASE not in chain(both.own, pack):
            what = f"does not stand on {BASE}: none of England's statutory limits is told"
            mend = f'add "stands_on: {BASE}" to it, or leave it if other law holds'
            yield both.wrong(file, "", what, mend, Severity.WARNING)


def _renamed(
    both: Beside, packs: Collection[str], protected: Mapping[str, Table]
) -> Iterator[Problem]:
    """Yield a warning of each rule of safety that a pack of another name has and says otherwise.

    Such a pack may be another document, which has this step otherwise; as likely it is one of ours by a new name.
    """
    safety = [(file, found) for file, found in protected.items() if is_safety(found)]
    for file in sorted(both.own):
        pack, _, rest = file.partition("/")
        is_ours = pack in packs and f"{pack}/{PACK_FILE}" not in both.ships
        ours = tree(both.own, file) if is_ours and rest.startswith("rules/") else None
        alike = [
            (_differing(ours, found), one.partition("/")[0])
            for one, found in safety
            if ours is not None and _stem(one) == _stem(file)
        ]
        keys, named = min(alike, key=lambda one: len(one[0]), default=([], ""))
        if keys:
            why = f"it has the name of a rule of safety of {named}"
            yield replace(
                _differs(both, file, keys, keys, why, OF_ANOTHER), severity=Severity.WARNING
            )


def _pack(both: Beside, file: str, names: set[str]) -> Iterator[Problem]:
    """Yield what a pack's own file takes away from its protected rules, or says of whom they tell."""
    if not both.differ(file):
        return
    ours, theirs = both.trees(file)
    yield from _taken_away(both, file, ours, theirs, names)
    if theirs is not None:
        differing = [key for key in OF_PACKS if said(ours, key) != said(theirs, key)]
        if differing:
            why = "whom its statutory limits tell is not changed"
            yield _differs(both, file, differing, differing, why)


def _rule(both: Beside, file: str, theirs: Table) -> Iterator[Problem]:
    """Yield what is not as it ships in one protected rule; what cannot be read is told elsewhere."""
    kind = "a rule of safety" if is_safety(theirs) else "a statutory limit"
    ours = tree(both.own, file)
    if file not in both.own:
        yield both.wrong(file, "", f"is not there: {kind} is not switched off", BACK)
    elif ours is not None:
        differing = _differing(ours, theirs)
        if differing:
            told = [_rungs(theirs, ours) if key == "ladder" else str(key) for key in differing]
            mend = WORDS_ALONE if is_safety(theirs) else BY_CHANGE
            yield _differs(both, file, differing, told, f"{kind} is not changed", mend)


def _differing(ours: Table, theirs: Table) -> list[str]:
    """Return the keys of a rule, but for its words, that the two say otherwise."""
    keys = dict.fromkeys((*theirs.entries, *ours.entries))
    return [key for key in keys if key not in WORDS and said(ours, key) != said(theirs, key)]


def _taken_away(
    both: Beside, file: str, ours: Table | None, theirs: Table | None, names: set[str]
) -> Iterator[Problem]:
    """Yield each protected rule that a pack replaces or leaves out, and not as it ships."""
    for key in AWAY:
        table, before = (found.get(key) if found else None for found in (ours, theirs))
        for called in table.entries if isinstance(table, Table) else ():
            if called in names and not (isinstance(before, Table) and before.get(called)):
                what = f'has {called} under "{key}": a statutory limit is not switched off'
                yield both.wrong(file, called, what, BESIDE)


def _differs(
    both: Beside, file: str, keys: Sequence[str], told: list[str], why: str, mend: str = BY_CHANGE
) -> Problem:
    """Return what a file says otherwise, at the first of the keys that stands in it."""
    named = ", ".join(f'"{key}"' for key in told)
    what = f"says something else than this release ({named}): {why}"
    return both.wrong(file, str(keys[0]), what, mend)


def _rungs(theirs: Table, ours: Table) -> str:
    """Return the key of a ladder with the names of the rungs that differ."""
    old, new = by_name(theirs), by_name(ours)
    names = [
        name
        for name in dict.fromkeys((*old, *new))
        if name not in old or name not in new or says(old[name]) != says(new[name])
    ]
    return " ".join(("ladder:", *names)) if names else "ladder"


def _is_protected(rule: Table) -> bool:
    return is_safety(rule) or rule.get("basis") == "statutory"


def _rules(texts: Mapping[str, str]) -> Iterator[tuple[str, Table]]:
    for file in sorted(texts):
        is_rule = file.split("/")[1:2] == ["rules"] and MARK.search(texts[file])
        if is_rule and (found := tree(texts, file)) is not None:
            yield file, found


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".yaml")
