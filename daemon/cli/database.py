"""database: create, upgrade or check the store; it is never made or mended by any other verb."""

import argparse
import sys
from typing import Any

EXAMPLES = """examples:
  daykeeper database create --config daykeeper.toml
  daykeeper database upgrade --config daykeeper.toml     after a new version; make a backup first
  daykeeper database check --config daykeeper.toml
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "database", help="create, upgrade or check the database", epilog=EXAMPLES
    )
    verb.add_argument(
        "what",
        choices=("create", "upgrade", "check"),
        help="create: make a new one; upgrade: bring its shape to this release; check: say what is wrong",
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Do it, and say in one line what was done; 1 where `check` finds something wrong."""
    from daemon.cli.given import settings_of
    from daemon.domain.errors import Severity
    from daemon.store import check, create, upgrade

    url = settings_of(args.config).database
    if args.what == "check":
        problems = check(url)
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
        if any(problem.severity is Severity.ERROR for problem in problems):
            return 1
        sys.stdout.write("the database is in order\n")
        return 0
    (create if args.what == "create" else upgrade)(url)
    sys.stdout.write(f"the database is {'made' if args.what == 'create' else 'up to date'}\n")
    return 0
