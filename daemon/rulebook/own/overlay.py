"""Texts of a rulebook with what an authority lays over them, before any of it is compiled.

Nothing below knows of that: what comes out are texts, and for each line of those that were changed the
place that a person must mend.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from daemon.domain.errors import Problem, Severity
from daemon.rulebook.language.marks import Node, Table, Text, marked, read
from daemon.rulebook.language.rewrite import LINES, of_file, write

WORD = re.compile(r"[a-z0-9-]+")
PLACE = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?P<rest>: .*)?", re.DOTALL)


@dataclass(slots=True)
class Overlay:
    """`texts` are a rulebook's, by their path below `root`. A file is changed as a tree, and written at the end."""

    texts: dict[str, str]
    root: str
    problems: list[Problem] = field(default_factory=list)
    _added: dict[str, int] = field(default_factory=dict)
    _paths: list[str] = field(default_factory=lambda: [""])
    _trees: dict[str, Table] = field(default_factory=dict)
    _blamed: dict[str, int] = field(default_factory=dict)  # by file: the line that changed it first
    _places: dict[str, list[int]] = field(default_factory=dict)

    def take(self, path: str, text: str) -> Table | None:
        """Return one of the authority's own files, its lines marked as that file's."""
        table, found = read(text, path)
        self.problems += found
        self._paths.append(path)
        if table is None or found:
            return None
        ours = of_file(table, len(self._paths) - 1)
        return ours if isinstance(ours, Table) else None

    def tree(self, file: str) -> Table | None:
        """Return what a file of the rulebook says; None where that cannot be read, which is told later."""
        if file not in self._trees and file in self.texts:
            table, found = read(self.texts[file], file)
            if table is not None and not found:
                self._trees[file] = table
        return self._trees.get(file)

    def put(self, file: str, key: str, value: Node) -> None:
        """Set one key of a file of the rulebook."""
        tree = self.tree(file)
        if tree is not None:
            put(tree, key, value)
            self.blame(file, value.line)

    def add(self, file: str, table: Table, line: int) -> None:
        """Add a file to the rulebook."""
        self.texts[file], self._trees[file] = "", table
        self._added[file] = line
        self.blame(file, line)

    def added_at(self, file: str) -> str | None:
        """Return the place at which a file was added; None where it ships."""
        line = self._added.get(file)
        return self.place(line) if line else None

    def drop(self, file: str) -> None:
        """Take a file out of the rulebook."""
        self._trees.pop(file, None)
        self.texts.pop(file, None)

    def blame(self, file: str, line: int) -> None:
        """Note which line of ours changed a file: what ships is sound, so a fault in it is ours."""
        self._blamed.setdefault(file, line)

    def finish(self) -> dict[str, str]:
        """Return the texts with every change in them."""
        for file in self._blamed.keys() & self._trees.keys():
            self.texts[file], self._places[file] = write(self._trees[file])
        return self.texts

    def settle(self, problem: Problem) -> Problem | None:
        """Return a problem of the compiled texts at the line that a person must mend.

        None for a warning about what ships: nobody here can mend that.
        """
        found = PLACE.fullmatch(problem.where)
        file = (found["file"] if found else problem.where).removeprefix(f"{self.root}/")
        line = self._line(file, int(found["line"])) if found else self._blamed.get(file)
        if line is None:
            return self._indirect(file, problem) if problem.severity is Severity.ERROR else None
        rest = (found["rest"] or "") if found else ""
        return replace(problem, where=f"{self.place(line)}{rest}")

    def place(self, line: int) -> str:
        """Return the file and line of a marked line."""
        number, at = divmod(line, LINES)
        return f"{self._paths[number]}:{at}"

    def wrong(
        self, line: int, key: str, what: str, mend: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Report a mistake in one of the authority's own files."""
        where = f"{self.place(line)}: {key}" if key else self.place(line)
        self.problems.append(Problem(where, what, mend, severity))

    def _indirect(self, file: str, problem: Problem) -> Problem:
        """Return a mistake in what we did not change at the change that speaks of it: what ships is sound."""
        name = _stem(file)
        named = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
        lines = [
            line
            for changed in self._blamed
            for number, text in enumerate(self.texts.get(changed, "").splitlines(), 1)
            if named.search(text) and (line := self._line(changed, number))
        ]
        if not lines:  # or it is about what we did change
            about = set(WORD.findall(problem.what))
            lines = [line for changed, line in self._blamed.items() if _stem(changed) in about]
            name = ""
        if not lines:
            return problem
        where = self.place(min(lines))
        return replace(problem, where=f"{where}: {name}" if name else where)

    def _line(self, file: str, number: int) -> int | None:
        lines = self._places.get(file)
        if not lines:
            return None
        line = lines[min(max(number, 1), len(lines)) - 1]
        return line if line >= LINES else self._blamed.get(file)


def _stem(file: str) -> str:
    return file.rpartition("/")[2].removesuffix(".yaml")


def put(tree: Table, key: str, value: Node) -> None:
    """Set one key of a table, in the place of what stood there."""
    old = next((each for each in tree.entries if each == key), None)
    tree.entries[old or marked(key, value.line)] = value


def chain(texts: Mapping[str, str], pack: str) -> tuple[str, ...]:
    """Return a pack and those that it stands on, itself first."""
    found = [pack]
    while True:
        table, _ = read(texts.get(f"{found[-1]}/pack.yaml", "-"), "pack.yaml")
        below = table.get("stands_on") if table else None
        if not isinstance(below, Text) or below in found or f"{below}/pack.yaml" not in texts:
            return tuple(found)
        found.append(str(below))
