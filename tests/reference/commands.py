"""docs/reference/commands.md: every verb of the command and every option of each, with its exit codes."""

import argparse
import re
from collections.abc import Iterator
from typing import Any

from daemon.cli.main import ABOUT, parser
from tests.reference.page import Page, page

ENDS = re.compile(r"; (1 (?:where|while) .+?)\.?$")


def made() -> Page:
    """Return the page, in the order of `daykeeper --help`."""
    return built(parser())


def built(top: argparse.ArgumentParser) -> Page:
    """Return the page of the verbs of a parser."""
    verbs = list(_verbs(top, "##"))
    lacking = [
        f"{verb['name']}: it has no help; write one where it is declared"
        for verb in verbs
        if not verb["help"]
    ]
    lacking += [
        f"{verb['name']}: {row['name']} has no help; write one where it is declared"
        for verb in verbs
        for row in verb["rows"]
        if not row["help"]
    ]
    return page("commands", lacking, verbs=verbs, about=ABOUT)


def _verbs(parser: argparse.ArgumentParser, level: str) -> Iterator[dict[str, Any]]:
    for action in parser._actions:
        if not isinstance(action, argparse._SubParsersAction):
            continue
        helps = {one.dest: one.help for one in action._choices_actions}
        for name, verb in action.choices.items():
            yield _verb(verb, helps.get(name) or "", level)
            yield from _verbs(verb, f"{level}#")


def _verb(verb: argparse.ArgumentParser, help_: str, level: str) -> dict[str, Any]:
    act = verb.get_default("act")
    ends = ENDS.search(_first(act.__doc__)) if act else None
    heading, _, examples = (verb.epilog or "").partition("\n")
    shown = [action for action in verb._actions if _is_shown(action)]
    return {
        "level": level,
        "name": verb.prog,
        "help": help_,
        "ends": ends[1] if ends else "",
        "examples": _undented(examples) if heading == "examples:" else "",
        "rows": [_row(action) for action in shown],
    }


def _is_shown(action: argparse.Action) -> bool:
    hidden = isinstance(action, argparse._HelpAction | argparse._SubParsersAction)
    return not hidden and action.help is not argparse.SUPPRESS


def _row(action: argparse.Action) -> dict[str, Any]:
    choices = " or ".join(map(str, action.choices)) if action.choices else ""
    takes = (action.metavar or choices or action.dest.upper()) if action.nargs != 0 else ""
    name = action.option_strings[0] if action.option_strings else ""
    is_needed = action.required and not isinstance(action, argparse._StoreTrueAction)
    has_default = action.default not in (None, False) and "default" not in (action.help or "")
    return {
        "name": " ".join(filter(None, (name, str(takes)))),
        "needed": is_needed,
        "help": action.help or "",
        "default": action.default if has_default else None,
    }


def _first(text: str | None) -> str:
    return (text or "").partition("\n")[0]


def _undented(text: str) -> str:
    return "\n".join(line.removeprefix("  ") for line in text.rstrip().splitlines())
