"""run: the service, until SIGTERM or Ctrl-C, or for one round; what is in flight is finished first."""

import argparse
import signal
from contextlib import AbstractContextManager
from threading import Event, Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from daemon.app import App
    from daemon.domain.errors import Problem

EXAMPLES = """examples:
  daykeeper database create --config daykeeper.toml     once, before the first start
  daykeeper run --config daykeeper.toml
  daykeeper run --config daykeeper.toml --once          one round, to try the settings: feeds read, people told, and out
"""
ONCE_S = 60.0  # a mail server that takes nothing keeps nobody waiting for longer


def add(verbs: "argparse._SubParsersAction[Any]") -> None:
    """Declare the verb."""
    verb = verbs.add_parser("run", help="the service", epilog=EXAMPLES)
    verb.add_argument("--config", required=True, metavar="FILE", help="the authority's settings")
    verb.add_argument("--once", action="store_true", help="end when what is due now has been done")
    verb.set_defaults(act=act)


def act(args: argparse.Namespace) -> int:
    """Run until told to stop; 1 where it cannot start, or must not go on."""
    from structlog import get_logger

    from daemon.app import build
    from daemon.cli.given import settings_of
    from daemon.decide.people.admission import only_signed_in
    from daemon.domain.errors import Problem, Refusal
    from daemon.loop import Service
    from daemon.metrics import Metrics
    from daemon.store import StoreLost, StoreOutgrown
    from daemon.telemetry import catch_the_last, set_up_logs
    from daemon.web import create, serve

    settings = settings_of(args.config)
    set_up_logs(settings.log.format, settings.log.level)
    catch_the_last()
    app = build(settings)
    stop = Event()
    service = Service(app, stop)
    metrics = Metrics(service.holder, is_queued=app.is_queued)
    page = create(
        app.line, app.store, app.clock, metrics, service.troubles,
        title=settings.title, web=settings.web,
    )  # fmt: skip

    deciding = app.house.deciding
    asked = only_signed_in(deciding.rulebook, [deciding.default_pathway])
    if asked and settings.web.sign_in is None:
        get_logger("daykeeper.run").warning("sign-in.missing", rules_that_ask=len(asked))

    def door() -> AbstractContextManager[object]:
        return serve(page, settings.web.host, settings.web.port)

    service.door, service.timed = None if args.once else door, metrics.tick.time
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    enough = Timer(ONCE_S, stop.set)
    enough.daemon = True
    if args.once:
        enough.start()
    try:
        service.run(is_once=args.once)
        left = app.line.guard.held or service.unfinished() if args.once else None
        lacking = _lacking(app) if args.once else []
    except StoreOutgrown:
        raise
    except StoreLost as lost:
        raise Refusal(
            Problem(
                "database", str(lost), "restore it, then start again; nothing is sent without it"
            )
        ) from None
    finally:
        enough.cancel()
        app.close()
    if lacking:
        raise Refusal(*lacking)
    if left:
        raise Refusal(Problem("run --once", left, "`daykeeper status` says more"))
    return 0


def _lacking(app: "App") -> "list[Problem]":
    """Return each way to people for which messages wait, and which the settings do not have."""
    from daemon.domain.errors import Problem
    from daemon.engine.sending.waiting import wayless

    with app.store.read() as tx:
        found = wayless(tx, app.house.channels)
    mend = "set it up, docs/how-to/add-a-channel.md: they go out by themselves then"
    return [
        Problem(f"channels.{word}", f"it is not set up, and messages wait for it ({many})", mend)
        for word, many in found.items()
    ]
