"""purge: what has been kept long enough goes; legal holds; first it only says what would go."""

import argparse
import json
import sys
from typing import Any

from daemon.domain.counts import counted

EXAMPLES = """examples:
  daykeeper purge --config daykeeper.toml                  what would go, and what a hold keeps; nothing is changed
  daykeeper purge --config daykeeper.toml --yes --by "A. Name"
  daykeeper purge --config daykeeper.toml --hold SC-100234 --reason inquiry
  daykeeper purge --config daykeeper.toml --hold all --reason court-order
  daykeeper purge --config daykeeper.toml --lift SC-100234
  daykeeper purge --config daykeeper.toml --leaver sw1@council.example
  daykeeper purge --config daykeeper.toml --leaver sw1@council.example --yes --by "A. Name"
"""
REASONS = ("inquiry", "court-order", "complaint", "subject-access", "serious-incident")
ALL = "all"
STILL_HELD = " by itself, and is held still: everything is, until `--lift all`"
ALL_HELD = "held: everything; nothing goes until `daykeeper purge --lift all`\n"


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "purge",
        help="what has been kept long enough goes; what is under a hold stays",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--yes", action="store_true", help="do it; without this, only say what would go"
    )
    what = verb.add_mutually_exclusive_group()
    what.add_argument("--hold", metavar="REF", help="keep a case whatever its age, or `all`")
    what.add_argument("--lift", metavar="REF", help="let a case go when its time is over, or `all`")
    what.add_argument(
        "--leaver", metavar="ID", help="take a leaver's id out of what was sent and answered"
    )
    verb.add_argument("--reason", choices=REASONS, help="why it is held")
    verb.add_argument(
        "--json", action="store_true", help="one JSON object; not of a hold or a leaver"
    )
    verb.add_argument("--by", metavar="NAME", help="who does this (default: this account)")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Say what would go, have it go, or place and lift a hold."""
    from daemon.app import utc_now
    from daemon.cli.given import acting, settings_of, stored
    from daemon.domain.named import one_person
    from daemon.engine.standing.purge import plan, purge
    from daemon.store import EVERYTHING

    if args.hold and not args.reason:
        sys.stderr.write(f"daykeeper purge: --hold needs --reason, one of {', '.join(REASONS)}\n")
        return 2
    if "" in (args.hold, args.lift):
        sys.stderr.write(
            "daykeeper purge: --hold and --lift need a case's reference, or `all`: this one is empty\n"
        )
        return 2
    if args.yes and (args.hold or args.lift):
        sys.stderr.write("daykeeper purge: --hold and --lift act at once; leave --yes out\n")
        return 2
    if args.json and (args.hold or args.lift or args.leaver is not None):
        sys.stderr.write(
            "daykeeper purge: --json tells what goes; leave it out with a hold or a leaver\n"
        )
        return 2
    settings = settings_of(args.config)
    periods = settings.retention.model_dump()
    with stored(settings) as store:
        now = (store.clock() or utc_now)()
        if args.hold or args.lift:
            with store.write() as tx:
                return _held(tx, args, acting(args.by), now)
        if args.leaver is not None:
            by = acting(args.by) if args.yes else None
            with store.write() if args.yes else store.read() as tx:
                is_written_so = bool(tx.holdings.of_person(args.leaver))
                leaver = args.leaver if is_written_so else one_person("--leaver", args.leaver)
                return _left(tx, leaver, by, now)
        if not args.yes:
            with store.read() as tx:
                found, is_all_held = plan(tx, periods, now), EVERYTHING in tx.holds.all()
            sys.stdout.write(
                _in_json(found, periods, is_all_held=is_all_held)
                if args.json
                else f"{ALL_HELD if is_all_held else ''}{_said(found, periods)}"
            )
            return 0
        by = acting(args.by)
        with store.write() as tx:
            is_all_held = EVERYTHING in tx.holds.all()
            found = plan(tx, periods, now)
            done = purge(tx, found, now, by)
    if args.json:
        sys.stdout.write(_in_json(found, periods, is_all_held=is_all_held, is_done=True))
        return 0
    sys.stdout.write(
        f"{ALL_HELD if is_all_held else ''}"
        f"gone: {done['cases']} cases, the words of {done['messages']} messages and of {done['entries']} entries of "
        "the journal, whose chain stands: see `daykeeper journal verify`\n"
    )
    return 0


def _held(tx: Any, args: argparse.Namespace, by: str, now: Any) -> int:
    """Place or lift a hold on everything, or on a case under each reference that it has had. Raises Refusal."""
    from daemon.domain.errors import Problem, Refusal
    from daemon.engine.records.rename import names_of
    from daemon.store import EVERYTHING, Hold

    named = args.hold or args.lift
    refs = [EVERYTHING] if named == ALL else names_of(tx, named)
    if args.hold and named != ALL and not any(_is_known(tx, ref) for ref in refs):
        what = f'nothing is held about a case "{named}": a hold would keep nothing'
        raise Refusal(Problem("--hold", what, "check the reference, or see daykeeper status"))
    stays = EVERYTHING in tx.holds.all() and args.lift not in (None, ALL)
    for ref in refs:
        if args.hold:
            is_new = tx.holds.place(Hold(ref, args.reason, by, now))
            what, kind = "is held" if is_new else "was held already", "hold.placed"
        else:
            is_new = tx.holds.lift(ref)
            what, kind = "is held no longer" if is_new else "was not held", "hold.lifted"
        if is_new:
            tx.journal.write(now, kind, ref, f"{args.reason or 'lifted'}, by {by}", {})
        same = "" if ref in (named, EVERYTHING) else ", which is the same case"
        sys.stdout.write(
            f"{named if ref == EVERYTHING else ref}{same}: {what}{STILL_HELD if stays else ''}\n"
        )
    if args.lift == ALL and (own := tx.holds.all()):
        sys.stdout.write(f"cases still held, each by its own hold: {', '.join(own)}\n")
    return 0


def _is_known(tx: Any, ref: str) -> bool:
    """Return whether there is anything that a hold could keep: the case, or what the journal has of it."""
    return ref in tx.cases.refs() or bool(tx.journal.of(f"{ref}/"))


def _left(tx: Any, id_: str, by: str | None, now: Any) -> int:
    """Say where a leaver's id stands; with `by`, put a name that says nothing in its place, but not under a hold.

    Raises Refusal for somebody who is here, or of whom nothing is held.
    """
    from uuid import uuid4

    from daemon.domain.errors import Problem, Refusal
    from daemon.store import EVERYTHING

    if known := tx.holdings.in_directory(id_):
        what = f"{id_} is in the directory{'' if known == id_ else f', as {known}'}"
        raise Refusal(Problem("--leaver", what, "take them out of it first, and have it read"))
    rows, held = tx.holdings.can_go(id_), tx.holdings.under_hold(id_)
    if not rows and not held:
        raise Refusal(
            Problem(
                "--leaver",
                f'nothing is held about "{id_}"',
                "give the id by which the directory had them",
            )
        )
    if EVERYTHING in tx.holds.all():
        sys.stdout.write(f"held: everything; {id_} stays wherever it stands, nothing was changed\n")
        return 0
    sys.stdout.writelines(
        f"held: case {ref}: {id_} stays in {counted(many, 'row')}\n" for ref, many in held.items()
    )
    many = sum(rows.values())
    if by is None or not rows:
        how = "do it with --yes" if rows else "the holds keep all of it"
        sys.stdout.write(
            f"would go: {id_} out of {counted(many, 'row')}; nothing was changed, {how}\n"
        )
        return 0
    other = f"left-{uuid4().hex[:12]}"
    tx.holdings.put_in_place(id_, other)
    tx.journal.write(
        now, "person.left", other, f"a leaver's id was taken out, by {by}", {"rows": rows}
    )
    sys.stdout.write(
        f"{other} stands in {counted(many, 'row')}; the journal keeps its words until they are purged\n"
    )
    return 0


def _said(found: Any, periods: dict[str, int | None]) -> str:
    lines = [
        f"{kind}: {counted(many, 'month') if many else 'kept; no period is set'}"
        for kind, many in periods.items()
    ]
    lines += [f"would go: case {ref}" for ref in found.cases]
    lines += [f"held: case {ref}" for ref in found.held]
    lines += [
        f"not yet: case {ref}: a duty of it is still open, see `daykeeper explain --ref`"
        for ref in found.open
    ]
    lines += [f"not yet: case {ref}: a message about it went not long ago" for ref in found.told]
    lines.append(
        f"would go: {counted(len(found.cases), 'case')}, the words of {counted(len(found.messages), 'message')} and of "
        f"{counted(len(found.entries), 'entry', 'entries')} of the journal; nothing was changed, do it with --yes"
    )
    return "\n".join(lines) + "\n"


def _in_json(
    found: Any, periods: dict[str, int | None], *, is_all_held: bool, is_done: bool = False
) -> str:
    said = {
        "done": is_done,
        "everything_held": is_all_held,
        "months": periods,
        "goes": {
            "refs": found.cases, "messages": len(found.messages), "entries": len(found.entries),
        },
        "held": {"refs": found.held},
        "open": {"refs": found.open},
        "told": {"refs": found.told},
    }  # fmt: skip
    return f"{json.dumps(said, ensure_ascii=False)}\n"
