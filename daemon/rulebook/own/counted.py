"""A vocabulary of an authority's own: a fact that a statutory limit counts by means there what it means as it ships.

Source: READINGS section 2, 5 and 12. Names in words may differ: they are looked at as every label is. A
fact, role or value that is taken out, or called something else, is missing in the rule that names it, and is an
error there; facts, roles and all else that is added alters no limit.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from daemon.decide.case.view import SEEN_BY_ALL
from daemon.decide.duties.reads import CHANGES_ALL, READ_BY_TRAIT
from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Node, Table
from daemon.rulebook.language.words import VOCABULARY_FILE
from daemon.rulebook.own.beside import Beside, said
from daemon.rulebook.own.rungs import words
from daemon.rulebook.packs.pack import PACK_FILE

CODE = re.compile(r"[a-z][a-z0-9_]*")
SHARING = frozenset({"shared", "exempt"})
# What every limit goes by though it does not name it: whether a conference was held, a plan is over, a child has died.
BY_ALL = SEEN_BY_ALL | CHANGES_ALL | frozenset().union(*READ_BY_TRAIT.values())
AS_IT_SHIPS = "write it as it ships; add a fact of your own beside it"


def other_words(
    both: Beside, packs: Collection[str], protected: Mapping[str, Table]
) -> Iterator[Problem]:
    """Yield what a vocabulary says otherwise of the facts that protected rules go by, and of what is shared.

    An error: `future` (a booked day would count as one on which it was held), `default` (a day without a
    value would count as another one), and any other value of a fact that says what was shared with a parent, which
    are `shared` and `exempt` alone. A warning: a value more, which meets every limit that asks for no value.
    """
    if not packs or not both.differ(VOCABULARY_FILE):
        return
    ours, theirs = (_facts(found) for found in both.trees(VOCABULARY_FILE))
    rules = [file for file in protected if file.partition("/")[0] in packs]
    files = (*rules, *(f"{pack}/{PACK_FILE}" for pack in packs))
    named = BY_ALL.union(*(CODE.findall(both.ships.get(file, "")) for file in files))
    for fact in ours.entries if ours else ():
        old = theirs.get(fact) if theirs else None
        is_sharing = _values(old) == SHARING
        if old is None or not (fact in named or is_sharing):
            continue
        new, at = ours.get(fact) if ours else None, both.at(VOCABULARY_FILE, fact)
        keys = [key for key in ("future", "default") if _said(new, key) != _said(old, key)]
        more = sorted(_values(new) ^ _values(old))
        keys += ["values"] if more and is_sharing else []
        if keys:
            differing = ", ".join(f'"{key}"' for key in keys)
            why = (
                "what a parent was shown" if is_sharing else "a statutory limit or a rule of safety"
            )
            what = f"{fact} says something else than this release ({differing}): {why} counts by it"
            yield Problem(at, what, AS_IT_SHIPS)
        elif more:
            what = f"{fact} has other values than in this release ({', '.join(more)})"
            mend = "leave it if each limit that it meets or begins may count by these, too"
            yield Problem(at, what, mend, Severity.WARNING)


def _facts(table: Table | None) -> Table | None:
    found = table.get("facts") if table else None
    return found if isinstance(found, Table) else None


def _said(node: Node | None, key: str) -> object:
    return said(node, key) if isinstance(node, Table) else None


def _values(node: Node | None) -> frozenset[str]:
    return frozenset(words(node.get("values"))) if isinstance(node, Table) else frozenset()
