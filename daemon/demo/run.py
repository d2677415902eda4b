"""The demo: an invented authority on a clock that runs through three weeks, with real feeds and real mail."""

import socket
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from daemon.app import App, build
from daemon.decide.telling.digests import PLANNED
from daemon.demo.feeds import fed_by
from daemon.demo.interface import Interface
from daemon.demo.outside import Office, Outside, PlainMail
from daemon.demo.pages import routes
from daemon.demo.progress import Progress
from daemon.demo.world import TITLE, World
from daemon.domain.message import Lane
from daemon.domain.times import LONDON, say
from daemon.domain.working_days import WorkingDays
from daemon.engine.telling.weekly import SUMMARY
from daemon.metrics import Metrics
from daemon.rulebook import load_days, shipped
from daemon.settings.whole import load as load_settings
from daemon.store import create
from daemon.telemetry import catch_the_last, set_up_logs
from daemon.testing.fakes import HandClock
from daemon.web import Served, serve
from daemon.web import create as create_web

START = date(2026, 3, 2)
DAYS = 21
# by name: the demo fills the tables that the adapter reads
TABLES = "integrations.sql_query.ssd.loader"
OFFICE_TICKS = [time(hour, minute) for hour in range(8, 18) for minute in (0, 35)]
BAR = 24


@dataclass(frozen=True, slots=True)
class Tally:
    """What the summary says: duties that fell due, messages accepted, duties met in time, late or still open."""

    due: int
    told: int
    met: int
    late: int
    open_overdue: int
    missed: int
    whole: bool


def run(
    *,
    seed: int,
    port: int,
    folder: str | None,
    is_brief: bool,
    by_microsoft365: bool = False,
    feeds: str = "sql",
) -> int:
    """Run the three weeks; return 0 where all that was due was told and the journal is whole.

    `feeds` is the way by which the authority's records are read: "sql", "sheets" or "rest".
    """
    set_up_logs("console", "error")
    catch_the_last()
    with ExitStack() as stack:
        place = stack.enter_context(made(folder))
        port = port or free_port()
        clock = HandClock(datetime.combine(START, time(0), LONDON))
        days = load_days(shipped(), "england-and-wales")
        create_tables = import_module(TABLES).create_tables
        world = World(seed, START, place / "feeds", days=days, create_tables=create_tables)
        interface = stack.enter_context(Interface()) if feeds == "rest" else None
        world.mirrors += [interface.show] if interface else []
        world.reveal(clock())
        if by_microsoft365:
            outside: Outside = stack.enter_context(Office(place, clock))
        else:
            outside = stack.enter_context(PlainMail(place))
        text = fed_by(outside.settings(port), feeds, interface.address if interface else "")
        app = stack.enter_context(authority(place, text, clock))
        progress = Progress()
        web = stack.enter_context(shown(app, clock, progress, outside, port))
        say_line(
            f"{TITLE}: {len(world.histories)} families, three weeks from {say(clock())}; page: {web.address}"
        )
        walk(app, world, clock, days, progress)
        tally = count(app, clock())
        say_line(summary(tally, outside.count()))
        if not is_brief:
            say_line(
                f"the page stays at {web.address} until Ctrl-C; settings in {place / 'daykeeper.toml'}"
            )
            wait()
    return 0 if tally.missed == 0 and tally.whole else 1


@contextmanager
def made(folder: str | None) -> Iterator[Path]:
    """Yield the folder that everything is kept in: the named one, made where need be, else one that goes again."""
    if not folder:
        with TemporaryDirectory(prefix="daykeeper-") as own:
            yield Path(own)
        return
    place = Path(folder).resolve()
    place.mkdir(parents=True, exist_ok=True)
    yield place


def shown(
    app: App, clock: HandClock, progress: Progress, outside: Outside, port: int
) -> AbstractContextManager[Served]:
    """Return the authority's own pages and the demo's, on a port of this machine."""
    pages = routes(
        app.store, app.house, clock, lambda: progress, outside.folder, outside.feed,
        outside.calendars,
    )  # fmt: skip
    page = create_web(
        app.line, app.store, clock, Metrics(), list, extra_routes=pages, title=f"{TITLE} (demo)"
    )
    return serve(page, "127.0.0.1", port)


