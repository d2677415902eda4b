"""Looks at a mail server before anybody relies on it: as far as a message goes without its recipient."""

import re
import ssl
from collections.abc import Iterator
from datetime import datetime
from time import monotonic

from daemon.domain.errors import Temporary
from daemon.examined import (
    Finding,
    clock_beside,
    doubt,
    fault,
    fine,
    lasts,
    shown_until,
    unproven,
    unreached,
)
from integrations.smtp.config import Config
from integrations.smtp.pool import leave
from integrations.smtp.wire import NOT_NOW, OK, Wire, of_us

WHEN = re.compile(  # in the greeting of some servers, as in a mail's Date
    rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC?)"
)
FAILURES = {
    "tls-failed": ("there is no TLS at this port", "correct security or port"),
    "no-starttls": ("it offers no STARTTLS", 'correct the port, or use security = "tls"'),
    "login-refused": ("it refuses the login", "correct username and password_file"),
    "no-login-offered": ("it offers no login", "correct the port, or leave username out"),
    "password-unreadable": ("the password's file cannot be read", "put one line into it"),
}


def examine(config: Config, context: ssl.SSLContext | None, now: datetime) -> Iterator[Finding]:
    """Yield how far we come: to the server, into TLS, past its login, as this sender, to itself. Nothing is sent."""
    wire = Wire(config, context)
    try:
        wire.open(monotonic() + config.timeout_s)
    except Temporary as error:
        yield failure(config, error.reason)
        return
    try:
        if isinstance(wire.sock, ssl.SSLSocket):
            shown = wire.sock.getpeercert() or {}
            yield lasts(f"the certificate of {config.host}", shown_until(shown), now)
        else:
            yield fine("it is reached in clear, on this machine alone")
        said_at = WHEN.search(wire.greeting)
        yield clock_beside(said_at and said_at[0].decode(), now)
        yield fine("it takes our login" if config.username else "no login is asked for")
        yield from examine_sender(wire, config.sender)
    except OSError:
        yield fault("it broke off", "try again, and see what the server's log says")
    finally:
        leave(wire)


def examine_sender(wire: Wire, sender: str) -> Iterator[Finding]:
    """Yield whether a message of this sender is taken, up to a recipient: itself. What was begun is taken back."""
    code, said = wire.mail(sender)
    is_begun = code == OK
    if is_begun:  # a server may say what it thinks of a sender only once a recipient is named
        code, said = wire.rcpt(sender)
    wire.rset()
    if code == OK:
        yield fine(f"{sender} may send by it")
    elif not is_begun or of_us(said):
        what = f"it does not let {sender} send (it answers {code})"
        yield fault(what, "correct sender, or have the server allow it")
    elif code // 100 == NOT_NOW:
        what = f"whether {sender} may send is not known: it says later (it answers {code})"
        yield doubt(what, "ask again in some minutes")
    else:
        what = f"it takes no mail to {sender} (it answers {code}): what does not arrive is told to nobody"
        yield doubt(what, "make that mailbox, and have it read (docs/how-to/smtp.md, 4)")


def failure(config: Config, reason: str) -> Finding:
    """Return why no connection came about."""
    if reason == "tls-unverified":
        return unproven(config.host)
    if reason in FAILURES:
        return fault(*FAILURES[reason])
    if reason == "unreachable":
        return unreached(config.host)
    return fault(f"it does not answer as it should ({reason})", "see what the server's log says")
