"""feed: read one and print what it gives, storing nothing; or report what should be mended in all of them."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from daemon.domain.counts import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daemon.domain.errors import Problem
    from daemon.ports import CaseSource, Page
    from daemon.settings.whole import Settings

EXAMPLES = """examples:
  daykeeper feed read conference-diary --config daykeeper.toml
  daykeeper feed read case-system --config daykeeper.toml --json
  daykeeper feed report --config daykeeper.toml          what to mend, for whoever looks after the data
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "feed", help="try one feed, or see what to mend in all", epilog=EXAMPLES
    )
    verb.add_argument(
        "what",
        choices=("read", "report"),
        help="read: what one feed gives now; report: what to mend in all, by row",
    )
    verb.add_argument(
        "name", metavar="NAME", nargs="?", help="read: the feed's name in the settings"
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--json",
        action="store_true",
        help='read: a line each, {"record": …} or {"problem": …}; report: one object',
    )
    verb.set_defaults(act=act, policies=None)


def act(args: argparse.Namespace) -> int:
    """Read one feed, or list what to mend in all; 1 where the feed cannot be read at all."""
    if args.what == "report":
        from daemon.cli.forms.feed_report import report

        return report(args)
    if args.name is None:
        sys.stderr.write("daykeeper feed read: name the feed; see daykeeper feed --help\n")
        return 2
    return read(args)


def read(args: argparse.Namespace) -> int:
    """Print each record and each problem; 1 where the feed cannot be read at all."""
    from daemon.cli.given import deciding, settings_of
    from daemon.decide.duties.explain import say_problems
    from daemon.decide.record.keeping import keep_known
    from daemon.decide.record.reading import read_record
    from daemon.domain.times import iso, say

    settings = settings_of(args.config)
    source = _source(args, settings)
    decides = deciding(args)
    page = _page(args.name, source)
    problems = [*_lacked(args.name, source, settings), *page.problems]
    for fragment in page.records:
        body, dropped = keep_known(fragment.body, decides.words)
        reading = read_record(body, decides.words, fragment.place)
        problems += (*dropped, *reading.problems)
        if reading.record:
            problems += decides.doubted(reading.record, page.read_at)
        _print(_json({"record": body}) if args.json else _case_in_words(fragment.place, body))
    for one in say_problems(problems):
        words = f"{one['severity']}: {one['where']}: {one['what']}; {one['mend']}"
        _print(_json({"problem": one}) if args.json else words)
    if not args.json:
        _print(
            f"{counted(len(page.records), 'case')}, {counted(page.rows, 'row')}, "
            f"{counted(len(problems), 'problem')}; "
            f"read {say(page.read_at)}, data as at {say(page.as_known_at)} ({iso(page.as_known_at)})"
        )
    return 0


def _source(args: argparse.Namespace, settings: "Settings") -> "CaseSource":
    """Return the feed of that name as the settings have it; raises Refusal."""
    from daemon.app import utc_now
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.vocabulary import guess
    from daemon.plugins import load as load_plugin

    feed = settings.feeds.get(args.name)
    if feed is None:
        what, mend = f'no feed is called "{args.name}"', guess(args.name, settings.feeds)
        raise Refusal(Problem(args.config, what, mend))
    source: CaseSource = load_plugin(
        feed.adapter, "source", feed.options,
        base=settings.folder, clock=utc_now, where=f"feeds.{args.name}",
    )  # fmt: skip
    return source


def _page(name: str, source: "CaseSource") -> "Page":
    """Return everything that the feed shows; raises Refusal where it cannot be read at all."""
    from daemon.domain.errors import Problem, Refusal
    from daemon.ports import Unreadable

    try:
        return source.read(None)
    except Unreadable as error:
        mend = "the last good reading stands; mend the feed"
        raise Refusal(Problem(name, str(error), mend)) from None


def _case_in_words(place: str, body: "Mapping[str, Any]") -> str:
    """Return a line about a case: how many facts and meetings the feed shows of it."""
    meetings = body.get("meetings") or []
    facts = sum(len(part.get("facts") or {}) for part in (body, *meetings))
    return f"{body.get('ref')} ({place}): {counted(facts, 'fact')}, {counted(len(meetings), 'meeting')}"


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _lacked(name: str, source: "CaseSource", settings: "Settings") -> "tuple[Problem, ...]":
    """Return which places the feed lacks that no other feed makes up for; none where another cannot be made."""
    from daemon.app import feeds_of, utc_now
    from daemon.domain.errors import Refusal
    from daemon.engine.records.carried import lacked

    try:
        made = {other: feed.source for other, feed in feeds_of(settings, utc_now).items()}
    except Refusal:
        return ()
    return lacked(name, made | {name: source})
