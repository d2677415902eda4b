"""The watcher fails (F30): of the auditor, and of each way of its own, another way tells within two periods."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

from sqlalchemy import create_engine, text

from daemon.testing.mail_server import MailServer
from tests.faults.authority import OPERATOR
from tests.faults.plans import POSTGRES, SQLITE, Figure, Plan, Result
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, daykeeper, until
from tests.faults.stage import Stage
from tests.monitor import Monitor

EVERY_S = 10.0
PERIODS = 2.0  # RELIABILITY 5.3, F30
WELL_S, GIVEN_UP_S = 90.0, 10 * EVERY_S
AUDIT = """
[audit]
every = "{every:.0f} seconds"
again_every = "1 hour"
heartbeat = {{ host = "127.0.0.1", url_file = "heartbeat.url", timeout_s = 1 }}
[audit.mail]
adapter = "smtp"
[audit.mail.options]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "auditor@council.example"
timeout_s = 2
"""
FUNCTION = """
    CREATE FUNCTION no_mark() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = 'check_violation'; END $$
"""
ON_POSTGRES = (
    "CREATE TRIGGER no_mark_{0} BEFORE {0} ON marks FOR EACH ROW WHEN (NEW.name LIKE 'auditor/%') "
    "EXECUTE FUNCTION no_mark()"
)
ON_SQLITE = (
    "CREATE TRIGGER no_mark_{0} BEFORE {0} ON marks WHEN NEW.name LIKE 'auditor/%' "
    "BEGIN SELECT RAISE(ABORT, 'not now'); END"
)


@dataclass(slots=True)
class Watch:
    """A service, its auditor, and all that hear of them."""

    stage: Stage
    daemon: Daemon
    auditor: Daemon
    own: Receiver
    monitor: Monitor

    def by_service(self, words: str) -> bool:
        """Return whether the operator has heard this by the service's own mail."""
        return heard(self.stage.mail, words)

    def by_auditor(self, words: str) -> bool:
        """Return whether the operator has heard this by the auditor's."""
        return heard(self.own, words)

    def status(self) -> str:
        """Return what status says."""
        return daykeeper("status", "--config", str(self.stage.authority.config)).stdout


Harm = Callable[[Watch], None]
Heard = Callable[[Watch], bool]


def watched(
    folder: Path,
    seed: int,
    backend: str,
    is_short: bool,
    *,
    harm: Harm,
    heard: Heard,
    falls_silent: bool,
) -> Result:
    """Harm the watcher while all balances: another way alarms within two periods, and the service is none the worse."""
    families = 10 if is_short else 100
    with beside(Stage(folder, seed, backend, families=families)) as watch:
        until(lambda: watch.monitor.calls, WELL_S, "all balances, and the monitor was called")
        harm(watch)
        watch.stage.note(str(harm.__doc__))
        begun = monotonic()
        until(lambda: heard(watch), GIVEN_UP_S, "somebody hears of it")
        periods = (monotonic() - begun) / EVERY_S
        calls = len(watch.monitor.calls)
        Event().wait(EVERY_S if falls_silent else 0)
        if falls_silent and len(watch.monitor.calls) > calls:
            watch.stage.wrong.append("the monitor is called as if all were well")
        if "LOOK: the auditor" not in (said := watch.status()) and "LOOK: the monitor" not in said:
            watch.stage.wrong.append(f"status says nothing of it: {said.splitlines()[:3]}")
        watch.stage.finish(watch.daemon)
        figure = Figure("alarmed after, periods", periods, PERIODS)
        return watch.stage.result(figure, verdict=watch.stage.judge(mails=watch.stage.of_staff()))


@contextmanager
def beside(stage: Stage) -> Iterator[Watch]:
    """Yield a service with its auditor, both started, the ways of each apart."""
    with stage, ExitStack() as stack:
        own = stack.enter_context(Receiver(stage.folder / "own"))
        monitor = stack.enter_context(Monitor())
        with stage.authority.config.open("a", encoding="utf-8") as file:
            file.write(AUDIT.format(every=EVERY_S, port=own.port))
        monitor.write_to(stage.authority.config.with_name("heartbeat.url"))
        daemon = stack.enter_context(stage.daemon())
        auditor = stack.enter_context(Daemon(stage.authority.config, stage.offset, kind="auditor"))
        yield Watch(stage, daemon, auditor, own, monitor)


def heard(mail: MailServer, words: str) -> bool:
    """Return whether a mail to the operator says so."""
    return any(
        words in " ".join(one.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
        for one in mail.mails()
        if one["To"] == OPERATOR
    )


def kill(watch: Watch) -> None:
    """The auditor is killed."""
    watch.auditor.kill()


def break_its_query(watch: Watch) -> None:
    """The database refuses the auditor what it asks."""
    engine = create_engine(watch.stage.seen.url.replace("postgresql:", "postgresql+psycopg:"))
    is_server = watch.stage.backend == POSTGRES
    with closing(engine.connect()) as connection:
        for words in [FUNCTION] if is_server else []:
            connection.execute(text(words))
        for change in ("INSERT", "UPDATE"):
            connection.execute(text((ON_POSTGRES if is_server else ON_SQLITE).format(change)))
        connection.commit()
    engine.dispose()


def stop_the_monitor(watch: Watch) -> None:
    """The monitor outside takes no heartbeat any more."""
    watch.monitor.stop()


def stop_its_mail(watch: Watch) -> None:
    """The auditor's own mail server is gone."""
    watch.own.stop()


ALARMS = (
    ("the auditor is killed", kill, lambda one: one.by_service("the auditor has not finished since"), True),
    (
        "the auditor's query is broken", break_its_query,
        lambda one: one.by_auditor("The audit cannot be made:"), True,
    ),
    (
        "nobody takes the heartbeat", stop_the_monitor,
        lambda one: one.by_auditor("The monitor outside did not take the heartbeat:"), False,
    ),
    (
        "the alarm's own mail fails", stop_its_mail,
        lambda one: one.by_service("the auditor's own mail cannot go"), False,
    ),
)  # fmt: skip
PLANS = [
    Plan(
        "F30", title, partial(watched, harm=harm, heard=heard, falls_silent=silent),
        short_on=(SQLITE, POSTGRES) if harm is break_its_query else (SQLITE,), is_random=False,
    )
    for title, harm, heard, silent in ALARMS
]  # fmt: skip
