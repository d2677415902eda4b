"""journal: is the record of what was decided and sent still whole, and what did a new bank holiday move?"""

import argparse
import sys
from typing import Any

from daemon.cli.moved import list_moved

EXAMPLES = """examples:
  daykeeper journal verify --config daykeeper.toml
  daykeeper journal moved --config daykeeper.toml     the deadlines that the last announced bank holiday moved
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "journal",
        help="verify the journal's hash chain; list what a new bank holiday moved",
        epilog=EXAMPLES,
    )
    whats = verb.add_subparsers(dest="what", metavar="WHAT", required=True)
    whole = whats.add_parser("verify", help="is the record of every decision and send whole?")
    moved = whats.add_parser(
        "moved", help="the deadlines that the last announced bank holiday moved, and who was told"
    )
    moved.add_argument("--json", action="store_true", help="one JSON object")
    for one, does in ((whole, verify), (moved, list_moved)):
        one.add_argument("--config", required=True, metavar="FILE")
        one.set_defaults(act=does)


def verify(args: argparse.Namespace) -> int:
    """Walk the chain from its beginning; 1 where it is broken, saying at which entry, or has nothing to end at."""
    from daemon.app import outside_of  # noqa: PLC0415
    from daemon.cli.given import settings_of, stored  # noqa: PLC0415
    from daemon.engine.standing.guard import BEAT  # noqa: PLC0415

    settings = settings_of(args.config)
    outside = outside_of(settings)
    kept = outside.head()
    with stored(settings, thorough=True) as store, store.read() as tx:
        verdict = tx.journal.verify((kept.number, kept.hash) if kept else None)
        number, head = tx.journal.head()
        unsealed, last_at = tx.journal.unsealed(), tx.marks.moment(BEAT)
    if not verdict.ok:
        sys.stdout.write(
            f"journal entry {verdict.broken_at}: {verdict.why}; restore the database from before it was touched\n"
        )
        return 1
    if kept is None and (number or last_at):
        sys.stdout.write(
            f"the chain of {verdict.entries} sealed entries is unbroken, but {outside.file} is not here, so nobody "
            "can tell whether entries at its end were cut off; verify it where the service runs\n"
        )
        return 1
    sys.stdout.write(
        f"the journal is whole: {verdict.entries} sealed entries, head {head}"
        f"{f'; {unsealed} more are not sealed yet' if unsealed else ''}\n"
    )
    return 0
