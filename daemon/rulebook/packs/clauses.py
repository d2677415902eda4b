"""policies/clauses.csv: every clause of the published procedures, by its id; and which of them a rulebook carries."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.domain.errors import Problem, Refusal
from daemon.rulebook.language.schema import SOURCE_KINDS, Desk
from daemon.rulebook.packs.coverage import SOURCES_FILE, read_sources
from daemon.rulebook.packs.load import shipped

CLAUSES_FILE = "clauses.csv"


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a procedure that asks for something; `deadline` is our reading of its limit."""

    id: str
    pathway: str
    phase: str
    kind: str
    deadline: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What carries a clause: a kind of SOURCE_KINDS and its names, or the reason why people do it.

    `about` is the clause in a few words of ours.
    """

    clause: str
    kind: str
    names: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every clause that there is, and what carries it by pack."""

    clauses: Mapping[str, Clause]
    carried: Mapping[str, tuple[Carried, ...]]

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses each kind of thing carries."""
        found = Counter({one.clause: one.kind for one in self._known}.values())
        return {kind: found[kind] for kind in SOURCE_KINDS}

    @property
    def missing(self) -> tuple[str, ...]:
        """The clauses that nothing carries."""
        known = {one.clause for one in self._known}
        return tuple(clause for clause in self.clauses if clause not in known)

    @property
    def twice(self) -> tuple[str, ...]:
        """The clauses that two packs list."""
        times = Counter(one.clause for one in self._known)
        return tuple(sorted(clause for clause, count in times.items() if count > 1))

    @property
    def unknown(self) -> tuple[tuple[str, str], ...]:
        """The packs and clauses that no procedure has."""
        every = ((pack, one.clause) for pack, found in self.carried.items() for one in found)
        return tuple((pack, clause) for pack, clause in every if clause not in self.clauses)

    @property
    def _known(self) -> tuple[Carried, ...]:
        every = (one for found in self.carried.values() for one in found)
        return tuple(one for one in every if one.clause in self.clauses)

    def of(self, pack: str) -> "Coverage":
        """Return the part of one pathway."""
        own = {name: one for name, one in self.clauses.items() if one.pathway == pack}
        return Coverage(own, {pack: self.carried.get(pack, ())})


def coverage(
    texts: Mapping[str, str], clauses: Mapping[str, Clause], root: str = "policies"
) -> Coverage:
    """Return what carries each clause in the packs that the texts make. Raises Refusal."""
    desk = Desk(texts, root, [])
    carried = {}
    for file in texts:
        pack, _, rest = file.partition("/")
        if rest == SOURCES_FILE:
            carried[pack] = tuple(
                Carried(clause, one.kind, tuple(map(str, one.names)), str(one.sheet.text("about")))
                for clause, one in read_sources(desk, file).items()
            )
    if desk.problems:
        raise Refusal(*desk.problems)
    return Coverage(clauses, carried)


def read_clauses(folder: Path) -> dict[str, Clause]:
    """Return the clauses by their ids. Raises Refusal where the list cannot be read.

    A folder that has no such list is held against the shipped one.
    """
    path = folder / CLAUSES_FILE
    path = path if path.is_file() else shipped() / CLAUSES_FILE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {row["id"]: Clause(**{name: row[name] for name in Clause.__slots__}) for row in rows}
    except (OSError, ValueError, KeyError, csv.Error):
        mend = f"give it the columns {', '.join(Clause.__slots__)}"
        raise Refusal(Problem(str(path), "is no list of clauses", mend)) from None
