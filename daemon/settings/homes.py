"""Where a setting stands: IT's in the settings, what an authority tunes in its own folder, and nothing in both."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from daemon.domain.errors import Problem
from daemon.rulebook import is_of_nobody
from daemon.rulebook.own.authority import AUTHORITY_FILE
from daemon.settings.mistakes import mend

PREFIX, NESTING = "DAYKEEPER_", "__"
MOVED = {  # what an authority's folder says, and under which key
    "pathway_default": "based_on",
    "fallback": "mailboxes",
    "office_hours": "office_hours",
    "closure_days": "closure_days",
    "domains": "domains",
    "enforce_from": "enforce_from",
    "hold_limit": "hold_limit",
    "brake": "brake",
}


def strangers(
    values: Mapping[str, Any], known: tuple[str, ...], say_where: Callable[[str], str]
) -> list[Problem]:
    """Return the keys, and the variables with our prefix, that name no setting."""
    named = [(say_where(key), key) for key in values] + list(_variables().items())
    unknown = [(where, key) for where, key in named if key not in known]
    return [Problem(where, "there is no such setting", mend(key, known)) for where, key in unknown]


def misplaced(
    values: Mapping[str, Any],
    fresh_within: Mapping[str, Any],
    folder: Path | None,
    say_where: Callable[[str], str],
) -> list[Problem]:
    """Return the settings that an authority's folder says, or that are missing where there is none.

    `values` are the file's; `fresh_within` is each feed's limit, as far as they can be read; `folder`
    is the rulebook's. One that cannot be reached, or has lost its own file, says nothing: what it said
    last stands in the database.
    """
    if folder is not None and (not folder.is_dir() or is_of_nobody(folder)):
        return []
    limits = {f"feeds.{name}.fresh_within": limit for name, limit in fresh_within.items()}
    given = {*values, *_variables().values()}
    own = folder / AUTHORITY_FILE if folder else None
    if own is None or not own.is_file():
        missing = [] if "fallback" in given else ["fallback"]
        missing += [key for key, limit in limits.items() if limit is None]
        return [Problem(say_where(key), "it is missing", "add it") for key in missing]
    moved = [(key, new) for key, new in MOVED.items() if key in given]
    moved += [(key, "feeds") for key, limit in limits.items() if limit is not None]
    what = "the authority's folder says this, and it has one home"
    return [
        Problem(say_where(key), what, f'write it in {own} under "{new}", and take it out here')
        for key, new in moved
    ]


def _variables() -> dict[str, str]:
    """Return the environment's variables with our prefix, each with the key that it begins with."""
    names = sorted(name for name in os.environ if name.startswith(PREFIX))
    return {name: name.removeprefix(PREFIX).split(NESTING)[0].lower() for name in names}
