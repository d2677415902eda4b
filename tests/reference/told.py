"""What the code says beside a field: the string under it, as Python knows it for the docstring of an attribute."""

import ast
import inspect
from functools import cache
from textwrap import dedent


@cache
def beside_fields(kind: type) -> dict[str, str]:
    """Return what stands under each field of a class and of what it is made of."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if one.__module__.partition(".")[0] in ("daemon", "integrations"):
            found |= _own(one)
    return found


def _own(kind: type) -> dict[str, str]:
    (made,) = ast.parse(dedent(inspect.getsource(kind))).body
    if not isinstance(made, ast.ClassDef):
        raise TypeError(kind)
    pairs = zip(made.body, made.body[1:], strict=False)
    return {
        one.target.id: " ".join(said.value.value.split())
        for one, said in pairs
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
        if isinstance(said, ast.Expr) and isinstance(said.value, ast.Constant)
        if isinstance(said.value.value, str)
    }


def first_paragraph(kind: type) -> str:
    """Return what a class says of itself."""
    return " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split())
