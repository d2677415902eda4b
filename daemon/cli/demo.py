"""demo: the whole line on an invented authority, on a clock that runs through three weeks."""

import argparse
from typing import Any

EXAMPLES = """examples:
  daykeeper demo            runs, then keeps its page at http://127.0.0.1:8700 until Ctrl-C
  daykeeper demo --exit     runs, prints a summary, and ends
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "demo", help="see the main job on invented data, in under a minute", epilog=EXAMPLES
    )
    verb.add_argument("--exit", action="store_true", help="end by itself with a summary")
    verb.add_argument("--seed", type=int, default=20260302, help="which invented histories")
    verb.add_argument(
        "--port", type=int, default=8700, help="of the page on 127.0.0.1 (0: any free one)"
    )
    verb.add_argument(
        "--microsoft365",
        action="store_true",
        help="by Outlook and Teams, with a stand-in of ours for the tenant",
    )
    verb.add_argument(
        "--feeds",
        choices=("sql", "sheets", "rest"),
        default="sql",
        help="how the same records are read: a database and the diary's files, files alone, or HTTP",
    )
    verb.add_argument("--folder", help="keep everything in this folder (default: a temporary one)")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Run the demo; 1 where something due was not told, or the journal is not whole."""
    from daemon.demo.run import run

    return run(
        seed=args.seed,
        port=args.port,
        folder=args.folder,
        is_brief=args.exit,
        by_microsoft365=args.microsoft365,
        feeds=args.feeds,
    )