def free_port() -> int:
    """Return a port of this machine that nobody listens on: links must name it before the page is up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def authority(place: Path, text: str, clock: HandClock) -> Iterator[App]:
    """Yield the sample authority's application, its settings and database made in `place`."""
    file = place / "daykeeper.toml"
    file.write_text(text, encoding="utf-8")
    settings = load_settings(file)
    create(settings.database)
    app = build(settings, clock=clock, worker="demo")
    try:
        yield app
    finally:
        app.close()


def walk(app: App, world: World, clock: HandClock, days: WorkingDays, progress: Progress) -> None:
    """Move the clock through three weeks, turning the line wherever something happens or is due."""
    end = clock.now + timedelta(days=DAYS)
    begun = clock.now
    while clock.now < end:
        world.reveal(clock.now)
        app.line.turn()
        tally = count(app, clock.now, thorough=False)
        progress.show(
            clock.now,
            (clock.now - begun) / (end - begun),
            tally.due,
            tally.told,
            tally.met,
            tally.late,
        )
        draw(progress)
        clock.now = min(next_moment(app, clock.now, days), end)
    app.line.turn()
    app.line.auditor.audit(clock.now)
    progress.show(clock.now, 1.0, *_figures(count(app, clock.now)))
    draw(progress)
    sys.stderr.write("\n")


def next_moment(app: App, now: datetime, days: WorkingDays) -> datetime:
    """Return when to look next: the next rung or retry, else the next tick of the office."""
    local = now.astimezone(LONDON)
    moments = []
    if days.is_working(local.date()):
        moments = [
            datetime.combine(local.date(), tick, LONDON)
            for tick in OFFICE_TICKS
            if tick > local.time()
        ]
    tomorrow = datetime.combine(local.date() + timedelta(days=1), OFFICE_TICKS[0], LONDON)
    found = [moments[0] if moments else tomorrow]
    with app.store.read() as tx:
        lists = map(datetime.fromisoformat, map(str, tx.marks.starting(PLANNED).values()))
        planned = (tx.summary(now).next_at, tx.marks.moment(SUMMARY), *lists)
        found += [at for at in planned if at and at > now]
        for lane in Lane:
            found += [
                one.look_at
                for one in tx.messages.due(lane, tomorrow, 50)
                if one.look_at and one.look_at > now
            ]
    return min(found)


def count(app: App, now: datetime, *, thorough: bool = True) -> Tally:
    """Return how the duties stand; `thorough` also audits and verifies the journal."""
    with app.store.read() as tx:
        found = tx.summary(now)
        verdict = tx.journal.verify() if thorough else None
    missed = len(app.line.auditor.audit(now).missed) if thorough else 0
    duties, accepted = (
        found.obligations,
        sum(states["accepted"] for states in found.messages.values()),
    )
    return Tally(
        due=duties["met"] + duties["overdue"], told=accepted, met=duties["met"] - duties["late"], late=duties["late"],
        open_overdue=duties["overdue"], missed=missed, whole=verdict.ok if verdict else True,
    )  # fmt: skip


def _figures(tally: Tally) -> tuple[int, int, int, int]:
    return tally.due, tally.told, tally.met, tally.late


def summary(tally: Tally, received: str) -> str:
    """Return the demo's last words."""
    return (
        f"due {tally.due}, told {tally.told}, met {tally.met}, late {tally.late} "
        f"(and {tally.open_overdue} open and overdue)\n"
        f"{received}; audit: {tally.missed} missed; "
        f"journal: {'whole' if tally.whole else 'BROKEN'}"
    )


def draw(progress: Progress) -> None:
    """Draw the progress line: in place on a terminal, one line a simulated day elsewhere."""
    done = round(progress.share * BAR)
    line = (
        f"[{'#' * done}{'.' * (BAR - done)}] {say(progress.now)}: due {progress.due}, told {progress.told}, "
        f"met {progress.met}, late {progress.late}"
    )
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[2K{line}")
    elif progress.is_new_day():
        sys.stderr.write(line + "\n")
    sys.stderr.flush()


def say_line(text: str) -> None:
    """Print a line for the person who started the demo."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def wait() -> None:
    """Wait until Ctrl-C."""
    try:
        Event().wait()
    except KeyboardInterrupt:
        say_line("")
