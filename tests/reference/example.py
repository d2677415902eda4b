"""deploy/daykeeper.example.toml as lines by their table: what stands there as a comment is an example as well."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from tests.reference.page import ROOT

FILE = ROOT / "deploy" / "daykeeper.example.toml"
HEAD = re.compile(r"\[([\w.-]+)\]")
KEY = re.compile(r'((?:[\w-]+|"\*") = .+)')
TOKEN = re.compile(r'"[^"]*"|#.*|[^"#]+')


def tables() -> dict[str, dict[str, str]]:
    """Return by each table the line of each key, without remarks; of two lines for one key the first."""
    found: dict[str, dict[str, str]] = {"": {}}
    here = found[""]
    for whole in FILE.read_text("utf-8").splitlines():
        line = _without_remark(whole.removeprefix("# "))
        if head := HEAD.fullmatch(line):
            here = found.setdefault(head[1], {})
        elif KEY.fullmatch(line):
            here.setdefault(line.partition(" = ")[0], line)
    return found


def _without_remark(line: str) -> str:
    parts = [one for one in TOKEN.findall(line) if not one.startswith("#")]
    return "".join(parts).rstrip()


def fitting(path: str, names: set[str]) -> tuple[str, dict[str, str]]:
    """Return the table of the example that is of this kind, and has most of these keys; NAME is any name."""
    pattern = re.compile("[^.]+".join(map(re.escape, re.split("NAME|WORD", path))))
    found = [(name, lines) for name, lines in tables().items() if pattern.fullmatch(name)]
    return max(found, key=lambda one: len(one[1].keys() & names), default=("", {}))


def shown(path: str, names: set[str]) -> tuple[set[str], str]:
    """Return which keys of a table the example has, and their lines as they would stand in the file."""
    place, lines = fitting(path, names)
    inline = tables()[""].get(path, "")
    if path and not place and inline:
        return set(re.findall(r"(\w+) = (?!\{)", inline)), inline
    own = {key: line for key, line in lines.items() if key in names}
    inner = dict(_inner(place, names - own.keys()))
    blocks = [("\n".join(([f"[{place}]"] if place else []) + [*own.values()])), *inner.values()]
    return own.keys() | inner.keys(), "\n\n".join(filter(None, blocks))


def _inner(place: str, names: set[str]) -> Iterator[tuple[str, str]]:
    every = tables()
    for name in sorted(names):
        table = f"{place}.{name}".removeprefix(".")
        if every.get(table):
            yield name, "\n".join([f"[{table}]", *every[table].values()])


def whole() -> dict[str, Any]:
    """Return every value of the file, those in comments among them. Raises ValueError where it is no TOML."""
    text = [
        line
        for name, keys in tables().items()
        for line in ([f"[{name}]"] if name else []) + [*keys.values()]
    ]
    return tomllib.loads("\n".join(text))
