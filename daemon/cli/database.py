"""database: create, upgrade or check the store; it is never made or mended by any other verb."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

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
    verb.add_argument("--json", action="store_true", help="of `check`: one JSON object")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Do it, and say in one line what was done; 1 where `check` finds something wrong."""
    from daemon.cli.given import settings_of
    from daemon.domain.errors import Severity
    from daemon.store import check, create, upgrade

    if args.json and args.what != "check":
        sys.stderr.write(f"daykeeper database {args.what}: only `check` has --json\n")
        return 2
    settings = settings_of(args.config)
    url = settings.database
    if args.what == "check":
        problems = check(url)
        begun: dict[str, datetime] = {}
        if not any(problem.severity is Severity.ERROR for problem in problems):
            begun, more = keeps(url, settings.authority)
            problems += more
        is_wrong = any(problem.severity is Severity.ERROR for problem in problems)
        lines = [in_json(problems, begun)] if args.json else in_words(problems, begun)
        sys.stdout.writelines(f"{line}\n" for line in lines)
        return 1 if is_wrong else 0
    (create if args.what == "create" else upgrade)(url)
    sys.stdout.write(f"the database is {'made' if args.what == 'create' else 'up to date'}\n")
    return 0


def in_words(problems: "list[Problem]", begun: "dict[str, datetime]") -> list[str]:
    """Return a line a problem, and where none is an error what the database keeps."""
    from daemon.decide.telling.wording import say_list
    from daemon.domain.errors import Severity
    from daemon.domain.times import say

    lines = [str(problem) for problem in problems]
    if any(problem.severity is Severity.ERROR for problem in problems):
        return lines
    whose = say_list([f'"{one}" since {say(at)}' for one, at in begun.items()])
    said = f"it keeps {whose}" if begun else "nobody has begun on it"
    return [*lines, f"{'but for that ' if lines else ''}the database is in order; {said}"]


def in_json(problems: "list[Problem]", begun: "dict[str, datetime]") -> str:
    """Return the same for programs."""
    from daemon.domain.errors import Severity
    from daemon.domain.times import iso

    found = [
        {name: str(getattr(one, name)) for name in ("where", "what", "mend", "severity")}
        for one in problems
    ]
    said = {
        "in_order": not any(one.severity is Severity.ERROR for one in problems),
        "keeps": [{"authority": name, "since": iso(at)} for name, at in begun.items()],
        "problems": found,
    }
    return json.dumps(said, ensure_ascii=False)


def keeps(url: str, authority: str) -> "tuple[dict[str, datetime], list[Problem]]":
    """Return whose records a database that is in order keeps, and what is wrong with that."""
    from contextlib import closing

    from daemon.domain.errors import Refusal
    from daemon.store import Store

    try:
        with closing(Store.open(url, authority, thorough=False)) as store:
            found, begun = store.of_another(), store.keeps()
    except Refusal as refusal:
        return {}, list(refusal.problems)
    return begun, [found] if found else []
