"""Where a setting stands: IT's in the settings, what an authority tunes in its own folder, and nothing in both."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.domain.authority import Authority
from daemon.domain.brake import Limits
from daemon.domain.errors import Problem
from daemon.mistakes import mend
from daemon.rulebook import is_of_nobody
from daemon.rulebook.authority import AUTHORITY_FILE

if TYPE_CHECKING:
    from daemon.settings import Settings

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
    settings: "Settings | None",
    folder: Path | None,
    say_where: Callable[[str], str],
) -> list[Problem]:
    """Return the settings that an authority's folder says, or that are missing where there is none.

    `values` are the file's, `settings` the same with the environment, where they can be read; `folder`
    is the rulebook's. One that cannot be reached, or has lost its own file, says nothing: what it said
    last stands in the database.
    """
    if folder is not None and (not folder.is_dir() or is_of_nobody(folder)):
        return []
    feeds = settings.feeds if settings else {}
    fresh_within = {f"feeds.{name}.fresh_within": one.fresh_within for name, one in feeds.items()}
    own = folder / AUTHORITY_FILE if folder else None
    if own is None or not own.is_file():
        has_fallback = "fallback" in values or (settings is not None and settings.fallback)
        missing = [] if has_fallback else ["fallback"]
        missing += [key for key, value in fresh_within.items() if value is None]
        return [Problem(say_where(key), "it is missing", "add it") for key in missing]
    given = {*values, *_variables().values()}
    moved = [(key, new) for key, new in MOVED.items() if key in given]
    moved += [(key, "feeds") for key, value in fresh_within.items() if value is not None]
    what = "the authority's folder says this, and it has one home"
    return [
        Problem(say_where(key), what, f'write it in {own} under "{new}", and take it out here')
        for key, new in moved
    ]


def terms_of(settings: "Settings") -> Authority:
    """Return what the settings say where there is no authority's folder to say it."""
    return Authority(
        based_on=settings.pathway_default,
        hours=settings.office(),
        internal=frozenset(domain.casefold() for domain in settings.domains.internal),
        accepted=frozenset(domain.casefold() for domain in settings.domains.accepted),
        unknown_gets=settings.domains.unknown,
        fresh_within={
            one.role: one.fresh_within for one in settings.feeds.values() if one.fresh_within
        },
        hold_working_days=settings.hold_limit,
        brake=Limits(settings.brake.one_pass, settings.brake.one_person),
        enforce_from=settings.enforce_from,
        known_as=(
            settings.authority, settings.title,
            *((settings.rulebook.resolve().name,) if settings.rulebook else ()),
        ),
    )  # fmt: skip


def _variables() -> dict[str, str]:
    """Return the environment's variables with our prefix, each with the key that it begins with."""
    names = sorted(name for name in os.environ if name.startswith(PREFIX))
    return {name: name.removeprefix(PREFIX).split(NESTING)[0].lower() for name in names}
