"""check: is the rulebook sound, and do its scenarios hold?"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  daykeeper check                     the shipped policies, with their scenarios
  daykeeper check my/policies --quick without the scenarios
  daykeeper check --config daykeeper.toml --json
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "check",
        help="find every mistake in a rulebook (and the settings), all at once",
        epilog=EXAMPLES,
    )
    verb.add_argument(
        "folder", nargs="?", metavar="FOLDER", help="a policies folder (default: the shipped one)"
    )
    verb.add_argument("--config", metavar="FILE", help="check an authority's settings too")
    verb.add_argument("--quick", action="store_true", help="leave the scenarios out")
    verb.add_argument("--json", action="store_true", help="one JSON object a problem, one a line")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print every problem; 1 where an error is among them."""
    from daemon.cli.given import settings_of  # noqa: PLC0415
    from daemon.domain.errors import Problem, Refusal, Severity  # noqa: PLC0415
    from daemon.rulebook import load, shipped  # noqa: PLC0415

    problems: list[Problem] = []
    folder = Path(args.folder) if args.folder else shipped()
    if args.config:
        try:
            settings = settings_of(args.config)
            folder = folder if args.folder else settings.rulebook or folder
        except Refusal as refusal:
            problems += refusal.problems
    book, found = load(folder)
    problems += found
    scenarios = 0
    if book is not None and not args.quick:
        from daemon.rulebook.expectations import run_scenarios  # noqa: PLC0415

        scenarios, failed = run_scenarios(folder, book)
        problems += failed
    for problem in problems:
        if args.json:
            said = {
                "where": problem.where,
                "what": problem.what,
                "mend": problem.mend,
                "severity": str(problem.severity),
            }
            sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(f"{problem.severity}: {problem}\n")
    wrong = sum(problem.severity is Severity.ERROR for problem in problems)
    if book is not None and not args.json:
        rules = sum(
            len(pack.rules) for pack in book.packs.values() if pack.stands_on is None
        ) + sum(
            rule.pack == pack.name
            for pack in book.packs.values()
            if pack.stands_on
            for rule in pack.rules
        )
        ran = (
            "scenarios left out"
            if args.quick
            else f"{scenarios} scenarios hold"
            if not wrong
            else f"{scenarios} scenarios run"
        )
        sys.stdout.write(f"{len(book.packs)} packs, {rules} rules; {ran}; {wrong} errors\n")
    return 1 if wrong else 0
