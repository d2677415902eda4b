"""Words and bank holidays of an authority's own: what a statutory limit is counted by says what it says as it ships.

Source: READINGS section 2, 4, 5 and 12. Names in words may differ: they are looked at as every label is. A
fact, role or value that is taken out, or called something else, is missing in the rule that names it, and is an
error there; facts and roles that are added alter no limit.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from daemon.decide.case.view import SEEN_BY_ALL
from daemon.decide.duties.reads import CHANGES_ALL, READ_BY_TRAIT
from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Node, Rows, Table, Text
from daemon.rulebook.language.words import VOCABULARY_FILE
from daemon.rulebook.own.beside import Beside, said
from daemon.rulebook.own.rungs import words
from daemon.rulebook.packs.holidays import FOLDER
from daemon.rulebook.packs.pack import PACK_FILE

CODE = re.compile(r"[a-z][a-z0-9_]*")
SHARING = frozenset({"shared", "exempt"})
# What every limit goes by though it does not name it: whether a conference was held, a plan is over, a child has died.
BY_ALL = SEEN_BY_ALL | CHANGES_ALL | frozenset().union(*READ_BY_TRAIT.values())
# The last word of a role that some member of a family holds. What is no such role is written to as staff are.
OF_A_FAMILY = frozenset({
    *("parent", "parents", "mother", "father", "stepmother", "stepfather", "grandparent", "grandparents"),
    *("grandmother", "grandfather", "carer", "carers", "guardian", "guardians", "sibling", "siblings"),
    *("brother", "sister", "aunt", "uncle", "relative", "relatives", "family", "child", "children"),
})  # fmt: skip
AS_IT_SHIPS = "write it as it ships; add a fact of your own beside it"


def other_words(
    both: Beside, packs: Collection[str], protected: Mapping[str, Table]
) -> Iterator[Problem]:
    """Yield what a vocabulary says otherwise of the facts that protected rules go by, and of what is shared.

    An error: a fact that every limit goes by and that is not there; `future` (a booked day would count as one on
    which it was held); `default` (a day without a value would count as another one); and any other value of a fact
    that says what was shared with a parent, which are `shared` and `exempt` alone. A warning: a value more, which
    meets every limit that asks for no value; and a role more that sounds like one of a family, for only to those
    that ship nothing goes by itself.
    """
    if not packs or not both.differ(VOCABULARY_FILE):
        return
    yield from _new_roles(both)
    ours, theirs = (_below(found, "facts") for found in both.trees(VOCABULARY_FILE))
    for fact in sorted(BY_ALL & theirs.keys() - ours.keys()):
        what = f"has no {fact}: every statutory limit goes by it"
        yield both.wrong(VOCABULARY_FILE, "", what, "put it back as it ships")
    rules = [file for file in protected if file.partition("/")[0] in packs]
    files = (*rules, *(f"{pack}/{PACK_FILE}" for pack in packs))
    named = BY_ALL.union(*(CODE.findall(both.ships.get(file, "")) for file in files))
    for fact, new in ours.items():
        old = theirs.get(fact)
        is_sharing = _values(old) == SHARING
        if old is None or not (fact in named or is_sharing):
            continue
        keys = [key for key in ("future", "default") if _said(new, key) != _said(old, key)]
        more = sorted(_values(new) ^ _values(old))
        keys += ["values"] if more and is_sharing else []
        if keys:
            differing = ", ".join(f'"{key}"' for key in keys)
            why = (
                "what a parent was shown" if is_sharing else "a statutory limit or a rule of safety"
            )
            what = (
                f"says something else of {fact} than this release ({differing}): {why} counts by it"
            )
            yield both.wrong(VOCABULARY_FILE, fact, what, AS_IT_SHIPS)
        elif more:
            what = f"has other values of {fact} than this release ({', '.join(more)})"
            mend = "leave it if each limit that it meets or begins may count by these, too"
            yield both.wrong(VOCABULARY_FILE, fact, what, mend, Severity.WARNING)


def _new_roles(both: Beside) -> Iterator[Problem]:
    ours, theirs = (_below(found, "roles") for found in both.trees(VOCABULARY_FILE))
    for role in ours:
        if role not in theirs and role.rpartition("_")[2] in OF_A_FAMILY:
            what = f"has a role {role}, not known as a family's: whoever holds it is written to by the machine"
            mend = "use parents_carers or family_members, or leave it if staff hold it"
            yield both.wrong(VOCABULARY_FILE, role, what, mend, Severity.WARNING)


MOST_ANNOUNCED = (
    5  # a coronation and a funeral make two; a release that is years old lacks more, and is renewed
)


def other_days(both: Beside) -> Iterator[Problem]:
    """Yield a warning of each bank holiday more, or fewer, than this release has: limits are counted over it.

    One that is announced is added before a release has it, so that more days are no error. A list that ends sooner
    is told elsewhere, for what lies beyond its end.
    """
    file = f"{FOLDER}/england-and-wales.yaml"
    if not both.differ(file):
        return
    ours, theirs = (_dates(found) for found in both.trees(file))
    more = [day for day in ours if day not in theirs]
    if theirs and len(more) > MOST_ANNOUNCED:
        what = f"has {len(more)} bank holidays that are not in this release: every limit that counts over them moves"
        mend = "write the list as it ships; days on which the office is shut are its own closed days, and move no limit"
        yield both.wrong(file, more[0], what, mend)
        return
    until = max(ours, default="")
    for day in (*ours, *(one for one in theirs if one <= until)):
        if (day in ours) != (day in theirs):
            has, lacks = ("has", "not in") if day in ours else ("has no", "in")
            what = f"{has} bank holiday on {day}, which is {lacks} this release: limits that count over it move"
            mend = "leave it if it was announced, or write the list as it ships"
            yield both.wrong(file, day, what, mend, Severity.WARNING)


def _dates(table: Table | None) -> dict[Text, None]:
    """Return the days of a list, each with its line."""
    rows = table.get("days") if table else None
    found = (
        [each.get("date") for each in rows.items if isinstance(each, Table)]
        if isinstance(rows, Rows)
        else []
    )
    return {day: None for day in found if isinstance(day, Text)}


def _below(table: Table | None, key: str) -> dict[Text, Node]:
    found = table.get(key) if table else None
    return found.entries if isinstance(found, Table) else {}


def _said(node: Node | None, key: str) -> object:
    return said(node, key) if isinstance(node, Table) else None


def _values(node: Node | None) -> frozenset[str]:
    return frozenset(words(node.get("values"))) if isinstance(node, Table) else frozenset()
