"""What an adapter found when it was looked at before anybody relies on it. Nothing is sent for it.

An adapter that can be looked at is `Examinable`; `daykeeper doctor` prints what it finds.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http.client import HTTPException, HTTPSConnection
from typing import Any, Protocol, runtime_checkable

SOON = timedelta(days=30)  # a certificate is renewed by people, who have holidays
# logins are refused by a clock that is wrong
ODD, WRONG = (timedelta(seconds=30), timedelta(minutes=5))
CONNECT_S = 10.0


class Grade(StrEnum):
    """How a thing stands: as it should, so that somebody ought to look, or so that it will not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do, and is empty where nothing is to be done."""

    grade: Grade
    what: str
    mend: str = ""

    def __str__(self) -> str:
        """Return it as a person reads it."""
        return "; ".join(filter(None, (self.what, self.mend)))


@runtime_checkable
class Examinable(Protocol):
    """An adapter that can be looked at."""

    def examine(self) -> Iterator[Finding]:
        """Yield how it stands; what goes wrong is a finding, never an exception. Sends nothing."""
        ...


def fine(what: str) -> Finding:
    """Return that a thing is as it should be."""
    return Finding(Grade.OK, what)


def doubt(what: str, mend: str) -> Finding:
    """Return that somebody ought to look at a thing."""
    return Finding(Grade.WARN, what, mend)


def fault(what: str, mend: str) -> Finding:
    """Return that a thing does not work."""
    return Finding(Grade.FAIL, what, mend)


def lasts(what: str, ends_at: datetime, now: datetime) -> Finding:
    """Return how long a certificate is good for yet."""
    days, ends_on = (ends_at - now).days, f"{ends_at:%Y-%m-%d}"
    if ends_at <= now:
        return fault(f"{what} ended on {ends_on}", "put a new one in its place")
    if ends_at - now < SOON:
        return doubt(f"{what} ends in {days} days, on {ends_on}", "have it renewed before")
    return fine(f"{what} is good for {days} days")


def clock_beside(date: str | None, now: datetime) -> Finding:
    """Return how far this machine's clock is from that of a server, by the moment that it says (RFC 5322)."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return fine("this machine's clock cannot be compared here: the server says no time")
    off = abs(now - theirs.replace(tzinfo=theirs.tzinfo or UTC))
    what = f"this machine's clock is {off.total_seconds():.0f} seconds from the server's"
    how = "have it set by NTP"
    return fault(what, how) if off > WRONG else doubt(what, how) if off > ODD else fine(what)


def shown_until(certificate: Mapping[str, Any]) -> datetime:
    """Return when a certificate ends that a server showed, in the form of `getpeercert`."""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def shake_hands(host: str, port: int, context: ssl.SSLContext, now: datetime) -> Iterator[Finding]:
    """Yield whether a web server shows a certificate of its own, how long it is good for, and how our clock stands.

    It is asked for the head of its front page alone: every answer says when it was given.
    """
    server = HTTPSConnection(host, port, timeout=CONNECT_S, context=context)
    try:
        server.connect()
        shown = server.sock.getpeercert() or {}
        date = dated(server)
    except ssl.SSLCertVerificationError:
        yield unproven(host)
    except (OSError, UnicodeError):
        yield unreached(host)
    else:
        yield lasts(f"the certificate of {host}", shown_until(shown), now)
        yield clock_beside(date, now)
    finally:
        server.close()


def dated(server: HTTPSConnection) -> str | None:
    """Return the Date of a web server's answer, whatever it answers; None where it says none."""
    with suppress(OSError, HTTPException):
        server.request("HEAD", "/")
        return server.getresponse().getheader("Date")
    return None


def unproven(host: str) -> Finding:
    """Return that a server shows a certificate which is not trusted for its name."""
    what = f"{host} shows a certificate that is not trusted for this name"
    return fault(what, "name its authority in ca_file, or let nothing stand in between")


def unreached(host: str) -> Finding:
    """Return that there is no way to a server."""
    return fault(f"{host} cannot be reached", "check the name, and what the firewall lets through")
