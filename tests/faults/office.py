"""The judge's other witness: a tenant of Microsoft 365 that notes what it kept and answered, and who came too soon."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from threading import Lock
from time import monotonic

from daemon.testing.microsoft365.calls import Reply
from daemon.testing.microsoft365.faults import Fault, Faults
from daemon.testing.microsoft365.server import Connection, Microsoft365
from integrations.microsoft365.session import AT_ONCE
from tests.faults.authority import DOMAIN
from tests.faults.checker import Mail, told_in

MAILBOX = f"daykeeper@{DOMAIN}"
BELOW, SENDS = r"/users/", r"/send$"
ASKS_S, NEARLY_S = 3, 1.0  # patience; one clock is read a little before or after another
TOO_MANY, UNAVAILABLE, BAD = 429, 503, 300
A_MINUTE = 100_000  # the pace is not what is tried here
STORM = (  # nothing gets through: 429 without a word of how long, 503 now and then, 429 with one
    Fault(TOO_MANY, "ApplicationThrottled", on=BELOW, rate=0.5),
    Fault(UNAVAILABLE, "ServiceUnavailable", on=BELOW, rate=0.1),
    Fault(TOO_MANY, "ApplicationThrottled", on=BELOW, retry_after_s=ASKS_S),
)
LOSSY = (  # one in twenty is carried out, and says nothing, or the wrong thing
    Fault(0, after=True, on=BELOW, rate=0.05),
    Fault(500, after=True, on=BELOW, rate=0.05),
)
AS_USUAL = (Fault(None, after=True, hang_s=0.1, on=SENDS),)  # slow to say so
SETTINGS = """
[channels.email.beside]
adapter = "microsoft365"

[channels.email.beside.options]
tenant = "11111111-1111-1111-1111-111111111111"
client_id = "22222222-2222-2222-2222-222222222222"
secret_file = "{secret}"
login = "{address}"
graph = "{address}"
ca_file = "{certificate}"
mailbox = "{mailbox}"
mails_a_minute = {a_minute}
timeout_s = {deadline_s}
"""
CARD = re.compile(r'<td class="card".*?(?=<td class="card"|\Z)', re.DOTALL)  # one section
TAG = re.compile(r"<[^>]*>")


@dataclass(slots=True)
class Kept:
    """A mail that was handed over. `given`: its sender was told so."""

    at: datetime
    mail: EmailMessage
    given: bool = False


@dataclass(slots=True)
class Rest:
    """Up to when a process is to stay away, by its token; so many of its calls may be on the way still."""

    until: float
    on_the_way: int = AT_ONCE - 1


class Patience:
    """Who was asked for patience, and came all the same. Thread-safe.

    A call that was on the way when a process was asked cannot have known. A clock that was set forward
    ends every wait by it, and may be noticed late.
    """

    def __init__(self, ticks: Callable[[], float] = monotonic) -> None:
        """`ticks`: seconds that nobody sets."""
        self.asked = self.ignored = 0
        self._ticks = ticks
        self._lock = Lock()
        self._rests: dict[str, Rest] = {}
        self._unjudged_until = 0.0

    def call(self, who: str) -> None:
        """Note that somebody came."""
        with self._lock:
            rest = self._rests.get(who)
            if rest is None or self._ticks() >= rest.until:
                return
            self.ignored += rest.on_the_way == 0
            rest.on_the_way = max(rest.on_the_way - 1, 0)

    def ask(self, who: str, for_s: float) -> None:
        """Note that somebody is asked to stay away for so long; say it to them afterwards."""
        with self._lock:
            self.asked += 1
            now = self._ticks()
            if now < self._unjudged_until:
                return
            until, rest = now + for_s - NEARLY_S, self._rests.get(who)
            if rest is None or now >= rest.until:
                self._rests[who] = Rest(until)
            else:
                rest.until = max(rest.until, until)

    def set_clock(self, step: Callable[[], None], noticed_s: float) -> None:
        """Set everybody's clock, which they notice within so long."""
        with self._lock:
            step()
            self._rests.clear()
            self._unjudged_until = self._ticks() + noticed_s


class Watching(Connection):
    """A connection that notes what was kept by it, and whether that was said."""

    owner: "Office"
    kept: tuple[Kept, ...] = ()

    def meet(self, fault: Fault | None, path: str, act: Callable[[], Reply]) -> None:
        """Act and answer as the stand-in does; a caller who has died meanwhile hears nothing."""
        if re.match(BELOW, path):
            self.owner.patience.call(self.headers.get("Authorization") or "")
        self.kept = ()
        try:
            super().meet(fault, path, lambda: self.noting(act))
        except OSError:
            self.close_connection = True

    def noting(self, act: Callable[[], Reply]) -> Reply:
        """Act, and note which mails were handed over by that."""
        with self.owner.tenant.lock:
            before = len(self.owner.tenant.delivered)
            reply = act()
            mails = self.owner.tenant.delivered[before:]
            self.kept = tuple(Kept(datetime.now(UTC), one) for one in mails)
            self.owner.kept += self.kept
        return reply

    def answer(self, path: str, reply: Reply, *, is_half: bool = False) -> None:
        """Answer; only who is told of a success is told that something was kept."""
        if asks := reply.headers.get("Retry-After"):
            self.owner.patience.ask(self.headers.get("Authorization") or "", float(asks))
        super().answer(path, reply, is_half=is_half)
        for one in self.kept:
            one.given = reply.status < BAD and not is_half


class Office(Microsoft365):
    """The tenant, in threads of this process, once it is entered."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, connection=Watching)
        self.faults = Faults(seed)
        self.patience = Patience()
        self.kept: list[Kept] = []

    def settings(self, folder: Path, deadline_s: float) -> str:
        """Return the tables by which a service sends by it; its secret is put into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / "office.secret"
        secret.touch(mode=0o600)
        secret.write_text(self.tenant.secret, "utf-8")
        return SETTINGS.format(
            secret=secret, address=self.address, certificate=self.certificate, mailbox=MAILBOX,
            a_minute=A_MINUTE, deadline_s=deadline_s,
        )  # fmt: skip

    def happened(self) -> Counter[tuple[int | None, bool]]:
        """Return how often each status was answered amiss, with a Retry-After and without."""
        return Counter((one.status, one.retry_after_s is not None) for one in self.faults.happened)

    def throttled(self) -> tuple[int, int]:
        """Return how many were answered 429 with a Retry-After, and how many without."""
        happened = self.happened()
        return happened[TOO_MANY, True], happened[TOO_MANY, False]

    def mails(self) -> list[Mail]:
        """Return what was kept, as the judge reads it: by the HTML, for the plain words are the stand-in's."""
        with self.tenant.lock:
            return [_read(one) for one in self.kept]


def _read(kept: Kept) -> Mail:
    mail, part = kept.mail, kept.mail.get_body(("html",))
    page = part.get_content() if part is not None else ""
    sections = (unescape(TAG.sub(" ", card)).strip() for card in CARD.findall(page))
    return Mail(
        kept.at, mail["To"], mail["Message-ID"] or "", mail["X-Daykeeper-Item"] or "",
        told_in(sections, mail["To"]), kept.given,
    )  # fmt: skip
