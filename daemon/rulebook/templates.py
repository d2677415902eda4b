"""A message's templates: a closed set of fields, checked when loaded, rendered in a sandbox."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from daemon.domain.errors import Problem, Refusal
from daemon.domain.rules import MessageText
from daemon.domain.vocabulary import guess

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes

FIELDS = frozenset({
    *("ref", "refs", "children", "team", "title", "due", "due_day", "was_due", "met"),
    *("overdue_by", "left", "remarks", "basis", "next_step", "code", "count", "as_known"),
    *("role", "reason", "rows", "agency", "feed", "todo", "responsible"),
})  # fmt: skip
FORBIDDEN = frozenset({  # DOMAIN section 6: said by name, so that the reason is plain
    *("name", "names", "forename", "surname", "initials", "dob", "born", "born_on", "birth"),
    *("expected_on", "age", "sex", "gender", "ethnicity", "address", "postcode", "phone"),
    *("mobile", "email", "nhs", "upn", "category", "harm", "concern", "notes", "narrative"),
    *("comments", "outcome", "exempt", "exemption", "police_investigation", "parent", "parents"),
    *("mother", "father", "child", "placement", "carer"),
})  # fmt: skip
PARTS = ("subject", "lead", "clear")
LARGEST = 20_000  # characters of one part
PLAIN = re.compile(r"\{\{ *([a-z_]+) *\}\}")
NODES = frozenset({
    *("Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Filter"),
    *("If", "CondExpr", "For", "Compare", "Operand", "And", "Or", "Not"),
})  # fmt: skip
FILTERS = frozenset({"join", "length"})


@dataclass(frozen=True, slots=True)
class Words:
    """A message's own words, before they are framed for a channel."""

    subject: str
    lead: str
    clear: str


def render(text: MessageText, fields: Mapping[str, object]) -> Words:
    """Return the message's words with the fields filled in; a part is cut off at 20,000 characters.

    Raises Refusal where a field that the text needs was not given.
    """
    subject, lead, clear = (_part(text, part, fields) for part in PARTS)
    return Words(subject, lead, clear)


def check_template(source: str) -> list[tuple[str, str]]:
    """Return what is wrong with one template, as pairs of what it is and how to mend it.

    A template of plain fields, as nearly all are, is checked without loading Jinja.
    """
    if not re.search(r"\{[{%#]|[}%#]\}", PLAIN.sub("", source)):
        names = list(dict.fromkeys(PLAIN.findall(source)))
        return [_unknown_field(name) for name in names if name not in FIELDS]
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415

    try:
        tree = _environment().parse(source)
    except TemplateSyntaxError as error:
        return [
            (f"the template cannot be read ({error.message})", "look for a missing brace or end")
        ]
    return list(dict.fromkeys(_misuses(tree, frozenset())))


def _part(text: MessageText, part: str, fields: Mapping[str, object]) -> str:
    from jinja2 import TemplateError  # noqa: PLC0415

    known = {key: value for key, value in fields.items() if key in FIELDS}
    pieces: list[str] = []
    size = 0
    try:
        for piece in _compiled(getattr(text, part)).generate(known):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                break
    except (TemplateError, TypeError, ValueError) as error:
        problem = Problem(
            f"{text.place}: {part}",
            f"the words cannot be made ({error})",
            "use a field that this message has",
        )
        raise Refusal(problem) from None
    return " ".join("".join(pieces)[:LARGEST].split())


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
        if node.attr in FORBIDDEN or node.attr.startswith("_"):
            yield _unknown_field(node.attr)
    for child in node.iter_child_nodes():
        yield from _misuses(child, loops)


def _unknown_field(name: str) -> tuple[str, str]:
    if name in FORBIDDEN or name.startswith("_"):
        mend = "leave it out: staff look it up in the case system"
        return f'no message may print "{name}"', mend
    hint = guess(name, FIELDS)
    mend = hint if hint.startswith("did") else f"use one of: {', '.join(sorted(FIELDS))}"
    return f'no field is called "{name}"', mend
