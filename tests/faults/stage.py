"""Where one fault happens: an authority, its database, a receiver of mail, and a note of all that is done to them."""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any, Self

from tests.faults.authority import DUE_AT, DUTY, OPERATOR, Authority, Telling
from tests.faults.checker import Mail, Verdict, judge, read_mails
from tests.faults.clock import SteppedClock
from tests.faults.faulty import FaultyDisk
from tests.faults.looking import unfinished
from tests.faults.office import Office
from tests.faults.pgproxy import Proxy
from tests.faults.plans import POSTGRES, SQLITE, Figure, Result
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, offset_to, until
from tests.postgres import Server

MAILS_A_FAMILY = 4  # social worker, coordinator, manager; at the due moment the one above them
DRAIN_S = 150.0
LOOK_S, QUIET_S = 0.5, 1.5
WORKS_S = 60.0
IN_GOOD_TIME = timedelta(minutes=15)  # of the hour after which what is late waits for the office


class Stage:
    """One run of one fault. It begins `before_s` seconds before the due moment, all cases known."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        backend: str,
        *,
        families: int,
        children: int = 4,
        before_s: float = 5.0,
        is_durable: bool = False,
        is_proxied: bool = False,
        is_shown: bool = True,
        is_reminded: bool = False,
        has_office: bool = False,
        address_options: str = "",
        clock: SteppedClock | None = None,
        disk: FaultyDisk | None = None,
        **terms: Any,
    ) -> None:
        """`is_durable`: the server may be killed; `is_proxied`: it is reached through a proxy.

        `has_office`: half of the mail goes by Microsoft 365.

        `address_options`: what the service's address of the server says beside.

        In good time `is_shown`: a service has seen every case; `is_reminded`: all reminders were sent.
        """
        self.folder, self.seed, self.backend = folder, seed, backend
        self.clock, self.disk = clock, disk
        self.before_s, self.is_proxied = before_s, is_proxied
        self.is_shown, self.is_reminded = is_shown, is_reminded
        self.address_options = address_options
        self.has_office = has_office
        self.office: Office | None = None
        self.authority = Authority(folder, families, children, **terms)
        self.server = (
            Server(is_durable=is_durable, environment=clock.environment if clock else None)
            if backend == POSTGRES
            else None
        )
        self.seen = self.authority  # as we look into it: never through the proxy
        self.proxy: Proxy | None = None
        self.injected: list[dict[str, Any]] = []
        self.excuses_at: list[datetime] = []  # when a process died or stood still
        self.runs: list[Daemon] = []
        self.wrong: list[str] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Make everything; the service is not started."""
        self.begun_at = datetime.now(UTC)
        with self._stack:
            self.mail = self._stack.enter_context(Receiver(self.folder / "mail", seed=self.seed))
            if self.server is not None:
                self.authority = replace(self.authority, address=self._address(self.server))
            if self.has_office:
                office = Office(self.folder / "office", self.seed)
                self.office = self._stack.enter_context(office)
                beside = self.office.settings(self.authority.folder, self.authority.deadline_s)
                self.authority = replace(self.authority, beside=beside)
            self.authority.write(self.mail.port)
            if self.is_shown:
                self._show_cases()
            self.offset = offset_to(DUE_AT - timedelta(seconds=self.before_s))
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind."""
        self._stack.close()

    @property
    def mails_due(self) -> int:
        """How many messages there are in all, once the due moment is past."""
        return self.authority.families * MAILS_A_FAMILY

    def daemon(
        self,
        *options: str,
        clock: SteppedClock | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Daemon:
        """Return a service that was just started."""
        own = clock or self.clock or self.disk
        environment = environment or (own.environment if own else None)
        run = Daemon(self.authority.config, self.offset, *options, environment=environment)
        self.runs.append(run)
        return run

    def ups_at(self) -> list[datetime]:
        """Return when each service was at work."""
        said = [line for run in self.runs for line in run.said("service.started")]
        return [datetime.fromisoformat(line["timestamp"]) for line in said]

    def note(self, what: str, **facts: object) -> datetime:
        """Keep what is being done, and return when."""
        at = datetime.now(UTC)
        self.injected.append({"at": at.isoformat(), "what": what, **facts})
        return at

    def kill(self, daemon: Daemon) -> datetime:
        """End a service at once, and return when."""
        daemon.kill()
        at = self.note("kill -9", pid=daemon.process.pid)
        self.excuses_at.append(at)
        return at

    def sends(self, more: int = 1) -> None:
        """Wait until so many more messages have come."""
        many = self.mail.count() + more
        until(lambda: self.mail.count() >= many, WORKS_S, "it sends")

    def drain(self, mails: int | None = None, within_s: float = DRAIN_S) -> None:
        """Wait until so many messages came, and none is under way; what is missing then, the judge says."""
        many = self.mails_due if mails is None else mails
        with suppress(TimeoutError):
            until(lambda: self.mail.count() >= many, within_s, "every message has come")
            until(lambda: not self.unfinished(), within_s, "nothing is under way", every_s=LOOK_S)

    def finish(self, *daemons: Daemon) -> None:
        """Wait until all is sent, and nothing follows; stop each service in order."""
        self.drain()
        Event().wait(QUIET_S)
        self.drain()
        for daemon in daemons:
            if code := daemon.stop():
                self.wrong.append(f"exit code {code}: {daemon.log[-1]['event']}")
        if left := self.unfinished():
            self.wrong.append(f"under way at the end: {left}")

    def unfinished(self) -> dict[str, int]:
        """Return what is under way, by the service's own tables."""
        return self._left(self.offset)

    def mails(self) -> list[Mail]:
        """Return what came by either way, oldest first, by the machine's clock."""
        mails = read_mails(self.mail.folder, self.mail.received(), self.mail.unanswered())
        if self.office is not None:
            mails += self.office.mails()
        return sorted(mails, key=lambda one: one.at)

    def of_staff(self) -> list[Mail]:
        """Return what came to all but the operator and the duty mailbox, who hear of how things stand."""
        return [mail for mail in self.mails() if mail.address not in (OPERATOR, DUTY)]

    def judge(
        self, expected: dict[Telling, datetime] | None = None, mails: list[Mail] | None = None
    ) -> Verdict:
        """Return the judge's figures; where the clock was set, early is before it had ever shown that moment."""
        mails = self.mails() if mails is None else mails
        expected = self.authority.expected() if expected is None else expected
        terms = (expected, self.excuses_at, self.offset, self.authority.connections)
        verdict = judge(mails, *terms)
        if self.clock:  # kills stand on the machine's clock, and excuse by that alone
            shown = [replace(mail, at=self.clock.reached(mail.at)) for mail in mails]
            verdict = replace(verdict, early=judge(shown, *terms).early)
        return verdict

    def result(self, *figures: Figure, verdict: Verdict | None) -> Result:
        """Return how it ended."""
        took_s = (datetime.now(UTC) - self.begun_at).total_seconds()
        return Result(verdict, figures, tuple(self.wrong), tuple(self.injected), took_s)

    def _show_cases(self) -> None:
        """Let a service see every case in good time: one that is seen late is told otherwise."""
        clock = self.clock.environment if self.clock else None
        offset = offset_to(DUE_AT - IN_GOOD_TIME)
        with Daemon(self.authority.config, offset, environment=clock) as daemon:
            many = self.authority.families * 3 if self.is_reminded else 1
            until(lambda: self.mail.count() >= many, DRAIN_S, "what is due early has come")
            until(lambda: "due" not in self._left(offset), DRAIN_S, "all reminders are fired")
            daemon.stop()

    def _left(self, offset: timedelta) -> dict[str, int]:
        now = datetime.now(UTC)
        step = self.clock.shown(now) - now if self.clock else timedelta()
        return unfinished(self.seen, offset + step)

    def _address(self, server: Server) -> str:
        self._stack.enter_context(server)
        name = server.make()
        self.seen = replace(self.authority, address=server.local_url(name))
        if not self.is_proxied:
            return "&".join(filter(None, (self.seen.address, self.address_options)))
        self.proxy = self._stack.enter_context(Proxy(server.port, self.seed))
        return server.url(name).replace(f":{server.port}/", f":{self.proxy.port}/")


def has_one_file(stage: Stage) -> bool:
    """Return whether the database is a file."""
    return stage.backend == SQLITE
