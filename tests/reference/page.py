"""One page of the reference: its words, and what in the code still lacks a description."""

import re
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=False,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


class Page(NamedTuple):
    """A page; `lacking` are the things of the code that nobody has described, a sentence each."""

    name: str
    text: str
    lacking: tuple[str, ...] = ()


def page(name: str, lacking: list[str], **values: object) -> Page:
    """Return a page from the template of its name."""
    text = TEMPLATES.get_template(f"{name}.md.j2").render(**values)
    return Page(f"{name}.md", re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n", tuple(lacking))


def cell(text: object) -> str:
    """Return a text as the cell of a table may hold it."""
    return " ".join(str(text).split()).replace("|", "\\|")


def code(text: object) -> str:
    """Return a text as code within a table."""
    return f"`{cell(text)}`"


def sentence(text: str) -> str:
    """Return a description that begins and ends as a sentence does."""
    words = " ".join(text.split())
    first = words[:1].upper() + words[1:] if words[:1].isalpha() else words
    return first if first.endswith((".", "!", "?")) else f"{first}."


def plainly(text: str) -> str:
    """Return a short description as it stands in the middle of a line: no full stop at its end."""
    words = " ".join(text.split())
    return words.removesuffix(".") if words.count(". ") == 0 else words


TEMPLATES.filters |= {"cell": cell, "code": code, "sentence": sentence}
