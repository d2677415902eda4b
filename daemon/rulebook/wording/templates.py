"""A message's templates: a closed set of fields, checked when loaded, rendered in a sandbox."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from daemon.domain.errors import Problem, Refusal
from daemon.domain.rules import MessageText
from daemon.domain.vocabulary import guess
from daemon.rulebook.language.private import FORBIDDEN, INSIDE_FIELDS, misworded, unseen

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

FIELDS = frozenset({
    *("ref", "refs", "children", "team", "title", "due", "is_due", "due_day", "was_due", "met"),
    *("overdue_by", "left", "remarks", "basis", "next_step", "code", "count", "as_known"),
    *("role", "reason", "rows", "agency", "somebody", "meeting", "feed", "todo", "responsible"),
})  # fmt: skip
PARTS = ("subject", "lead", "clear")
OUTSIDE_PARTS = {"lead": "outside_lead", "clear": "outside_clear"}
LARGEST = 20_000  # characters of one part, as it is written and as it is sent
CUT = " … [cut off here: too long]"
TWICE = re.compile(r"\b(?:is|are|was|were|be)\s+\{\{\s*is_due\b")
PLAIN = re.compile(r"\{\{ *([a-z_]+) *\}\}")
CODE = re.compile(r"\{[{%#]|[}%#]\}")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
NODES = frozenset({
    *("Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Filter"),
    *("If", "CondExpr", "For", "Compare", "Operand", "And", "Or", "Not"),
})  # fmt: skip
FILTERS = frozenset({"join", "length"})
GONE_THROUGH = "rows"


@dataclass(frozen=True, slots=True)
class Words:
    """A message's own words, before they are framed for a channel."""

    subject: str
    lead: str
    clear: str


def render(text: MessageText, fields: Mapping[str, object], *, outside: bool = False) -> Words:
    """Return the message's words with the fields filled in; a part is cut, visibly, at 20,000 characters.

    `outside`: the reader is not of the authority. They read the wording for them, if there is
    one, and what is the authority's own is empty. Raises Refusal where a field was not given.
    """
    own = outside and text.outside_lead
    known = {
        key: "" if outside and key in INSIDE_FIELDS else value
        for key, value in fields.items()
        if key in FIELDS
    }
    names = [OUTSIDE_PARTS.get(part, part) if own else part for part in PARTS]
    subject, lead, clear = (_part(text, name, known) for name in names)
    return Words(subject, lead, clear)


def is_plain(source: str) -> bool:
    """Return whether a template only prints fields: it can neither loop nor grow."""
    return not CODE.search(PLAIN.sub("", source))


def check_template(source: str) -> list[tuple[str, str]]:
    """Return what is wrong with one template, as pairs of what it is and how to mend it."""
    return [*check_wording(source), *check_making(source)]


def check_wording(source: str) -> list[tuple[str, str]]:
    """Return what a template says that it must not, or says badly: it can be filled in all the same."""
    if len(source) > LARGEST:
        return []
    found = [
        *unseen(source),
        *(one for gap in (" ", "") for one in misworded(TAG.sub(gap, source))),
    ]
    if TWICE.search(source):
        found.append(("a verb stands before is_due, which has its own", "leave that verb out"))
    return list(dict.fromkeys(found))


def check_making(source: str) -> list[tuple[str, str]]:
    """Return why a template cannot be filled in, or not within bounds.

    One of plain fields, as nearly all are, is checked without loading Jinja.
    """
    if len(source) > LARGEST:
        return [(f"the template is longer than {LARGEST:,} characters", "shorten it")]
    if is_plain(source):
        names = dict.fromkeys(PLAIN.findall(source))
        return [_unknown_field(name) for name in names if name not in FIELDS]
    found: list[tuple[str, str]] = []
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415

    try:
        found += _misuses(_environment().parse(source), frozenset())
    except TemplateSyntaxError as error:
        reason = f"the template cannot be read ({error.message})"
        found.append((reason, "look for a missing brace or end"))
    except (RecursionError, ValueError, OverflowError):
        found.append(("the template cannot be read (it is too deep or too odd)", "make it simpler"))
    return list(dict.fromkeys(found))


def fill(source: str, fields: Mapping[str, object]) -> str:
    """Return a template as one line with the fields filled in, cut off visibly where it is too long.

    Whatever Jinja makes of a bad template is raised.
    """
    pieces: list[str] = []
    size = 0
    for piece in _compiled(source).generate(fields):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST:
            break
    said = " ".join("".join(pieces).split())
    return said if len(said) <= LARGEST else said[: LARGEST - len(CUT)] + CUT


def _part(text: MessageText, part: str, fields: Mapping[str, object]) -> str:
    from jinja2 import TemplateError  # noqa: PLC0415

    try:
        return fill(getattr(text, part), fields)
    except (TemplateError, TypeError, ValueError, SyntaxError, RecursionError) as error:
        problem = Problem(
            f"{text.place}: {part}",
            f"the words cannot be made ({error})",
            "use a field that this message has",
        )
        raise Refusal(problem) from None


@cache
def _environment() -> "Environment":
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.runtime import LoopContext  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    class Closed(ImmutableSandboxedEnvironment):
        """Parts of a table's row and of the loop itself, and no attribute of anything else."""

        def getattr(self, obj: object, attribute: str) -> object:
            if isinstance(obj, LoopContext):
                return super().getattr(obj, attribute)
            if isinstance(obj, Mapping) and attribute in obj:
                return obj[attribute]
            return self.unsafe_undefined(obj, attribute)

    # no autoescape: the frames escape what they take in
    environment = Closed(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    return environment


@cache
def _compiled(source: str) -> "Template":
    return _environment().from_string(source)


def _misuses(node: "nodes.Node", loops: frozenset[str]) -> Iterator[tuple[str, str]]:
    from jinja2 import nodes as kinds  # noqa: PLC0415

    kind = type(node).__name__
    if kind not in NODES:
        yield f"{kind.lower()} is not allowed in a message", "print fields, with if and for around"
        return
    if isinstance(node, kinds.For):
        if not (isinstance(node.iter, kinds.Name) and node.iter.name == GONE_THROUGH):
            yield "only rows can be gone through", f'write "for row in {GONE_THROUGH}"'
        targets = {name.name for name in node.target.find_all(kinds.Name)}
        targets |= {node.target.name} if isinstance(node.target, kinds.Name) else set()
        loops = loops | targets | {"loop"}
    elif isinstance(node, kinds.Filter) and node.name not in FILTERS:
        yield f"the filter {node.name} is not allowed in a message", "use join or length"
    elif isinstance(node, kinds.Name) and node.ctx == "load" and node.name not in FIELDS | loops:
        yield _unknown_field(node.name)
    elif isinstance(node, kinds.Getattr):
        if not (isinstance(node.node, kinds.Name) and node.node.name in loops):
            yield f'".{node.attr}" is not allowed', "only a loop's own variable has parts"
        if normalize("NFKC", node.attr) in FORBIDDEN or node.attr.startswith("_"):
            yield _unknown_field(node.attr)
    for child in node.iter_child_nodes():
        yield from _misuses(child, loops)


def _unknown_field(name: str) -> tuple[str, str]:
    if normalize("NFKC", name) in FORBIDDEN or name.startswith("_"):
        mend = "leave it out: staff look it up in the case system"
        return f'no message may print "{name}"', mend
    hint = guess(name, FIELDS)
    mend = hint if hint.startswith("did") else f"use one of: {', '.join(sorted(FIELDS))}"
    return f'no field is called "{name}"', mend
