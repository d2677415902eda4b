"""YAML with line numbers: every scalar is text, and nothing of YAML's cleverness is let in."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

import yaml

from daemon.domain.errors import Problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times as fast
DEEPEST = 12


class Text(str):
    """A scalar as it was written, with its line; `plain` where it stood without quotes."""

    __slots__ = ("line", "plain")
    line: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Keys and what stands under them; `line` is where the first key stands."""

    entries: dict[Text, "Node"]
    line: int

    def get(self, key: str) -> "Node | None":
        """Return what stands under a key."""
        return self.entries.get(Text(key))


@dataclass(frozen=True, slots=True)
class Rows:
    """A list; `line` is where it begins."""

    items: tuple["Node", ...]
    line: int


Node = Text | Table | Rows


def marked(text: str, line: int, *, plain: bool = True) -> Text:
    """Return the text with the line that it stands in."""
    node = Text(text)
    node.line, node.plain = line, plain
    return node


def read(text: str, path: str) -> tuple[Table | None, list[Problem]]:
    """Return the file's table and what is wrong with it; None where nothing can be read."""
    reader = _Reader(path)
    try:
        root = reader.document(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        reader.wrong(
            line,
            f"this is not YAML ({error.problem})",
            "look for a missing colon, quote or bracket",
        )
        return None, reader.problems
    except (yaml.YAMLError, _TooDeepError):
        reader.wrong(1, "the file cannot be read", "use plain UTF-8 text, at most 12 levels deep")
        return None, reader.problems
    if root is not None and not isinstance(root, Table):
        reader.wrong(root.line, "the file is not a table", "begin each line with a key and a colon")
        return None, reader.problems
    return root, reader.problems


class _TooDeepError(Exception):
    """Nested deeper than any file of ours: refused before it can exhaust the stack."""


class _Reader:
    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def wrong(self, line: int, what: str, mend: str) -> None:
        self.problems.append(Problem(f"{self.path}:{line}", what, mend))

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        for event in events:
            if not isinstance(event, yaml.NodeEvent):
                continue
            if root is not None:
                self.wrong(
                    _line(event), "a second document begins here", "put it in a file of its own"
                )
                return root
            root = self.node(event, events, 0)
        if root is None:
            self.wrong(1, "the file is empty", "write it, or delete it")
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        line = _line(event)
        if depth > DEEPEST:
            raise _TooDeepError
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.wrong(
                line, "anchors and aliases are not read", "write the words out where they are meant"
            )
        if getattr(event, "tag", None):
            self.wrong(line, "tags are not read", "leave it out: every value is text")
        if isinstance(event, yaml.MappingStartEvent):
            return self.table(events, line, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            items = takewhile(lambda item: not isinstance(item, yaml.SequenceEndEvent), events)
            return Rows(tuple(self.node(item, events, depth + 1) for item in items), line)
        if isinstance(event, yaml.ScalarEvent):
            return marked(event.value, line, plain=not event.style)
        return marked("", line)

    def table(self, events: Iterator[yaml.Event], line: int, depth: int) -> Table:
        entries: dict[Text, Node] = {}
        for event in takewhile(lambda item: not isinstance(item, yaml.MappingEndEvent), events):
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Text):
                self.wrong(key.line, "a key must be one word", "write it as a word and a colon")
            elif key == "on":
                self.wrong(
                    key.line,
                    'no key may be called "on"',
                    "YAML reads it as true; use day, at or when",
                )
            elif key in entries:
                self.wrong(key.line, f'"{key}" stands here a second time', "keep one of the two")
            else:
                entries[key] = value
        return Table(entries, line)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
