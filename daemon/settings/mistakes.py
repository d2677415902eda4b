"""What is wrong with a table of settings, one line a mistake: which key, what, how to mend it.

Shared by the settings and by every adapter's own options.
"""

from collections.abc import Callable, Mapping
from datetime import date, time
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from daemon.domain.errors import Problem
from daemon.domain.vocabulary import guess

SECRETIVE = (  # parts of keys whose values are not shown
    "password", "secret", "token", "key", "url", "database", "address", "operator", "fallback",
)  # fmt: skip
SHOWN_MOST = 40  # characters of a found value
KINDS = {  # what pydantic calls a shape, and how it is written in TOML
    "string": ("text", 'put it in quotes: "…"'),
    "int": ("a whole number", "write it without quotes"),
    "float": ("a number", "write it without quotes"),
    "bool": ("true or false", "write one of them without quotes"),
    "date": ("a date", "write it as 2026-12-29"),
    "list": ("a list", 'write it as ["…", "…"]'),
    "tuple": ("a list", 'write it as ["…", "…"]'),
    "dict": ("a table", "write it under a heading in square brackets"),
    "model": ("a table", "write it under a heading in square brackets"),
    "path": ("the path of a file", 'put it in quotes: "…"'),
}
BOUNDS = {
    "greater_than": ("too small", "give more than {gt}"),
    "greater_than_equal": ("too small", "give {ge} or more"),
    "less_than": ("too large", "give less than {lt}"),
    "less_than_equal": ("too large", "give {le} or less"),
    "string_too_short": ("empty or too short", "give at least {min_length} characters"),
    "too_short": ("too short", "give at least {min_length}"),
}


def mistakes(
    error: ValidationError, model: type[BaseModel], say_where: Callable[[str], str]
) -> list[Problem]:
    """Return one problem for each thing that pydantic refused, in the order of the model.

    Args:
        model: what the table was read as; its keys are the choices for a misspelt one.
        say_where: turns a dotted key into the place that the reader knows.

    A validator of ours raises ValueError("what; how to mend it"). A value is shown only where it
    can be no secret and no address.
    """
    found = []
    for one in error.errors(include_url=False):
        path = [part for part in one["loc"] if part != "[key]"]
        where = say_where(_key(path))
        context = dict(one.get("ctx") or {})
        problem = _problem(where, one["type"], one["msg"], context, _shown(path, one["input"]))
        if one["type"] == "extra_forbidden":
            problem = Problem(
                where, "there is no such setting", mend(str(path[-1]), keys(model, path[:-1]))
            )
        elif one["type"] == "literal_error" and isinstance(one["input"], str):
            choices = tuple(context["expected"].replace(" or ", ", ").replace("'", "").split(", "))
            problem = Problem(
                where, f"found {_shown(path, one['input'])}", mend(one["input"], choices)
            )
        found.append(problem)
    return found


def mend(word: str, choices: tuple[str, ...]) -> str:
    """Return a guess for a misspelt word, or the whole list of choices."""
    if not choices:
        return "leave it out"
    if get_close_matches(word, choices, n=1, cutoff=0.7):
        return guess(word, choices)
    return f"use one of: {', '.join(sorted(choices))}"


def keys(model: type[BaseModel], path: list[int | str]) -> tuple[str, ...]:
    """Return the keys that a table may have at a place in the model; none where it is no model."""
    here: Any = model
    for part in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(part))
            here = _model_in(field.annotation) if field else None
        else:  # a mapping or a list: what it holds
            here = _model_in(get_args(here)[-1]) if get_args(here) else None
    if isinstance(here, type) and issubclass(here, BaseModel):
        return tuple(here.model_fields)
    return ()


def _model_in(annotation: object) -> object:
    """Return the one real choice of an optional annotation."""
    if get_origin(annotation) in (Union, UnionType):
        return next(one for one in get_args(annotation) if one is not type(None))
    return annotation


def _problem(where: str, kind: str, text: str, context: Mapping[str, Any], shown: str) -> Problem:
    if kind == "value_error":
        what, _, how = str(context["error"]).partition("; ")
        return Problem(where, what, how or "correct it")
    if kind == "missing":
        return Problem(where, "it is missing", "add it")
    if kind in BOUNDS:
        what, how = BOUNDS[kind]
        return Problem(where, f"{shown} is {what}", how.format(**context))
    shape = KINDS.get(kind.partition("_")[0])
    if shape:
        return Problem(where, f"{shown} is not {shape[0]}", shape[1])
    return Problem(where, f"{shown} cannot be used: {text[:1].lower()}{text[1:]}", "correct it")


def _key(path: list[int | str]) -> str:
    """Return the place as people write it: "closure_days[2]" is the second of the list."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join(parts).removeprefix(".")


def _shown(path: list[int | str], value: object) -> str:
    """Return the found value in quotes, or "this" where it might be a secret or an address."""
    simple = isinstance(value, str | int | float | bool | date | time)
    text = str(value)
    hidden = any(word in str(part).lower() for part in path for word in SECRETIVE)
    if not simple or hidden or "@" in text or "://" in text or len(text) > SHOWN_MOST:
        return "this"
    return f'"{text}"' if isinstance(value, str) else text.lower()
