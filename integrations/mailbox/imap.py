"""A folder at an IMAP server, read without a mark: nothing is deleted, flagged or seen.

The cursor is the folder's UIDVALIDITY, the last UID that was read, and those of them that were
understood: these are moved once the next reading confirms them, where an option says whereto.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from threading import Timer
from time import monotonic
from typing import Any, NamedTuple

from daemon.domain.errors import Problem, Severity
from daemon.domain.times import MONTHS
from daemon.option_parts import tls
from daemon.ports import Clock, Unreadable
from integrations.mailbox.config import Config
from integrations.mailbox.mail import Judge, Mail

OK = "OK"
UID, SIZE = re.compile(rb"UID (\d{1,10})"), re.compile(rb"RFC822\.SIZE (\d{1,12})")
DATE = re.compile(
    rb'INTERNALDATE "([ \d]\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"'
)
SHORT = tuple(month[:3] for month in MONTHS)
CURSOR = re.compile(r"(\d{1,10}):(\d{1,10}):([\d,]*)")


class Cursor(NamedTuple):
    """How far a folder was read."""

    validity: int
    last: int
    understood: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return it as text."""
        return f"{self.validity}:{self.last}:{','.join(map(str, self.understood))}"


def parse_cursor(text: str | None) -> Cursor | None:
    """Return the cursor that a text is; None: begin anew."""
    found = CURSOR.fullmatch(text or "")
    return found and Cursor(
        int(found[1]), int(found[2]), tuple(int(one) for one in found[3].split(",") if one)
    )


class ImapFolder:
    """One connection a reading, which ends within `timeout_s` whatever the server does."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first reading."""
        self.config, self.clock = config, clock

    def read(self, cursor: str | None, judge: Judge) -> tuple[str | None, list[Problem]]:
        """Move what the cursor confirms, then hand on what came since; raises Unreadable."""
        half_at = monotonic() + self.config.timeout_s / 2  # then the rest waits for its next turn
        problems: list[Problem] = []
        with connected(self.config) as server:
            validity = select(server, self.config)
            before = parse_cursor(cursor)
            if before is None or before.validity != validity:  # the server numbered anew
                since = self.clock().astimezone(UTC) - timedelta(days=self.config.looks_back_days)
                last, wanted = 0, f"SINCE {since.day}-{SHORT[since.month - 1]}-{since.year}"
            else:
                last, wanted = before.last, f"UID {before.last + 1}:*"
                problems += self._tidy(server, before.understood)
            understood = []
            for uid in self._uids(server, last, wanted)[: self.config.most]:
                mail = self._mail(server, uid)
                last = uid
                if mail and judge(mail) and self.config.moved_to:
                    understood.append(uid)
                if monotonic() > half_at:
                    break
        return str(Cursor(validity, last, tuple(understood))), problems

    def _uids(self, server: imaplib.IMAP4, last: int, wanted: str) -> list[int]:
        status, data = server.uid("SEARCH", wanted)
        found = [int(one) for one in (data[0] or b"").split()] if status == OK else []
        return sorted(uid for uid in found if uid > last)  # "N:*" names the last mail, too

    def _mail(self, server: imaplib.IMAP4, uid: int) -> Mail | None:
        _, data = server.uid("FETCH", str(uid), "(UID RFC822.SIZE INTERNALDATE)")
        told = next((one for one in lines(data) if is_of(one, uid) and SIZE.search(one)), None)
        if told is None:
            return None  # somebody took it away meanwhile
        size, raw = SIZE.search(told), None
        if size and int(size[1]) <= self.config.largest_bytes:
            wanted = f"(UID BODY.PEEK[]<0.{self.config.largest_bytes}>)"  # whatever the size was
            _, data = server.uid("FETCH", str(uid), wanted)
            bodies = [one for one in data if isinstance(one, tuple) and len(one) > 1]
            raw = next((bytes(one[1]) for one in bodies), None)
        place = f"mailbox {self.config.folder}, mail {uid}"
        return Mail(place, received(told) or self.clock(), raw)

    def _tidy(self, server: imaplib.IMAP4, understood: tuple[int, ...]) -> list[Problem]:
        if not understood or not self.config.moved_to:
            return []
        if b"MOVE" not in server.capability()[1][-1].upper().split():  # it may say more by now
            what, how = "the server cannot move mail", "leave moved_to out of the options"
        else:
            uids = ",".join(map(str, understood))
            status, _ = server.uid("MOVE", uids, f'"{self.config.moved_to}"')
            if status == OK:
                return []
            what = "what was read cannot be moved to the folder of moved_to"
            how = "make the folder, or name another"
        return [Problem(f"mailbox {self.config.folder}", what, how, Severity.WARNING)]


