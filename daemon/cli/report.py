"""report: timeliness and attendance for the partnership, as a page, a sheet and JSON."""

import argparse
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.given import acting, settings_of, stored, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from daemon.report import Span
    from daemon.report.published import Published
    from daemon.settings.whole import Settings

EXAMPLES = """examples:
  daykeeper report --config daykeeper.toml --out report         the last twelve months: report.html, .csv and .json
  daykeeper report --config daykeeper.toml --from 2026-04-01 --to 2026-06-30 --json
  daykeeper report --config daykeeper.toml --beside Stoke-on-Trent --out report
  daykeeper report --config daykeeper.toml --keep               the console shows it
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "report", help="timeliness and attendance for the partnership", epilog=EXAMPLES
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--from", dest="first", type=_day, metavar="DAY", help="its first day (default: a year ago)"
    )
    verb.add_argument(
        "--to", dest="last", type=_day, metavar="DAY", help="its last day (default: today)"
    )
    verb.add_argument(
        "--out", type=Path, metavar="FOLDER", help="write report.html, report.csv and report.json"
    )
    verb.add_argument(
        "--beside", metavar="AUTHORITY", help="whose published figures (default: our own, by name)"
    )
    verb.add_argument(
        "--keep", action="store_true", help="keep it, for the console's page of the report"
    )
    verb.add_argument("--by", metavar="NAME", help="--keep: who does this (default: this account)")
    verb.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Make the report; 0 once it is made."""
    from daemon.app import in_force, utc_now
    from daemon.domain.times import day_of
    from daemon.report import Span, figures, gathered, keep, report_csv, report_page

    by = acting(args.by) if args.keep else ""
    settings = settings_of(args.config)
    published = _published(args.beside, settings)
    with stored(settings) as store:
        deciding = in_force(store, settings)
        now = (store.clock() or utc_now)()
        last = args.last or day_of(now)
        span = Span(args.first or last - timedelta(days=364), last, now)
        if span.first > span.last:
            sys.stderr.write("daykeeper report: --from lies after --to\n")
            return 2
        with store.read() as tx:
            found = gathered(tx, deciding, settings.feed_order, span)
        said = figures(found, span, deciding.calendar.days, settings.title, published)
        if args.keep:
            with store.write() as tx:
                keep(tx, said, by, now)
    text = json.dumps(said, ensure_ascii=False)
    if args.out:
        for name, whole in (
            ("html", report_page(said)),
            ("csv", report_csv(said)),
            ("json", text + "\n"),
        ):
            write(args.out / f"report.{name}", whole)
    if args.json:
        sys.stdout.write(text + "\n")
    else:
        sys.stdout.write("\n".join(_in_words(said, span, args.out)) + "\n")
    return 0


def _published(named: str | None, settings: "Settings") -> "list[Published]":
    from daemon.report.published import beside, own

    return beside(named or own(settings.title, settings.authority))


def _in_words(said: "Mapping[str, Any]", span: "Span", out: Path | None) -> list[str]:
    from daemon.domain.times import say_day
    from daemon.report.tables import ALL

    lines = [f"{said['title']}: {say_day(span.first)} to {say_day(span.last)}"]
    for table in said["tables"]:
        if table["share_is"] and table["rows"] and not table["id"].endswith(("_team", "_agency")):
            row = next(one for one in table["rows"] if one["label"] == ALL)
            share = (
                "small counts" if row["share"] is None else f"{row['share']}% {table['share_is']}"
            )
            rounded = " (rounded)" if table["rounded_to"] else ""
            of = "" if row["total"] is None else f" of {row['total']:,}{rounded}"
            lines.append(f"  {table['title'].removesuffix(', by month')}: {share}{of}")
    if out:
        lines.append(f"written: {out / 'report.html'}, report.csv, report.json")
    return lines


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no day; write 2026-03-31') from None
