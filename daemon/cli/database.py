"""database: create, upgrade or check the store; it is never made or mended by any other verb."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.domain.errors import Problem

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

    settings = settings_of(args.config)
    url = settings.database
    if args.what == "check":
        problems, whose = check(url), ""
        if not any(problem.severity is Severity.ERROR for problem in problems):
            whose, more = keeps(url, settings.authority)
            problems += more
        for problem in problems:
            sys.stdout.write(f"{problem}\n")
        if any(problem.severity is Severity.ERROR for problem in problems):
            return 1
        that = "but for that " if problems else ""
        sys.stdout.write(f"{that}the database is in order; {whose}\n")
        return 0
    (create if args.what == "create" else upgrade)(url)
    sys.stdout.write(f"the database is {'made' if args.what == 'create' else 'up to date'}\n")
    return 0


def keeps(url: str, authority: str) -> "tuple[str, list[Problem]]":
    """Return whose records a database that is in order keeps, and what is wrong with that."""
    from contextlib import closing

    from daemon.decide.telling.wording import say_list
    from daemon.domain.errors import Refusal
    from daemon.domain.times import say
    from daemon.store import Store

    try:
        with closing(Store.open(url, authority, thorough=False)) as store:
            found, begun = store.of_another(), store.keeps()
    except Refusal as refusal:
        return "", list(refusal.problems)
    whose = say_list([f'"{one}" since {say(at)}' for one, at in begun.items()])
    said = f"it keeps {whose}" if begun else "nobody has begun on it"
    return said, [found] if found else []
