"""audit: the auditor, a process beside the service; or one look now."""

import argparse
import json
import signal
import sys
from threading import Event
from typing import TYPE_CHECKING, Any

from daemon.domain.counts import counted

if TYPE_CHECKING:
    from daemon.auditor.looking import Look
    from daemon.settings.whole import Settings

EXAMPLES = """examples:
  daykeeper audit --config daykeeper.toml                       until it is stopped, by [audit] of the settings
  daykeeper audit --config daykeeper.toml --every "2 minutes"
  daykeeper audit --config daykeeper.toml --once                one look: nothing is written, nobody is told
  daykeeper audit --config daykeeper.toml --once --json

exit codes of --once: 0 it balances; 1 it does not, or could not be made; 2 the command's words are off
"""
SHOWN = 200


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser(
        "audit",
        help="count again what should have been sent, in a process of its own",
        epilog=EXAMPLES,
    )
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--once", action="store_true", help="one look; 1 where it does not balance")
    verb.add_argument("--json", action="store_true", help="of --once: one object")
    verb.add_argument("--every", metavar="TIME", help='in place of the settings\' own: "5 minutes"')
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Look until told to stop, or once; 1 where that one look does not balance."""
    from daemon.auditor import Auditing
    from daemon.cli.given import settings_of
    from daemon.domain.errors import Problem, Refusal
    from daemon.settings.audit import Audit
    from daemon.settings.written import duration
    from daemon.telemetry import catch_the_last, set_up_logs

    settings = settings_of(args.config)
    if args.once:
        return _once(settings, as_json=args.json)
    set_up_logs(settings.log.format, settings.log.level)
    catch_the_last()
    audit = settings.audit or Audit()
    if args.every:
        try:
            every = duration(args.every)
        except ValueError as error:
            what, _, mend = str(error).partition("; ")
            raise Refusal(Problem("--every", what, mend)) from None
        again = max(every, audit.again_every)
        audit = audit.model_copy(update={"every": every, "again_every": again})
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    Auditing(settings, audit, stop).run()
    return 0


def _once(settings: "Settings", *, as_json: bool) -> int:
    from daemon.auditor.looking import clock_of, looking

    with looking(settings, clock_of, lambda: False) as look:
        said = in_json(look)
        lines = [json.dumps(said, ensure_ascii=False)] if as_json else in_words(look)
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0 if said["balances"] and not said["service"] else 1


def in_words(look: "Look") -> list[str]:
    """Return what a look found, as lines: what does not balance first."""
    from daemon.domain.times import iso
    from daemon.engine.standing.books import in_words as said_of

    found = look.balance
    lines = [f"SERVICE: {look.leader}"] if look.leader else []
    lines += [f"MISSED: {one}" for one in said_of(found.missed[:SHOWN], iso)]
    lines += [f"UNEXPLAINED: {one}" for one in said_of(found.unexplained[:SHOWN], iso)]
    ends = "it balances" if found.balances else "IT DOES NOT BALANCE"
    many = f"{len(found.missed)} missed, {len(found.unexplained)} unexplained"
    return [
        *lines,
        f"{counted(found.cases, 'case')} and {counted(found.expected, 'step')} recounted; {ends}: {many}",
    ]


def in_json(look: "Look") -> dict[str, Any]:
    """Return the same as plain values."""
    from daemon.domain.times import iso

    found = look.balance
    sides = {"missed": found.missed, "unexplained": found.unexplained}
    return {
        "at": iso(found.at), "balances": found.balances, "service": look.leader or None,
        "cases": found.cases, "expected": found.expected,
        **{side: [{"what": one.what, "about": one.about, "since": iso(one.since)} for one in some]
           for side, some in sides.items()},
    }  # fmt: skip
