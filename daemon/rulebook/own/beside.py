"""Policies of an authority's own beside those that ship: what both say, and where a person mends what differs."""

from collections.abc import Mapping
from dataclasses import dataclass

from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Node, Table, Text, read
from daemon.rulebook.own.overlay import chain
from daemon.rulebook.own.rungs import says
from daemon.rulebook.packs.pack import PACK_FILE


@dataclass(frozen=True, slots=True)
class Beside:
    """The texts of both folders by path; `root` is the name of one's own.

    `named_at` is the place at which an authority's folder names it: whatever differs is told there. Without one a
    mistake stands at its own file and line.
    """

    own: Mapping[str, str]
    ships: Mapping[str, str]
    root: str
    named_at: str = ""

    def differ(self, file: str) -> bool:
        """Return whether a file of this path says another thing in the two folders, or is in one alone."""
        return self.own.get(file) != self.ships.get(file)

    def trees(self, file: str) -> tuple[Table | None, Table | None]:
        """Return what the file says in policies of one's own and as it ships; what cannot be read is told elsewhere."""
        return tree(self.own, file), tree(self.ships, file)

    def packs(self) -> tuple[str, ...]:
        """Return the packs of one's own, without those that say that they are for trials, and what stands on them."""
        trials = for_trials(self.own)
        return tuple(one for one in _packs(self.own) if one not in trials)

    def wrong(
        self, file: str, key: str, what: str, mend: str, severity: Severity = Severity.ERROR
    ) -> Problem:
        """Return a mistake in a file, at its key's line where there is one; `what` goes on from "it" or the file."""
        if self.named_at:
            return Problem(self.named_at, f"{file} {what}", mend, severity)
        table = tree(self.own, file)
        top = next((one for one in table.entries if one == key), None) if table else None
        found = key if isinstance(key, Text) else top
        where = f"{self.root}/{file}" + (f":{found.line}: {found}" if found is not None else "")
        return Problem(where, f"it {what}", mend, severity)


def for_trials(texts: Mapping[str, str]) -> tuple[str, ...]:
    """Return the packs that say that they are for trials, with those that stand on one."""
    every = _packs(texts)
    marked = {one for one in every if said(tree(texts, f"{one}/{PACK_FILE}"), "trial")}
    return tuple(one for one in every if marked & {*chain(texts, one)})


def _packs(texts: Mapping[str, str]) -> list[str]:
    return [file.partition("/")[0] for file in sorted(texts) if file.endswith(f"/{PACK_FILE}")]


def tree(texts: Mapping[str, str], file: str) -> Table | None:
    """Return what a file says; None where it is not there, or cannot be read."""
    table, found = read(texts[file], file) if file in texts else (None, [])
    return None if found else table


def said(table: Table | None, key: str) -> object:
    """Return what stands under a key; None where nothing does, which is what `false` says."""
    found: Node | None = table.get(key) if table else None
    what = None if found is None else says(found)
    return None if what == "false" else what
