"""doctor: is everything that the settings name ready to be relied on? Nothing is sent."""

import argparse
import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

EXAMPLES = """examples:
  daykeeper doctor --config daykeeper.toml
  daykeeper doctor --config daykeeper.toml --json     one JSON object a finding, one a line

exit codes: 0 nothing fails (warnings or not); 1 something does; 2 the command's words are off
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "doctor",
        help="look at every channel, mailbox, feed and store before anybody relies on them",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--json", action="store_true", help="one JSON object a thing looked at, one a line"
    )
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print a line for each thing that was looked at; 1 where one of them fails."""
    from daemon.app import utc_now
    from daemon.cli.examining.everything import as_finding, look_at
    from daemon.cli.examining.writable import writable
    from daemon.cli.given import settings_of
    from daemon.examined import Grade

    settings, grades = settings_of(args.config), []
    loose = [one.as_problem() for one in writable(settings, Path(args.config))]
    found = ((one.where, as_finding(one)) for one in loose)
    for where, one in chain(found, look_at(settings, utc_now)):
        grades.append(one.grade)
        said = {"grade": one.grade, "where": where, "what": one.what, "mend": one.mend}
        line = json.dumps(said, ensure_ascii=False) if args.json else f"{one.grade}: {where}: {one}"
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()  # the next may wait for a server
    if not args.json:
        counts = ", ".join(f"{grades.count(grade)} {grade}" for grade in Grade)
        sys.stdout.write(f"{len(grades)} things looked at: {counts}\n")
    return 1 if Grade.FAIL in grades else 0