def select(server: imaplib.IMAP4, config: Config) -> int:
    """Return the UIDVALIDITY of the folder, opened for reading only unless mail is to be moved."""
    status, _ = server.select(f'"{config.folder}"', readonly=not config.moved_to)
    told = server.response("UIDVALIDITY")[1]
    if status != OK or not told or not told[0]:
        raise Unreadable("the mail server has no such folder, or this login may not read it")
    return int(told[0])


@contextmanager
def connected(config: Config) -> Iterator[imaplib.IMAP4]:
    """Yield a connection that is secured and logged in; raises Unreadable for whatever goes wrong."""
    server = None
    try:
        server = open_connection(config)
        if config.security == "starttls":
            server.starttls(tls(config.ca_file))
        log_in(server, config)
        yield server
    except ssl.SSLCertVerificationError:
        raise Unreadable("the mail server shows a certificate that is not its own") from None
    except imaplib.IMAP4.abort:
        raise Unreadable("the mail server broke off, or is too slow") from None
    except (imaplib.IMAP4.error, ValueError, MemoryError):
        raise Unreadable("the mail server answers what is not understood") from None
    except OSError:
        raise Unreadable("the mail server cannot be reached, or is too slow") from None
    finally:
        for end in (server.logout, server.shutdown) if server else ():
            with suppress(OSError, imaplib.IMAP4.error):
                end()


class Timed(imaplib.IMAP4):
    """A connection that is cut once the time for its whole reading is over, drip as the server may."""

    def open(self, host: str = "", port: int | None = 143, timeout: float | None = None) -> None:
        """Connect, within `timeout` seconds; the connection ends after twice as many."""
        super().open(host, port or 143, timeout)
        self.timer = Timer(2 * (timeout or 0), self.cut)
        self.timer.daemon = True
        self.timer.start()

    def cut(self) -> None:
        """End the connection: whoever waits on it wakes."""
        with suppress(OSError):
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # below TLS, which another reads

    def shutdown(self) -> None:
        """Close it."""
        self.timer.cancel()
        super().shutdown()


class TimedTls(Timed, imaplib.IMAP4_SSL):
    """The same by TLS from the first byte."""


def open_connection(config: Config) -> imaplib.IMAP4:
    """Return a connection, by TLS from its first byte where the options say so."""
    host, port, within_s = str(config.host), config.at_port, config.timeout_s / 2
    if config.security == "tls":
        return TimedTls(host, port, ssl_context=tls(config.ca_file), timeout=within_s)
    return Timed(host, port, timeout=within_s)


def log_in(server: imaplib.IMAP4, config: Config) -> None:
    """Log in; raises Unreadable where the server or the password's file refuses."""
    try:
        word = (
            config.password_file.read_text("ascii").rstrip("\r\n") if config.password_file else ""
        )
    except (OSError, UnicodeError):
        raise Unreadable("the password's file cannot be read") from None
    if not word.isprintable():
        raise Unreadable("the password's file is not one line of plain characters")
    try:
        server.login(str(config.username), word)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise Unreadable("the mail server refuses the login") from None


def lines(data: list[Any]) -> list[bytes]:
    """Return the lines of an answer, those before a literal included."""
    return [one[0] if isinstance(one, tuple) else one for one in data if one]


def is_of(line: bytes, uid: int) -> bool:
    """Return whether a line of a FETCH is about this mail: a server may speak of others, too."""
    found = UID.search(line)
    return found is not None and int(found[1]) == uid


def received(line: bytes) -> datetime | None:
    """Return when a mail came, None where the server says no moment."""
    found = DATE.search(line)
    if found is None:
        return None
    day, month, year, hour, minute, second, sign, hours, minutes = (
        one.decode() for one in found.groups()
    )
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    try:
        local = datetime(
            int(year), SHORT.index(month.title()) + 1, int(day), int(hour), int(minute), int(second),
            tzinfo=timezone(offset),
        )  # fmt: skip
    except ValueError:
        return None
    return local.astimezone(UTC)
