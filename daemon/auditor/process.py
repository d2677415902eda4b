"""The auditor at work: one look a period, and what it finds told by ways that share nothing with the service."""

import os
import platform
from collections.abc import Mapping
from threading import Event
from time import monotonic

import structlog

from daemon.auditor.alarm import Alarm
from daemon.auditor.alive import report
from daemon.auditor.beat import call
from daemon.auditor.looking import ClockOf, Look, clock_of, looking
from daemon.auditor.mail import OwnMail
from daemon.auditor.told import ToldFile, told_file
from daemon.domain.errors import Refusal
from daemon.domain.times import day_of
from daemon.engine.standing.audit import Balance
from daemon.engine.standing.books import counted
from daemon.engine.standing.oversight import last_due, put, watched
from daemon.settings.audit import Audit
from daemon.settings.whole import Settings
from daemon.store import Store, StoreUnavailable
from daemon.telemetry import places
from daemon.watchdog import feed

log = structlog.get_logger("daykeeper.auditor")
CLAIM = "auditor/alive"  # the lease of whoever writes today's mail, of two that are there
CLAIM_S = 120.0
FED_EVERY_S = 60.0


class Auditing:
    """Looks, notes, calls the monitor, writes. Any number of them do no harm."""

    def __init__(
        self, settings: Settings, audit: Audit, stop: Event, *, clock_of: ClockOf = clock_of
    ) -> None:
        """`clock_of` makes the clock from the database, or from None where there is none to be had."""
        self.settings, self.audit, self.stop, self.clock_of = settings, audit, stop, clock_of
        self.name = f"{platform.node()}-{os.getpid()}"
        told = ToldFile(told_file(settings, audit), settings.operator)
        self.alarm = Alarm(settings.title, audit.again_every, audit.every, told)
        self.clock = clock_of(None)
        self.mail = OwnMail(settings, audit.mail, self.clock) if audit.mail else None

    def run(self) -> None:
        """Look once a period until `stop` is set; whatever goes wrong with a look is told, and ends nothing."""
        log.info("auditor.started", every_s=self.audit.every.total_seconds())
        while not self.stop.is_set():
            begun = monotonic()
            self.turn()
            self._rest(begun + self.audit.every.total_seconds())
        self.close()
        log.info("auditor.stopped")

    def _rest(self, until: float) -> None:
        feed()
        while (left := until - monotonic()) > 0 and not self.stop.wait(min(left, FED_EVERY_S)):
            feed()

    def close(self) -> None:
        """Leave what we have told to whoever comes next."""
        self.alarm.kept.close()

    def turn(self) -> dict[str, str]:
        """Look once, and tell whoever must hear of it; return what is wrong, by its kind."""
        begun = monotonic()
        end = begun + self.audit.every.total_seconds()
        troubles: dict[str, str] = {}
        mail_wrong = self.mail.try_out() if self.mail else ""
        try:
            with looking(self.settings, self.clock_of, lambda: self._is_over(end)) as look:
                if self.stop.is_set():
                    return {}
                troubles |= found_wrong(look)
                self._note(look.store, look.balance, monotonic() - begun)
                troubles |= self._beat(look.store, is_well=not troubles)
                troubles |= self._say_alive(look, troubles)
                self._note_mail(look.store, mail_wrong)
        except Refusal as refusal:
            troubles["audit"] = f"The audit cannot be made: {refusal.problems[0]}."
        except StoreUnavailable as error:
            troubles["audit"] = (
                f"The audit cannot be made: the database is unavailable: {error.reason}."
            )
        except Exception as error:  # whatever it is, it must not end in silence
            log.exception("audit.failed", reason="a fault of ours")
            troubles["audit"] = f"The audit cannot be made: a fault of ours: {places(error)}."
        log.info("auditor.done", wrong=sorted(troubles), took_s=round(monotonic() - begun, 1))
        self._raise(troubles)
        return troubles

    def _is_over(self, end: float) -> bool:
        return self.stop.is_set() or monotonic() >= end

    def _note(self, store: Store, balance: Balance, took_s: float) -> None:
        """Keep what was found: the service reads it, and notices when it does not come."""
        with store.write() as tx:
            put(
                tx, at=self.clock_of(store)(), by=self.name, took_ms=round(took_s * 1000),
                cases=balance.cases, expected=balance.expected,
                missed=len(balance.missed), unexplained=len(balance.unexplained), is_whole=balance.is_whole,
            )  # fmt: skip
            if balance.balances:
                put(tx, balanced_at=balance.at)

    def _beat(self, store: Store, *, is_well: bool) -> Mapping[str, str]:
        """Call the monitor where all is well; return what is wrong with that."""
        monitor = self.audit.heartbeat
        if monitor is None or not is_well:
            return {}
        why = call(monitor)
        with store.write() as tx:
            put(
                tx, heartbeat_wrong=why, **({} if why else {"heartbeat_at": self.clock_of(store)()})
            )
        return (
            {"heartbeat": f"The monitor outside did not take the heartbeat: {why}."} if why else {}
        )

    def _say_alive(self, look: Look, troubles: Mapping[str, str]) -> Mapping[str, str]:
        """Write the daily mail where it is due and nobody has; return what is wrong with that."""
        alive, store, now = self.audit.alive, look.store, look.balance.at
        calendar = look.house.deciding.calendar
        if alive is None or self.mail is None:
            return {}
        due = last_due(now, alive.at, calendar)
        if day_of(due) != day_of(now):
            return {}
        with store.write() as tx:
            sent_at = watched(tx).alive_at
            if sent_at is not None and sent_at >= due:
                return {}
            if tx.leases.take(CLAIM, self.name, now, CLAIM_S) is None:
                return {}
        said = report(
            store, self.settings.title, look.balance, [*troubles.values()], calendar, [*self.settings.feeds]
        )  # fmt: skip
        id_ = f"alive-{self.settings.authority}-{day_of(now)}"
        why = self.mail.send(
            alive.to, id_, said.subject, said.text(), said.html(), is_urgent=bool(said.wrong)
        )
        with store.write() as tx:
            put(tx, alive_wrong=why, **({} if why else {"alive_at": now}))
            tx.leases.release(CLAIM, self.name, now)
        log.info("alive.sent" if not why else "alive.unsent", reason=why)
        return {"alive": f"The daily mail could not go: {why}."} if why else {}

    def _note_mail(self, store: Store, wrong: str) -> None:
        """Keep whether our own mail could go: where it cannot, the service says so by its."""
        if self.mail is None:
            return
        with store.write() as tx:
            put(tx, mail_wrong=wrong, **({} if wrong else {"mail_at": self.clock_of(store)()}))

    def _raise(self, troubles: Mapping[str, str]) -> None:
        """Say to the operator what is wrong, by our own mail."""
        if self.mail is None:
            return
        mail = self.mail

        def send(id_: str, subject: str, text: str, html: str) -> str:
            return mail.send(
                self.settings.operator, id_, subject, text, html, is_urgent=bool(troubles)
            )

        self.alarm.tell(troubles, self.clock(), send)


def found_wrong(look: Look) -> dict[str, str]:
    """Return what a look has found to be wrong, as sentences by their kind: counts, and nobody's case."""
    found, wrong = look.balance, dict[str, str]()
    if look.leader:
        wrong["leader"] = f"The service does not do its work: {look.leader}."
    if not found.is_whole:
        wrong["slow"] = (
            f"The audit does not come to its end in a period: it looked at {found.cases} cases."
        )
    if found.missed:
        kinds = counted(found.missed)
        wrong["missed"] = (
            f"{len(found.missed)} things should have happened by now and have not ({kinds})."
        )
    if found.unexplained:
        kinds = counted(found.unexplained)
        wrong["unexplained"] = (
            f"{len(found.unexplained)} messages went out that nothing explains ({kinds})."
        )
    return wrong
