"""feed report: what should be mended in the data, in the words of whoever looks after it."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from daemon.domain.counts import counted

SHOWN_MOST = 20  # of each list, on a screen; --json has all


def report(args: argparse.Namespace) -> int:
    """Print the report; 1 where there is something to mend."""
    from daemon.app import utc_now
    from daemon.cli.given import settings_of, stored
    from daemon.engine.house import CASE_SYSTEM
    from daemon.engine.records.data_report import data_report

    settings = settings_of(args.config)
    feeds = {name: feed.role for name, feed in settings.feeds.items()}
    masters = [name for name, role in feeds.items() if role == CASE_SYSTEM]
    with stored(settings) as store:
        now = (store.clock() or utc_now)()
        said = data_report(store, now, feeds, settings.feed_order, masters)
    lines = [json.dumps(said, ensure_ascii=False)] if args.json else [*in_words(said)]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(said["rows"] or said["cases"] or said["alone"] or said["disagreements"]))


def in_words(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield the report's lines."""
    for feed in said["feeds"]:
        yield f"{feed['name']} ({feed['role'].replace('_', ' ')}): {_of_feed(feed)}"
    yield from _list(
        "Rows that cannot be used, or only in part", said["rows"],
        lambda one: f"{one['feed']}: {one['where']}: {one['what']}; {one['mend']}",
    )  # fmt: skip
    yield from _list(
        "Cases of which something does not fit", said["cases"],
        lambda one: f"{one['where']}: {one['what']}; {one['mend']}",
    )  # fmt: skip
    yield from _list(
        "Cases that the case system does not show", said["alone"],
        lambda one: f"{one['ref']}: only in {' and '.join(one['feeds'])}" + _perhaps(one["nearest"]),
    )  # fmt: skip
    yield from _list("Said differently by two feeds or more", said["disagreements"], _differently)
    if not any(said[name] for name in ("rows", "cases", "alone", "disagreements")):
        yield "nothing to mend"


def _of_feed(feed: Mapping[str, Any]) -> str:
    if not feed["ok"]:
        return f"cannot be read: {feed['failure']}"
    known = f", data as at {feed['as_known_at']}" if feed["as_known_at"] else ""
    return f"{counted(feed['cases'], 'case')} of {counted(feed['rows'], 'row')}, {feed['problems']} to mend{known}"


def _perhaps(nearest: str | None) -> str:
    return f'; perhaps it is "{nearest}"' if nearest else "; look it up in the case system"


def _differently(one: Mapping[str, Any]) -> str:
    said = ", ".join(f"{feed} says {value}" for feed, value in one["said"].items())
    return f"{one['ref']}: {one['what'].replace('_', ' ')}: {said}; {one['counts']} counts"


def _list(
    heading: str, items: Sequence[Mapping[str, Any]], say: Callable[[Mapping[str, Any]], str]
) -> Iterator[str]:
    if items:
        yield f"\n{heading}: {len(items)}"
        yield from (f"  {say(one)}" for one in items[:SHOWN_MOST])
        if len(items) > SHOWN_MOST:
            yield f"  and {len(items) - SHOWN_MOST} more: --json has all"
