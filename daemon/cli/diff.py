"""diff: what is different between two rulebooks, in sentences."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.rulebook import Edition

MOST_FILES = 5  # that a line names
SHIPPED = "shipped"
EXAMPLES = """examples:
  daykeeper diff potterby potterby-draft          what the draft would change
  daykeeper diff potterby --against shipped       what this authority has changed
  daykeeper diff potterby potterby-draft --json   one JSON object a difference, one a line

exit codes: 0 compared, whether or not anything is different; 1 one of them is not sound;
2 the command's words are off
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "diff", help="what is different between two rulebooks, in sentences", epilog=EXAMPLES
    )
    verb.add_argument("before", metavar="A", help="an authority's folder, or one of policies")
    verb.add_argument("now", nargs="?", metavar="B", help="what is different in this one")
    verb.add_argument(
        "--against", choices=(SHIPPED,), help="compare A with the policies that are shipped"
    )
    verb.add_argument("--json", action="store_true", help="one JSON object a difference")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Print a line for each difference."""
    from daemon.rulebook import shipped, sound
    from daemon.rulebook.differing.difference import differences

    if (args.now is None) == (args.against is None):
        sys.stderr.write("daykeeper diff: give A and B, or A with --against shipped\n")
        return 2
    first, second = (
        (shipped(), Path(args.before)) if args.against else (Path(args.before), Path(args.now))
    )
    before, now = sound(first), sound(second)
    found = differences(before, now)
    for one in found:
        said = json.dumps({**asdict(one), "line": str(one)}, ensure_ascii=False)
        sys.stdout.write(f"{said if args.json else one}\n")
    if not found and not args.json:
        sys.stdout.write(f"{nothing(before, now)}\n")
    return 0


def nothing(before: "Edition", now: "Edition") -> str:
    """Return that nothing is different, with the files whose other words change nothing that is decided or told."""
    files = sorted(before.written.keys() | now.written.keys())
    others = [one for one in files if before.written.get(one) != now.written.get(one)]
    if not others or (before.authority is None) != (now.authority is None):
        return "nothing is different"
    more = f" and {len(others) - MOST_FILES} more" if len(others) > MOST_FILES else ""
    named = f"{', '.join(others[:MOST_FILES])}{more}"
    return f"nothing is different in what is decided or told; written otherwise: {named}"
