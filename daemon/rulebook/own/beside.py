"""Policies of an authority's own beside those that ship: what both say, and where a person mends what differs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from daemon.rulebook.language.marks import Node, Table, Text, read
from daemon.rulebook.own.overlay import chain
from daemon.rulebook.own.rungs import says
from daemon.rulebook.packs.pack import PACK_FILE

# The place of a file, and of one of its keys, as a problem names it.
Place = Callable[[str, Text | None], str]


@dataclass(frozen=True, slots=True)
class Beside:
    """The texts of both folders by path, and the place of each mistake."""

    own: Mapping[str, str]
    ships: Mapping[str, str]
    at: Place

    def differ(self, file: str) -> bool:
        """Return whether a file of this path says another thing in the two folders, or is in one alone."""
        return self.own.get(file) != self.ships.get(file)

    def trees(self, file: str) -> tuple[Table | None, Table | None]:
        """Return what the file says in policies of one's own and as it ships; what cannot be read is told elsewhere."""
        return tree(self.own, file), tree(self.ships, file)

    def packs(self) -> tuple[str, ...]:
        """Return the packs of one's own, without those that say that they are for trials, and what stands on them."""
        every = [
            file.partition("/")[0] for file in sorted(self.own) if file.endswith(f"/{PACK_FILE}")
        ]
        marked = {one for one in every if said(tree(self.own, f"{one}/{PACK_FILE}"), "trial")}
        return tuple(one for one in every if not marked & {*chain(self.own, one)})

    def wherever(self, file: str, key: str) -> str:
        """Return the place of a key, or of its file where the key is not there."""
        table = tree(self.own, file)
        found = next((one for one in table.entries if one == key), None) if table else None
        return self.at(file, found)


def at_line(root: str) -> Place:
    """Return how a person's own files are named, `root` before each: "policies/devon/pack.yaml:3: roles"."""
    return lambda file, key: f"{root}/{file}" + (f":{key.line}: {key}" if key is not None else "")


def at_once(where: str) -> Place:
    """Return one place for whatever differs: where the authority names the folder."""
    return lambda _, __: where


def tree(texts: Mapping[str, str], file: str) -> Table | None:
    """Return what a file says; None where it is not there, or cannot be read."""
    table, found = read(texts[file], file) if file in texts else (None, [])
    return None if found else table


def said(table: Table | None, key: str) -> object:
    """Return what stands under a key; None where nothing does, which is what `false` says."""
    found: Node | None = table.get(key) if table else None
    what = None if found is None else says(found)
    return None if what == "false" else what
