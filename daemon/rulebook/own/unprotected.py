"""Policies of an authority's own, rules that are neither statutory nor of safety: what these and their pack keep.

Such a rule may be rewritten or left out. READINGS section 2 holds for it all the same: what a change in
`changes/` may not do to it (`kept`), a copy of it does not do either.
"""

from collections.abc import Container, Iterator

from daemon.decide.people.recipients import FAMILY
from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Table, Text
from daemon.rulebook.language.private import reads_outside
from daemon.rulebook.own.beside import Beside, said, tree
from daemon.rulebook.own.kept import FOR_GOOD
from daemon.rulebook.own.overlay import chain
from daemon.rulebook.own.rungs import by_name
from daemon.rulebook.packs.pack import PACK_FILE
from daemon.rulebook.rules.ladder import OPERATOR

# What only the rules that ship say, and why no other one does (READINGS section 2, 3 and 7).
NEVER_ADDED = {
    "after_death": "nothing goes out about a child who has died",
    "held_elsewhere": "a plan that another authority holds raises no clocks of ours",
}
OF_ROLES = ("roles", "stands_in")
POST = "name a post or a team of the authority"


def not_kept(both: Beside, packs: Container[str], protected: Container[str]) -> Iterator[Problem]:
    """Yield an error for each rule of one's own that says less, or more, than section 2 lets it.

    `never_rests` (2.11: what no promise rests) and `hides_date` (2.3: what prints no date) of a rule that has
    them stay; a step that the document demands is not made a `house` one, which a promise would rest (2.11);
    and no rule says `after_death` (2.3) or `held_elsewhere` (2.7) that does not ship with it.
    """
    for file in sorted(both.own):
        pack, _, rest = file.partition("/")
        is_rule = rest.startswith("rules/") and pack in packs and file not in protected
        if is_rule and both.differ(file) and (ours := tree(both.own, file)) is not None:
            theirs = tree(both.ships, file)
            yield from _added(both, file, ours)
            if theirs is not None:
                yield from _gone(both, file, ours, theirs)


def _added(both: Beside, file: str, ours: Table) -> Iterator[Problem]:
    for key in ours.entries:
        if key in NEVER_ADDED and ours.get(key) == "true":
            what = f'says "{key}": {NEVER_ADDED[key]}'
            yield both.wrong(file, key, what, "take this line out")


def _gone(both: Beside, file: str, ours: Table, theirs: Table) -> Iterator[Problem]:
    for key in sorted(FOR_GOOD):
        if said(theirs, key) and not said(ours, key):
            what = f'says no "{key}: true": this protects a family and is not taken away'
            yield both.wrong(file, key, what, f'write "{key}: true", as it ships')
    before = by_name(theirs)
    for name, rung in by_name(ours).items():
        if name in before and said(rung, "house") and not said(before[name], "house"):
            key = next(one for one in rung.entries if one == "house")
            what = f'has "house: true" at {name}: the document demands this step, and no promise rests it'
            yield both.wrong(file, key, what, "take this line out")


def of_packs(both: Beside, pack: str) -> Iterator[Problem]:
    """Yield what a pack's own file says of whom it tells that section 2 lets no pack say.

    `letters` (2.4): nothing goes to a family but by somebody's hand. The one who is asked to write is never of
    the family, nor the operator, who knows no child: errors; and so is a pack that names none where the one that
    ships does, for then nobody is asked, and nobody hears of it. Which post of the authority it is, is the
    authority's to say; a role that is read as outside it is warned of.
    `fallback` and, in a pack of one's own name, `roles` and `stands_in` lead what a limit says to other
    people: never to a family (2.4), and no duty to the operator. In a pack of a shipped name the two stay as they are.
    `attendance`: whom a report excuses is the local document's, and a quorum warns and decides nothing: neither
    is of section 2, so they may differ, and nothing is said of them.
    """
    file = f"{pack}/{PACK_FILE}"
    if not both.differ(file):
        return
    ours, theirs = both.trees(file)
    for key in ("letters", "fallback"):
        role = ours.get(key) if ours else None
        if isinstance(role, Text) and (why := _why_never(role, is_duty=key == "letters")):
            yield both.wrong(file, key, f'has "{key}: {role}": {why}', POST)
        elif key == "letters" and isinstance(role, Text) and reads_outside(role):
            what = (
                f"has letters to families written by {role}, which is read as outside the authority"
            )
            yield both.wrong(file, key, what, POST, Severity.WARNING)
    named = [said(tree(both.own, f"{one}/{PACK_FILE}"), "letters") for one in chain(both.own, pack)]
    if said(theirs, "letters") and not any(named):
        what = 'says no "letters": nobody is asked to write to families'
        yield both.wrong(file, "", what, f'add "letters: {said(theirs, "letters")}"')
    for key in OF_ROLES if theirs is None else ():
        table = ours.get(key) if ours else None
        for called, role in table.entries.items() if isinstance(table, Table) else ():
            if isinstance(role, Text) and (why := _why_never(role, is_duty=True)):
                what = f'has {role} in the place of {called} ("{key}"): {why}'
                yield both.wrong(file, called, what, POST)


def _why_never(role: Text, *, is_duty: bool) -> str:
    """Return why nothing is led to a role; empty where it may be."""
    if role in FAMILY:
        return "nothing goes to a family by itself"
    if is_duty and role == OPERATOR:
        return "the operator looks after this service and knows no child"
    return ""
