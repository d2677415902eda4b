"""The gateway as a channel: a mail is put under its own name, so that putting it twice is putting it once."""

import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from daemon.domain.errors import Permanent, Temporary, Unknown
from daemon.domain.mail import Sender, as_mail, mail_address, safe_id
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding, fault, fine
from daemon.ports import Clock

from .config import Config


class Gateway:
    """A channel (`daemon.ports.Channel`). Thread-safe; it keeps nothing open, retries nothing and logs nothing."""

    word = "email"

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first message."""
        self.config, self.clock = config, clock
        self.sender = Sender(config.sender, "Daykeeper", config.sender.rpartition("@")[2])

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the mail over once; raises a WireError that says how far it came."""
        address = mail_address(to, self.word)
        if message.event is not None:
            raise Permanent("event-needs-calendar")
        mail = as_mail(message, address, self.sender, self.clock())
        status, wait_s = self._ask("PUT", f"/mails/{safe_id(key)}", mail.as_bytes())
        return taken(status, wait_s, safe_id(key))

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send, None where the gateway has no such mail."""
        try:
            status, wait_s = self._ask("HEAD", f"/mails/{safe_id(key)}")
        except Unknown:
            raise Temporary("unreachable") from None
        return None if status == 404 else taken(status, wait_s, safe_id(key))

    def examine(self) -> Iterator[Finding]:
        """Yield whether the gateway answers and lets us in, for `daykeeper doctor`; nothing is sent."""
        try:
            self.find("nothing")
        except (Temporary, Permanent, Unknown) as error:
            yield fault(f"the gateway does not let us in ({error.reason})", "see the README")
        else:
            yield fine("the gateway answers, and lets us in")

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _ask(self, verb: str, path: str, body: bytes | None = None) -> tuple[int, float | None]:
        """Return the answer's status, and how long we are asked to wait; raises Temporary and Unknown."""
        parts = urlsplit(self.config.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        server = kind(parts.hostname or "", parts.port, timeout=self.config.timeout_s)
        try:
            key = self.config.key_file.read_text("ascii").strip()
            server.connect()
        except ssl.SSLCertVerificationError:
            raise Temporary("tls-unverified", is_ours=True) from None
        except UnicodeError:
            raise Temporary("key-unreadable", is_ours=True) from None
        except OSError:
            raise Temporary("unreachable") from None
        try:
            server.request(verb, parts.path + path, body, {"Authorization": f"Bearer {key}"})
            answer = server.getresponse()
            answer.read()
        except (OSError, HTTPException):
            raise Unknown("answer-lost") from None  # it may have been accepted
        finally:
            server.close()
        return answer.status, wait(answer)


def wait(answer: HTTPResponse) -> float | None:
    """Return for how many seconds we are asked to be patient."""
    seconds = answer.getheader("Retry-After") or ""
    return float(seconds) if seconds.isascii() and seconds.isdigit() else None


def taken(status: int, wait_s: float | None, name: str) -> Receipt:
    """Return the receipt where the gateway said yes; else raise what its answer means."""
    if status in (200, 201):
        return Receipt(name)
    if status in (429, 503):
        raise Temporary("busy", wait_s)
    if status in (401, 403):
        raise Temporary("login-refused", is_ours=True)
    if status >= 500:
        raise Unknown("server-error")
    raise Permanent(f"refused-{status}")
