"""worker: sends what waits, beside the run; any number of them, here or on other machines."""

import argparse
import os
import signal
import socket
import sys
from threading import Event
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.settings.whole import Settings

MOST_PROCESSES, MOST_THREADS = 64, 64
EXAMPLES = """examples:
  daykeeper worker --config daykeeper.toml
  daykeeper worker --config daykeeper.toml --processes 2 --threads 8

With broker = "redis://…" it is woken at once; without, it looks into the database every few seconds.
On SQLite it works on the machine of the run only.
"""


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser("worker", help="sends what waits, beside the run", epilog=EXAMPLES)
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument(
        "--processes", type=_count(MOST_PROCESSES), default=1, metavar="N",
        help="how many of them (default: 1)",
    )  # fmt: skip
    verb.add_argument(
        "--threads", type=_count(MOST_THREADS), metavar="N",
        help="messages on the wire at once, for each process (default: delivery.connections)",
    )  # fmt: skip
    verb.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Work until told to stop; 1 where it cannot start, or must not go on."""
    from daemon.cli.given import settings_of
    from daemon.telemetry import catch_the_last, set_up_logs

    settings = settings_of(args.config)
    set_up_logs(settings.log.format, settings.log.level)
    catch_the_last()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if args.processes > 1:
        return _many(args, settings, stop)
    return _one(args, settings, stop)


def _one(args: argparse.Namespace, settings: "Settings", stop: Event) -> int:
    from daemon.app import build
    from daemon.domain.errors import Problem, Refusal
    from daemon.jobs import Worker
    from daemon.store import StoreLost, StoreOutgrown

    if args.threads:
        delivery = settings.delivery.model_copy(update={"connections": args.threads})
        settings = settings.model_copy(update={"delivery": delivery})
    name = f"worker-{socket.gethostname()}-{os.getpid()}"
    app = build(settings, worker=name, sends_only=True)
    try:
        Worker(app, stop, parent=args.parent).run()
    except StoreOutgrown:
        raise
    except StoreLost as lost:
        mend = "restore it, then start again; nothing is sent without it"
        raise Refusal(Problem("database", str(lost), mend)) from None
    finally:
        app.close()
    return 0


def _many(args: argparse.Namespace, settings: "Settings", stop: Event) -> int:
    from daemon.jobs.processes import Processes
    from daemon.store import Store

    Store.open(settings.database, settings.authority).close()  # what is wrong is said once
    command = [sys.executable, "-P", "-m", "daemon.cli", "worker", "--config", args.config]
    command += ["--parent", str(os.getpid())]
    command += ["--threads", str(args.threads)] if args.threads else []
    return Processes(command, args.processes, stop).run()


def _count(most: int) -> Any:
    """Return what reads a number from 1 to `most`."""

    def number(word: str) -> int:
        if not word.isdecimal() or not 1 <= int(word) <= most:
            raise argparse.ArgumentTypeError(f"give a number from 1 to {most}")
        return int(word)

    return number
