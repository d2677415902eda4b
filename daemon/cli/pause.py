"""pause: the off switch: nothing is sent, everything is decided, until a moment or until it is ended."""

import argparse
import json
import sys
from typing import Any

from daemon.cli.given import instant
from daemon.domain.counts import counted

EXAMPLES = """examples:
  daykeeper pause --config daykeeper.toml --reason "mail moves" --until "$(TZ=Europe/London date -d '+2 hours' +%FT%R)"
  daykeeper pause --config daykeeper.toml                    whether one is on; exit code 1 while it is
  daykeeper pause --config daykeeper.toml --end              let it go on before then
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "pause",
        help="switch all sending off until a moment; what is due is decided all the same",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    what = verb.add_mutually_exclusive_group()
    what.add_argument(
        "--until", type=instant, metavar="MOMENT", help="when it ends by itself, London time"
    )
    what.add_argument("--end", action="store_true", help="end it now")
    verb.add_argument(
        "--reason",
        metavar="TEXT",
        help="why, for the journal: about the service, never about a case",
    )
    verb.add_argument("--by", metavar="NAME", help="who does this (default: this account)")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Pause, end a pause, or say whether one is on; 1 where one is on that nobody has just asked for."""
    from daemon.app import utc_now
    from daemon.cli.given import acting, settings_of, stored
    from daemon.domain.errors import Problem, Refusal
    from daemon.domain.times import iso
    from daemon.engine.sending.pause import begin, end, paused

    why = " ".join((args.reason or "").split())
    if args.until and not why:
        raise Refusal(Problem("--reason", "is missing", "say why: the journal keeps it"))
    if why and not args.until:
        raise Refusal(Problem("--until", "is missing", "say when sending goes on by itself"))
    by = acting(args.by) if args.until or args.end else ""
    settings = settings_of(args.config)
    with stored(settings, thorough=True) as store:
        now = (store.clock() or utc_now)()
        if args.until and args.until <= now:
            raise Refusal(Problem("--until", "that moment is past", "name one that lies ahead"))
        skipped = end(store, now, by) if args.end else None
        if args.until:
            begin(store, args.until, by, why, now)
        with store.read() as tx:
            pause = paused(tx)
    if args.json:
        on = (
            {"since": iso(pause.since), "until": iso(pause.until), "by": pause.by, "why": pause.why}
            if pause
            else None
        )
        sys.stdout.write(json.dumps({"pause": on, "skipped": skipped}, ensure_ascii=False) + "\n")
    elif pause:
        sys.stdout.write(f"{pause.in_words()}\n")
    elif skipped is None:
        sys.stdout.write("no pause is on\n")
    else:
        sys.stdout.write(
            "it is over: what waits goes out now, and outside office hours, unless it is urgent, when they begin; "
            f"{counted(skipped, 'reminder or list was', 'reminders or lists were')} past, and skipped\n"
        )
    return 1 if pause and not args.until else 0
