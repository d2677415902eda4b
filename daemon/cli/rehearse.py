"""rehearse: last quarter's records under a draft and under the present rulebook; nothing is sent."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daemon.cli.given import (
    acting,
    deciding,
    instant,
    last_instant,
    people_of,
    see_span,
    settings_of,
    write,
)
from daemon.cli.given.records import read_bodies
from daemon.domain.errors import Problem, Refusal

if TYPE_CHECKING:
    from daemon.decide.people.recipients import People
    from daemon.rehearsal.records import Records

EXAMPLES = """examples:
  daykeeper rehearse records.jsonl --draft my/policies --from 2026-01-01 --to 2026-03-31
  daykeeper rehearse --config daykeeper.toml --draft my/draft --html rehearsal.html
  daykeeper rehearse --config daykeeper.toml --draft my/draft --keep        the console shows it
  daykeeper rehearse records.jsonl --draft B --present A --pack stoke-on-trent --json
"""
QUARTER = timedelta(days=91)
MOST_PROCESSES = 64


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "rehearse",
        help="past records under a draft and under the present rulebook: who would be told more, less, at other times",
        epilog=EXAMPLES,
    )
    verb.add_argument(
        "records",
        nargs="?",
        metavar="RECORDS",
        help="case records, one a line (default: those in the store, with --config)",
    )
    verb.add_argument("--draft", required=True, metavar="FOLDER", help="the rulebook to try")
    verb.add_argument(
        "--present",
        dest="policies",
        metavar="FOLDER",
        help="the one to compare it with (default: the one in force)",
    )
    verb.add_argument("--config", metavar="FILE", help="an authority's settings")
    verb.add_argument("--pack", help="decide under this pack, whatever pathway the records name")
    verb.add_argument(
        "--from", dest="start", type=instant, metavar="ISO", help="default: 13 weeks before --to"
    )
    verb.add_argument("--to", dest="end", type=last_instant, metavar="ISO", help="default: now")
    verb.add_argument("--people", metavar="FILE", help="a people.csv, to find who holds the roles")
    verb.add_argument(
        "--processes",
        type=_count,
        default=os.cpu_count() or 1,
        metavar="NUMBER",
        help="how many to spread it over (default: one a core)",
    )
    verb.add_argument("--html", metavar="FILE", help="write a page with charts, too")
    verb.add_argument(
        "--keep",
        action="store_true",
        help="keep it, for the console's page of rehearsals; needs --config",
    )
    verb.add_argument("--by", metavar="NAME", help="--keep: who does this (default: this account)")
    verb.add_argument("--json", action="store_true", help="every figure, as one JSON object")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print what would change; 0 whatever it is."""
    from daemon.decide.trying.rehearse import compare
    from daemon.domain.vocabulary import guess
    from daemon.rehearsal.figures import figures
    from daemon.rehearsal.run import run
    from daemon.rehearsal.table import lines

    if args.records is None and args.config is None:
        sys.stderr.write("daykeeper rehearse: give RECORDS, or --config for those in the store\n")
        return 2
    if args.keep and args.config is None:
        sys.stderr.write("daykeeper rehearse: --keep needs --config, which says where\n")
        return 2
    by = acting(args.by) if args.keep else ""
    end = args.end or datetime.now(UTC)
    start = args.start or end - QUARTER
    present = deciding(args)
    see_span(start, end, present.calendar.days)
    draft = deciding(argparse.Namespace(policies=args.draft, config=args.config))
    for book in (present.rulebook, draft.rulebook):
        if args.pack and args.pack not in book.packs:
            what = f'no pack is called "{args.pack}"'
            raise Refusal(Problem("--pack", what, guess(args.pack, book.packs)))
    try:
        records, people = _given(args)
        comparison = compare(present, draft, people, args.pack)
        with _progress(records.total) as progress:
            tally = run(comparison, records, start, end, args.processes, progress)
    except KeyboardInterrupt:
        sys.stderr.write("rehearse: interrupted; nothing was written\n")
        return 130
    if args.records and not tally.cases:
        what = "none of its records can be read, so nothing is rehearsed"
        raise Refusal(Problem(args.records, what, "mend what is said above"))
    titles = {
        rule.name: rule.title
        for book in (present.rulebook, draft.rulebook)
        for pack in book.packs.values()
        for rule in pack.rules
    }
    said = figures(
        tally, lambda name: titles.get(name, name.replace("-", " ")), present.words.role, start, end
    )
    if args.html:
        from daemon.pages.write import rehearsal_page

        write(Path(args.html), rehearsal_page(said))
    told = [json.dumps(said, ensure_ascii=False)] if args.json else [*lines(said)]
    if args.keep:
        place = _keep(said, args, by)
        told += [] if args.json else [f"kept: {place}"]
    sys.stdout.write("\n".join(told) + "\n")
    return 0


def _keep(said: Mapping[str, Any], args: argparse.Namespace, by: str) -> Path:
    """Keep the figures and their page where the console looks, without cases and people; return the figures' file."""
    from daemon.pages.write import rehearsal_page
    from daemon.rehearsal.kept import clear, kept_as, to_keep

    folder, draft, now = (
        settings_of(args.config).web.rehearsals,
        Path(args.draft),
        datetime.now(UTC),
    )
    whole, name = to_keep(said, draft, by, now), kept_as(draft, now)
    write(folder / f"{name}.html", rehearsal_page(whole))
    write(folder / f"{name}.json", json.dumps(whole, ensure_ascii=False) + "\n")
    clear(folder)
    return folder / f"{name}.json"


def _given(args: argparse.Namespace) -> "tuple[Records, People]":
    """Return the records and who holds the roles: of a file, or of the store."""
    if args.records is not None:
        from daemon.rehearsal.records import from_bodies, from_lines

        found = from_lines(Path(args.records)) or from_bodies(read_bodies(args.records))
        return found, people_of(args.people)
    from daemon.decide.people.recipients import People
    from daemon.rehearsal.stored import from_store
    from daemon.store import Store

    settings = settings_of(args.config)
    store = Store.open(settings.database, settings.authority, thorough=False)
    with store.read() as tx:
        people = People(tx.people.all(), settings.fallback)
    return from_store(store, settings.feed_order), people


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, Sequence[Problem]], None]]:
    """Yield what shows how far it is, on a terminal only; problems go beside it, one a line."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0  # no thread beside processes that are forked
    with tqdm(total=total, desc="rehearsing", unit=" records", disable=None, leave=False) as bar:

        def show(records: int, problems: Sequence[Problem]) -> None:
            for problem in problems:
                bar.write(str(problem), file=sys.stderr)
            bar.update(records)

        yield show


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PROCESSES:
        raise argparse.ArgumentTypeError(f'"{text}" is no number from 1 to {MOST_PROCESSES}')
    return int(text)
