"""The rungs of a rule as they are written: found by name, put into the order of their moments."""

from daemon.rulebook.language.marks import Node, Rows, Table, Text
from daemon.rulebook.language.moments import rung_time
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.own.overlay import put
from daemon.rulebook.rules.ladder import place


def rungs(rule: Table) -> tuple[Table, ...]:
    """Return the rungs of a rule's ladder."""
    ladder = rule.get("ladder")
    items = ladder.items if isinstance(ladder, Rows) else ()
    return tuple(item for item in items if isinstance(item, Table))


def by_name(rule: Table) -> dict[str, Table]:
    """Return the rungs by their names."""
    return {name: rung for rung in rungs(rule) if (name := name_of(rung))}


def name_of(rung: Table) -> str | None:
    """Return a rung's name: its message's unless it has its own."""
    for key in ("name", "message"):
        if isinstance(name := rung.get(key), Text):
            return str(name)
    return None


def called_otherwise(rung: Table, called: Text) -> tuple[str, str] | None:
    """Return what comes of another name for a rung, by which a ladder knows what it told, and how to keep it."""
    name = name_of(rung)
    if name in (None, str(called)):
        return None
    what = (
        f"it is called {name} then: open duties of which {called} was told are told of it once more"
    )
    return what, f'write "name: {called}" below it, or leave it if that is meant'


def sort(rule: Table) -> None:
    """Put the rungs in the order of their moments, unless one of these cannot be read."""
    ladder, found = rule.get("ladder"), rungs(rule)
    places = [at for rung in found if (at := _place(rung)) is not None]
    if isinstance(ladder, Rows) and len(places) == len(found):
        order = sorted(range(len(found)), key=places.__getitem__)
        put(rule, "ladder", Rows(tuple(found[at] for at in order), ladder.line))


def words(node: Node | None) -> tuple[Text, ...]:
    """Return one word or a list of them."""
    items = node.items if isinstance(node, Rows) else () if node is None else (node,)
    return tuple(item for item in items if isinstance(item, Text))


def says(node: Node) -> object:
    """Return what a node says, one word and a list of it being the same."""
    if isinstance(node, Table):
        return {str(key): says(value) for key, value in node.entries.items()}
    if isinstance(node, Rows):
        items = [says(item) for item in node.items]
        return items[0] if len(items) == 1 else items
    return " ".join(node.split())


def _place(rung: Table) -> tuple[bool, float] | None:
    at = rung.get("at")
    try:
        return place(rung_time(at)) if isinstance(at, Text) else None
    except Misread:
        return None
