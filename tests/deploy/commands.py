"""Every command that a page shows: what stands in its fences, taken apart as a shell would, and between backticks."""

import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from tests.deploy.tools import ROOT

WHERE = (
    "README.md", "CONTRIBUTING.md", "docs/**/*.md", "integrations/**/README.md", "deploy/**/*.md",
    "daemon/**/README.md", "policies/**/README.md", "tests/*/README.md",
)  # fmt: skip
FENCE = re.compile(
    r"^(?P<margin> *)```(?P<kind>\w*)\n(?P<body>.*?)^(?P=margin)```", re.DOTALL | re.MULTILINE
)
INLINE = re.compile(r"`([^`\n]+)`")
HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1")
REMARK = re.compile(r"(?:^|(?<=\s))#.*$")
MOMENT = re.compile(r"\$\((?:TZ=[\w/]+ )?date [^()`$;|&]*\)")
ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
SHELL, SHOWN = "sh", "console"  # commands alone; commands after a "$", and what they answer


class Command(NamedTuple):
    """One command: on which page and line, by what sort of fence (empty: between backticks), and its words."""

    page: str
    line: int
    kind: str
    words: tuple[str, ...]

    @property
    def program(self) -> str:
        """Its name, without where it lies."""
        return self.words[0].rpartition("/")[2]

    @property
    def place(self) -> str:
        """Where it stands, as an error says it."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Return every page of ours."""
    return sorted({page for pattern in WHERE for page in ROOT.glob(pattern)})


def fences(page: Path) -> Iterator[tuple[int, str, str]]:
    """Yield each fence: the line on which its words begin, its sort, its words."""
    text = page.read_text("utf-8")
    for found in FENCE.finditer(text):
        yield text.count("\n", 0, found.start("body")) + 1, found["kind"], dedent(found["body"])


def fenced(page: Path) -> Iterator[Command]:
    """Yield every command in a page's fences."""
    name = str(page.relative_to(ROOT))
    for begins, kind, body in fences(page):
        lines = list(enumerate(body.splitlines(), begins))
        if kind == SHOWN:
            lines = [(line, text[2:]) for line, text in lines if text.startswith("$ ")]
        elif kind == "powershell":
            yield from (Command(name, line, kind, (text.split()[0],)) for line, text in lines)
            continue
        elif kind != SHELL:
            continue
        for line, text in whole(lines):
            yield from (Command(name, line, kind, words) for words in simple(text))


def whole(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield each line with what it goes on with, without what is only handed to it."""
    so_far, begun, until = "", 0, ""
    for line, text in lines:
        if until:
            until = "" if text == until else until
            continue
        begun, so_far = (begun if so_far else line), so_far + text
        if so_far.endswith("\\"):
            so_far = so_far[:-1]
            continue
        if handed := HEREDOC.search(so_far):
            until = handed[2]
        yield begun, so_far
        so_far = ""


def simple(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each command of a line, without what is assigned before it or where it writes to."""
    found = shlex.shlex(REMARK.sub("", text), posix=True, punctuation_chars=True)
    found.whitespace_split, found.commenters = True, ""
    for is_joint, group in groupby(found, lambda word: word in {"&&", "||", "|", ";"}):
        words = list(group)
        while ">" in "".join(words[-2:-1]) or "<" in "".join(words[-2:-1]):
            words = words[:-2]
        while words and ASSIGNED.match(words[0]):
            words = words[1:]
        if words and not is_joint:
            yield tuple(words)


def as_typed(word: str) -> str:
    """Return a word as a shell hands it on: a moment that it reckons with `date` is reckoned, all else stays."""
    if not MOMENT.fullmatch(word):
        return word
    ended = subprocess.run(
        ["sh", "-c", f'printf %s "{word}"'], capture_output=True, text=True, check=True
    )
    return ended.stdout


def inline(page: Path, programs: Iterable[str]) -> Iterator[Command]:
    """Yield every command of these programs that stands between backticks, with a word after its name at least."""
    name, begins = str(page.relative_to(ROOT)), tuple(f"{one} " for one in programs)
    is_in = False
    for line, text in enumerate(page.read_text("utf-8").splitlines(), 1):
        is_in ^= text.lstrip().startswith("```")
        for span in () if is_in else INLINE.findall(text):
            if span.startswith(begins):
                words = shlex.split(span.replace("\\|", "|"))
                yield Command(name, line, "", tuple(words))
