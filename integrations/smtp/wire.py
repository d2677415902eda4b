"""One connection to a mail server, on which no wait outlives its deadline."""

import io
import re
import smtplib
import socket
import ssl
from pathlib import Path
from select import POLLIN, poll
from time import monotonic
from typing import Any

from daemon.domain.errors import Temporary
from integrations.smtp.config import Config

READY, OK, AUTH_FAILURES = 220, 250, frozenset({530, 534, 535, 538})
GOODBYE = 421
# In a refusal these say that the sender or the way is what the server does not like. Many wait with that until a
# recipient is named (Postfix, unless told otherwise), or until they have the whole message (Exchange).
OF_SENDER = re.compile(
    rb"(?i)(?:sender address|client host|helo command) rejected|client host \S+ blocked|sender verify failed"
    rb"|send as this sender|sendasdenied|authenticat(?:ed?|ion)\b(?![.@-]\w)"
)
OF_WAY = re.compile(
    rb"(?i)\brelay(?:ing)?(?: \w+){0,2} (?:denied|not|prohibited|disabled|forbidden|refused|rejected)\b"
    rb"|\b(?:unable|cannot|can't|do not|don't|won't|no|not(?: \w+)?) (?:to )?relay(?:ing)?\b(?![.@-]\w)|rcpthosts"
)
QUOTED = re.compile(rb"<[^>]*>")  # an address, or a host's name: whatever it is called says nothing
NOT_NOW = 4  # the first figure of an answer that means "later"


class Wire(smtplib.SMTP):
    """A connection that is opened, secured and logged in by `open`.

    `deadline` is a moment of the monotonic clock; it is set anew for every message. `is_dirty`:
    the server holds half of a transaction, which RSET must end first. `greeting` is how the server began.
    """

    def __init__(self, config: Config, context: ssl.SSLContext | None) -> None:
        super().__init__(local_hostname=config.id_domain)
        self.config, self.context = config, context
        self.deadline = 0.0
        self.used_at = 0.0
        self.sent = 0
        self.is_dirty = False
        self.greeting = b""

    def left_s(self) -> float:
        """Return the seconds left of the deadline; raises TimeoutError once there are none."""
        left_s = self.deadline - monotonic()
        if left_s <= 0:
            raise TimeoutError
        return left_s

    def open(self, deadline: float) -> None:
        """Connect, secure and log in; raises Temporary with the reason, and leaves nothing open."""
        self.deadline = deadline
        try:
            self._open()
        except ssl.SSLCertVerificationError:
            reason = "tls-unverified"
        except ssl.SSLError:
            reason = "tls-failed"
        except smtplib.SMTPAuthenticationError:
            reason = "login-refused"
        except smtplib.SMTPNotSupportedError:
            reason = "no-login-offered"
        except (OSError, UnicodeError):  # the latter: a name that no resolver takes
            reason = "unreachable"
        except Temporary as temporary:
            reason = temporary.reason
        else:
            return
        self.close()
        raise Temporary(reason)

    def _open(self) -> None:
        code, self.greeting = self.connect(self.config.host, self.config.port)
        expect(code, READY)
        expect(self.ehlo()[0], OK)
        if self.config.security == "starttls":
            if not self.has_extn("starttls") or self.docmd("STARTTLS")[0] != READY:
                raise Temporary("no-starttls")
            self.sock = self._secured(self.sock)
            self.file = None  # whatever was sent in clear behind the answer is thrown away
            expect(self.ehlo()[0], OK)
        if self.config.username is not None and self.config.password_file is not None:
            self.login(self.config.username, password(self.config.password_file))

    def is_sound(self) -> bool:
        """Return whether a kept connection still answers for a fresh message.

        A server that hung up, or said so, has made the socket readable.
        """
        if self.sock is None:
            return False
        watch = poll()
        watch.register(self.sock, POLLIN)
        if watch.poll(0):
            return False
        if self.is_dirty or monotonic() - self.used_at > IDLE_S:
            try:
                self.is_dirty = self.rset()[0] != OK
            except OSError:
                return False
        return not self.is_dirty

    def send(self, s: Any) -> None:
        """Send within what is left of the deadline."""
        if self.sock is not None:
            self.sock.settimeout(self.left_s())
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer, read within what is left of the deadline."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Patience(self))
        return super().getreply()

    def _get_socket(self, host: str, port: int, timeout: object) -> socket.socket:
        failure: OSError = ConnectionRefusedError()
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                sock = socket.create_connection((str(address[0]), port), self.left_s())
            except OSError as error:
                failure = error
            else:
                return self._secured(sock) if self.config.security == "tls" else sock
        raise failure

    def _secured(self, sock: socket.socket | None) -> ssl.SSLSocket:
        if sock is None or self.context is None:
            raise ConnectionError
        sock.settimeout(self.left_s())
        return self.context.wrap_socket(sock, server_hostname=self.config.host)


IDLE_S = 30.0


class Patience(io.RawIOBase):
    """The reading side of a wire: a read gets what is left of the deadline, not a fresh timeout."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self.wire = wire

    def readable(self) -> bool:
        """Return True: BufferedReader asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Return how many bytes came; raises TimeoutError past the deadline."""
        sock = self.wire.sock
        if sock is None:
            return 0
        sock.settimeout(self.wire.left_s())
        return sock.recv_into(buffer)


def of_us(said: bytes) -> str | None:
    """Return why a refusal is about us, whoever the message is for; None where it is about this reader or message."""
    words = QUOTED.sub(b"it", said)
    if OF_WAY.search(words):
        return "not-relayed"
    return "sender-refused" if OF_SENDER.search(words) else None


def password(path: Path) -> str:
    """Return the file's one line; raises Temporary where it cannot be used."""
    try:
        word = path.read_text("ascii").rstrip("\r\n")
    except (OSError, UnicodeError):
        raise Temporary("password-unreadable") from None
    return word


def expect(code: int, wanted: int) -> None:
    """Raise Temporary unless the server is ready: at this point nothing has been handed over."""
    if code != wanted:
        raise Temporary(f"tempfail-{code}" if code // 100 == NOT_NOW else "unreachable")
