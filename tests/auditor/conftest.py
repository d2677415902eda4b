"""A service and its auditor on one clock, moved by hand: real database, real mail servers, a real monitor outside."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import create_engine, text

from daemon.app import App, build
from daemon.auditor import Auditing
from daemon.engine.standing.guard import BEAT
from daemon.engine.standing.oversight import Watch, watched
from daemon.settings.whole import load
from daemon.testing.fakes import HandClock
from daemon.testing.mail_server import MailServer
from daemon.testing.world import at
from tests.faults.authority import OPERATOR, Authority
from tests.monitor import Monitor

ANN = "ann@council.example"
AUDIT = """
[audit]
every = "1 minute"
again_every = "1 hour"
[audit.mail]
adapter = "smtp"
[audit.mail.options]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "auditor@council.example"
timeout_s = 2
[audit.heartbeat]
host = "127.0.0.1"
url_file = "heartbeat.url"
timeout_s = 0.3
[audit.alive]
to = "{ann}"
at = "16:00"
"""


@dataclass(slots=True)
class Town:
    """One authority on the Friday on which its list is due, all told and its leader at work."""

    app: App
    clock: HandClock
    auditing: Auditing
    own: MailServer
    monitor: Monitor
    config: Path

    def restart(self) -> None:
        """Put another auditor in the place of this one, as a service manager does after a crash."""
        settings = load(self.config)
        assert settings.audit is not None
        self.auditing.close()
        self.auditing = Auditing(settings, settings.audit, Event(), clock_of=lambda _: self.clock)

    def turn(self, moment: str = "") -> dict[str, str]:
        """Have the auditor look, at a London time; the leader says that it is there, too."""
        self.clock.now = at(moment) if moment else self.clock.now
        self.beat()
        return self.auditing.turn()

    def beat(self) -> None:
        """Have the leader say that it is there."""
        with self.app.store.write() as tx:
            tx.marks.put(BEAT, self.clock.now)

    def watch(self) -> Watch:
        """Return what the auditor last said of itself."""
        with self.app.store.read() as tx:
            return watched(tx)

    def to_operator(self) -> list[str]:
        """Return what the auditor wrote to the operator: each mail's words."""
        return [words(one) for one in self.own.mails() if one["To"] == OPERATOR]

    def to_ann(self) -> list[str]:
        """Return the daily mails."""
        return [words(one) for one in self.own.mails() if one["To"] == ANN]

    def spoil(self, statement: str) -> None:
        """Change what stands in the database behind everybody's back."""
        url = self.app.settings.database.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()


def words(mail) -> str:
    """Return the subject and the plain text of a mail."""
    return f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}"


@pytest.fixture
def town(tmp_path: Path, make_url: Callable[[], str]) -> Iterator[Town]:
    """Return the town at 15:00 on Friday 6 March 2026: reminders are sent, and its auditor has not looked yet."""
    with ExitStack() as stack:
        post = stack.enter_context(MailServer(tmp_path / "mail"))
        own = stack.enter_context(MailServer(tmp_path / "own"))
        monitor = stack.enter_context(Monitor())
        authority = Authority(tmp_path / "town", 2, 1, address=make_url())
        authority.write(post.port, with_database=False)
        with authority.config.open("a", encoding="utf-8") as file:
            file.write(AUDIT.format(port=own.port, ann=ANN))
        monitor.write_to(authority.config.with_name("heartbeat.url"))
        settings, clock = load(authority.config), HandClock(at("2026-03-05 08:00"))
        app = build(settings, clock=clock)
        stack.callback(app.close)
        for moment in (
            "2026-03-05 08:00",
            "2026-03-05 09:00",
            "2026-03-06 09:00",
            "2026-03-06 15:00",
        ):
            clock.now = at(moment)
            app.line.turn()
        assert settings.audit is not None
        auditing = Auditing(settings, settings.audit, Event(), clock_of=lambda _: clock)
        yield Town(app, clock, auditing, own, monitor, authority.config)


def shown(moment: datetime) -> str:
    """Return a moment as a test reads it."""
    return f"{moment:%H:%M}"
