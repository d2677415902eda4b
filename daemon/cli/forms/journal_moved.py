"""journal moved: the deadlines that the last announced bank holiday moved, and who was told and corrected."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from daemon.engine.rules.announced import Announcement


def list_moved(args: argparse.Namespace) -> int:
    """Print the list; where no bank holiday was ever announced, say so."""
    from daemon.cli.given import settings_of, stored
    from daemon.engine.rules.announced import announced

    settings = settings_of(args.config)
    with stored(settings) as store, store.read() as tx:
        found = announced(tx)
    lines = [json.dumps(in_json(found), ensure_ascii=False)] if args.json else in_words(found)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def in_json(found: "Announcement | None") -> object:
    """Return the list as plain values; null where there is none."""
    return _plain(asdict(found)) if found else None


def in_words(found: "Announcement | None") -> Iterator[str]:
    """Yield the list as lines of plain text."""
    from daemon.domain.times import say, say_day

    if found is None:
        yield "no bank holiday has been announced since the first start"
        return
    for days, what in ((found.added, "is"), (found.removed, "is no longer")):
        for day, name in days.items():
            yield f"{say_day(day)} {what} a bank holiday ({name})"
    for one in found.moved:
        yield f"{one.obligation}: due {say(one.due_at)} instead of {say(one.was_due_at)}"
        for told in one.told:
            then = (
                f"corrected on {say(told.corrected_at)}"
                if told.corrected_at
                else "NOT YET corrected"
            )
            role = told.role.replace("_", " ")
            yield f"  {told.person} ({role}) was told by {told.channel} on {say(told.told_at)}; {then}"
    people = [told for one in found.moved for told in one.told]
    corrected = sum(told.corrected_at is not None for told in people)
    noun = "deadline" if len(found.moved) == 1 else "deadlines"
    yield (
        f"known since {say(found.at)}: {len(found.moved)} {noun} moved; "
        f"{len(people)} told of the old date, {corrected} of them corrected"
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
