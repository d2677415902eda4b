"""Policies that lie in a person's folder, as they are taken up: held against those that ship."""

from collections.abc import Mapping
from pathlib import Path

from daemon.domain.errors import Problem
from daemon.rulebook.language.marks import Text, read
from daemon.rulebook.own.authority import AUTHORITY_FILE, pack_of
from daemon.rulebook.own.beside import Beside
from daemon.rulebook.own.taken_over import not_as_shipped
from daemon.rulebook.packs.load import shipped, sources


def taken_up(folder: Path, own: Mapping[str, str], terms: str | None) -> list[Problem]:
    """Return what policies of somebody's own say otherwise than this release, where nobody may.

    `own` are their texts; `terms` is the file of an authority whose folder names them, None where they lie in `folder`
    itself: then each mistake stands at its own file.
    """
    table, _ = read(terms, AUTHORITY_FILE) if terms is not None else (None, [])
    named = table.get("policies") if table else None
    if terms is not None and not isinstance(named, Text):
        return []
    policies, ships = folder / (named if isinstance(named, Text) else ""), shipped()
    if policies.resolve() == ships.resolve():
        return []
    where = named_at(folder, named.line) if isinstance(named, Text) else ""
    both = Beside(own, sources(ships), folder.resolve().name, where)
    return list(not_as_shipped(both, pack_of(table) if table else None))


def named_at(folder: Path, line: int) -> str:
    """Return the place at which an authority's folder names its policies."""
    return f"{folder.resolve().name}/{AUTHORITY_FILE}:{line}: policies"
