"""journal: is the record of what was decided and sent still whole, and what did a new bank holiday move?"""

import argparse
import json
import sys
from typing import Any

from daemon.cli.forms.journal_access import add_access
from daemon.cli.forms.journal_export import add_export, verify_pack
from daemon.cli.forms.journal_moved import list_moved
from daemon.domain.counts import counted
from daemon.domain.errors import Problem, Refusal

EXAMPLES = """examples:
  daykeeper journal verify --config daykeeper.toml
  daykeeper journal verify --config daykeeper.toml --head 4711:9f86d081…    the head that a daily mail told
  daykeeper journal export SC-100234 --config daykeeper.toml --for chair@council.example --out SC-100234.zip
  daykeeper journal verify SC-100234.zip --key 3c6e0b8a…      a pack; needs no settings
  daykeeper journal moved --config daykeeper.toml     the deadlines that the last announced bank holiday moved
"""
NOT_AS_TOLD = "its hash is not the one that was told"


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "journal",
        help="verify the journal's hash chain; list what a new bank holiday moved",
        epilog=EXAMPLES,
    )
    whats = verb.add_subparsers(dest="what", metavar="WHAT", required=True)
    whole = whats.add_parser(
        "verify", help="is the record of every decision and send whole? with PACK: is that pack?"
    )
    whole.add_argument("pack", nargs="?", metavar="PACK", help="a pack, or the folder of one")
    whole.add_argument("--key", metavar="FINGERPRINT", help="of the authority, as it published it")
    whole.add_argument("--head", metavar="NUMBER:HASH", help="a head that was kept elsewhere")
    whole.add_argument("--json", action="store_true", help="one JSON object; not of a PACK")
    add_export(whats)
    add_access(whats)
    moved = whats.add_parser(
        "moved", help="the deadlines that the last announced bank holiday moved, and who was told"
    )
    moved.add_argument("--json", action="store_true", help="one JSON object")
    for one, does in ((whole, verify), (moved, list_moved)):
        one.add_argument(
            "--config", required=one is moved, metavar="FILE", help="the authority's settings"
        )
        one.set_defaults(act=does)


def verify(args: argparse.Namespace) -> int:
    """Walk the chain, or look into a pack; 1 where it is broken, or the chain has nothing to end at."""
    from daemon.app import outside_of
    from daemon.cli.given import settings_of, stored
    from daemon.engine.standing.guard import BEAT
    from daemon.store import Verdict

    if args.pack and args.json:
        sys.stderr.write(
            "daykeeper journal verify: --json tells of the chain; leave it out with a PACK\n"
        )
        return 2
    if args.pack:
        return verify_pack(args)
    if not args.config:
        sys.stderr.write("daykeeper journal verify: give --config FILE, or a PACK\n")
        return 2
    told = _head(args.head)
    settings = settings_of(args.config)
    outside = outside_of(settings)
    kept = outside.head()
    with stored(settings, thorough=True) as store, store.read() as tx:
        if told and tx.journal.hash_of(told[0]) != told[1]:
            verdict = Verdict(ok=False, entries=0, broken_at=told[0], why=NOT_AS_TOLD)
        else:
            verdict = tx.journal.verify((kept.number, kept.hash) if kept else None)
        number, head = tx.journal.head()
        unsealed, last_at = tx.journal.unsealed(), tx.marks.moment(BEAT)
    why, sealed = verdict.why, counted(verdict.entries, "sealed entry", "sealed entries")
    line = (
        f"journal entry {verdict.broken_at}: {why}; restore the database from before it was touched"
    )
    if verdict.ok and kept is None and (number or last_at):
        why = f"{outside.file} is not here, so nobody can tell whether entries at its end were cut off"
        line = f"the chain of {sealed} is unbroken, but {why}; verify it where the service runs"
    elif verdict.ok:
        more = f"; {unsealed} more are not sealed yet" if unsealed else ""
        line = f"the journal is whole: {sealed}, head {head}{more}"
    if args.json:
        said = {
            "whole": why is None, "entries": number, "head": head, "unsealed": unsealed,
            "broken_at": verdict.broken_at, "why": why,
        }  # fmt: skip
        line = json.dumps(said, ensure_ascii=False)
    sys.stdout.write(f"{line}\n")
    return 1 if why else 0


def _head(text: str | None) -> tuple[int, str] | None:
    """Return the head that somebody kept. Raises Refusal."""
    if text is None:
        return None
    number, _, own = text.partition(":")
    if not number.isdigit() or not own:
        what = f'"{text}" is no head'
        raise Refusal(Problem("--head", what, "write NUMBER:HASH, as the daily mail has it"))
    return int(number), own
