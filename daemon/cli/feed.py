"""feed: read one and print what it gives, storing nothing; or report what should be mended in all of them."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.domain.errors import Problem
    from daemon.ports import CaseSource
    from daemon.settings import Settings

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
        from daemon.cli.feed_report import report  # noqa: PLC0415

        return report(args)
    if args.name is None:
        sys.stderr.write("daykeeper feed read: name the feed; see daykeeper feed --help\n")
        return 2
    return read(args)


def read(args: argparse.Namespace) -> int:
    """Print each record and each problem; 1 where the feed cannot be read at all."""
    from daemon.app import utc_now  # noqa: PLC0415
    from daemon.cli.given import deciding, settings_of  # noqa: PLC0415
    from daemon.decide.explain import say_problems  # noqa: PLC0415
    from daemon.decide.keeping import keep_known  # noqa: PLC0415
    from daemon.decide.reading import read_record  # noqa: PLC0415
    from daemon.domain.errors import Problem, Refusal  # noqa: PLC0415
    from daemon.domain.times import iso, say  # noqa: PLC0415
    from daemon.domain.vocabulary import guess  # noqa: PLC0415
    from daemon.plugins import load as load_plugin  # noqa: PLC0415
    from daemon.ports import Unreadable  # noqa: PLC0415

    settings = settings_of(args.config)
    feed = settings.feeds.get(args.name)
    if feed is None:
        raise Refusal(
            Problem(
                args.config, f'no feed is called "{args.name}"', guess(args.name, settings.feeds)
            )
        )
    decides = deciding(args)
    source: Any = load_plugin(
        feed.adapter,
        "source",
        feed.options,
        base=settings.folder,
        clock=utc_now,
        where=f"feeds.{args.name}",
    )
    try:
        page = source.read(None)
    except Unreadable as error:
        raise Refusal(
            Problem(args.name, str(error), "the last good reading stands; mend the feed")
        ) from None
    problems = [*_lacked(args.name, source, settings), *page.problems]
    for fragment in page.records:
        body, dropped = keep_known(fragment.body, decides.words)
        reading = read_record(body, decides.words, fragment.place)
        problems += (*dropped, *reading.problems)
        if reading.record:
            problems += decides.doubted(reading.record, page.read_at)
        if args.json:
            sys.stdout.write(json.dumps({"record": body}, ensure_ascii=False) + "\n")
        else:
            facts = len(body.get("facts") or {}) + sum(
                len(m.get("facts") or {}) for m in body.get("meetings") or []
            )
            sys.stdout.write(
                f"{body.get('ref')} ({fragment.place}): {facts} facts, {len(body.get('meetings') or [])} meetings\n"
            )
    for problem in say_problems(problems):
        line = json.dumps({"problem": problem}, ensure_ascii=False)
        sys.stdout.write(
            (
                line
                if args.json
                else f"{problem['severity']}: {problem['where']}: {problem['what']}; {problem['mend']}"
            )
            + "\n"
        )
    if not args.json:
        sys.stdout.write(
            f"{len(page.records)} cases, {page.rows} rows, {len(problems)} problems; "
            f"read {say(page.read_at)}, data as at {say(page.as_known_at)} ({iso(page.as_known_at)})\n"
        )
    return 0


def _lacked(name: str, source: "CaseSource", settings: "Settings") -> "tuple[Problem, ...]":
    """Return which places the feed lacks that no other feed makes up for; none where another cannot be made."""
    from daemon.app import feeds_of, utc_now  # noqa: PLC0415
    from daemon.domain.errors import Refusal  # noqa: PLC0415
    from daemon.engine.records.carried import lacked  # noqa: PLC0415

    try:
        made = {other: feed.source for other, feed in feeds_of(settings, utc_now).items()}
    except Refusal:
        return ()
    return lacked(name, made | {name: source})
