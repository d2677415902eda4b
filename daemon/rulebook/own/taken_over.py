"""Policies of an authority's own: what ships as statutory, or as a rule of safety, stands there and says the same.

Source: READINGS section 2, which stands above every other rule. Rules that are in force already are not
asked this: an older release may have had other ones.
"""

import re
from collections.abc import Iterator, Mapping

from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Node, Table, read
from daemon.rulebook.own.kept import is_safety
from daemon.rulebook.own.overlay import chain
from daemon.rulebook.own.rungs import by_name, says
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
BACK = "put it back as it ships, or take this line out to work by what ships"
BESIDE = "take it out there; add a stricter rule of your own beside it"


def not_as_shipped(
    own: Mapping[str, str], ships: Mapping[str, str], based_on: str, where: str
) -> Iterator[Problem]:
    """Yield an error for each protected rule, and what bears on all of a pack's, that is not as it ships.

    `own` and `ships` are the texts of both folders by path. It is about packs of a shipped name; one of
    another name takes no protected rule away, and where it stands on none of them that is warned of.
    A pack that says of itself that it is for trials, and what stands on it, is held against nothing.
    `where` is the place at which the authority names the folder.
    """
    protected = {file: tree for file, tree in _rules(ships) if _is_protected(tree)}
    names = {_stem(file) for file in protected}
    packs = [file for file in sorted(own) if file.endswith(f"/{PACK_FILE}")]
    marked = {file.partition("/")[0] for file in packs if _said(_tree(own, file), "trial")}
    trials = {name for file in packs if marked & {*chain(own, name := file.partition("/")[0])}}
    for file in packs:
        if file.partition("/")[0] in trials:
            continue
        ours, theirs = _tree(own, file), _tree(ships, file)
        yield from _taken_away(file, ours, theirs, names, where)
        if theirs is not None:
            differing = [key for key in OF_PACKS if _said(ours, key) != _said(theirs, key)]
            if differing:
                yield _differs(
                    file, differing, "whom its statutory limits tell is not changed", where
                )
    for file, theirs in protected.items():
        name = file.partition("/")[0]
        if name not in trials and f"{name}/{PACK_FILE}" in own:
            yield from _rule(file, _tree(own, file), theirs, is_there=file in own, where=where)
    if f"{based_on}/{PACK_FILE}" in own and BASE not in chain(own, based_on):
        what = f"{based_on} does not stand on {BASE}: none of England's statutory limits is told"
        mend = f'add "stands_on: {BASE}" to its {PACK_FILE}, or leave it if other law holds'
        yield Problem(where, what, mend, Severity.WARNING)


def _rule(
    file: str, ours: Table | None, theirs: Table, *, is_there: bool, where: str
) -> Iterator[Problem]:
    """Yield what is not as it ships in one protected rule; what cannot be read is told elsewhere."""
    kind = "a rule of safety" if is_safety(theirs) else "a statutory limit"
    if not is_there:
        yield Problem(where, f"{file} is not there: {kind} is not switched off", BACK)
    elif ours is not None:
        keys = dict.fromkeys((*theirs.entries, *ours.entries))
        differing = [
            _rungs(theirs, ours) if key == "ladder" else str(key)
            for key in keys
            if key not in WORDS and _said(ours, key) != _said(theirs, key)
        ]
        if differing:
            mend = WORDS_ALONE if is_safety(theirs) else BY_CHANGE
            yield _differs(file, differing, f"{kind} is not changed", where, mend)


def _taken_away(
    file: str, ours: Table | None, theirs: Table | None, names: set[str], where: str
) -> Iterator[Problem]:
    """Yield each protected rule that a pack replaces or leaves out, and not as it ships."""
    for key in AWAY:
        table, before = (tree.get(key) if tree else None for tree in (ours, theirs))
        for called in table.entries if isinstance(table, Table) else ():
            if called in names and not (isinstance(before, Table) and before.get(called)):
                what = f'{file} has {called} under "{key}": a statutory limit is not switched off'
                yield Problem(where, what, BESIDE)


def _differs(file: str, keys: list[str], why: str, where: str, mend: str = BY_CHANGE) -> Problem:
    said = ", ".join(f'"{key}"' for key in keys)
    return Problem(where, f"{file} says something else than this release ({said}): {why}", mend)


def _rungs(theirs: Table, ours: Table) -> str:
    """Return the key of a ladder with the names of the rungs that differ."""
    old, new = by_name(theirs), by_name(ours)
    names = [
        name
        for name in dict.fromkeys((*old, *new))
        if name not in old or name not in new or says(old[name]) != says(new[name])
    ]
    return " ".join(("ladder:", *names)) if names else "ladder"


def _said(tree: Table | None, key: str) -> object:
    """Return what stands under a key; None where nothing does, which is what `false` says."""
    found: Node | None = tree.get(key) if tree else None
    said = None if found is None else says(found)
    return None if said == "false" else said


def _is_protected(tree: Table) -> bool:
    return is_safety(tree) or tree.get("basis") == "statutory"


def _rules(texts: Mapping[str, str]) -> Iterator[tuple[str, Table]]:
    for file in sorted(texts):
        is_rule = file.split("/")[1:2] == ["rules"] and MARK.search(texts[file])
        if is_rule and (tree := _tree(texts, file)) is not None:
            yield file, tree


def _tree(texts: Mapping[str, str], file: str) -> Table | None:
    table, found = read(texts[file], file) if file in texts else (None, [])
    return None if found else table


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".yaml")
