"""One attempt to sign in: what a browser keeps of it, and the secrets that follow from that."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

SEED_BYTES = 32
LASTS_S = 600  # how long somebody may take at the provider's
LONGEST_PATH = 500
HOME = "/"
BACK = "/sign-in/back"  # where the provider sends people


class Unreachable(Exception):
    """The provider does not answer as one does: nobody can sign in now. The text is a short code."""


class Untrusted(Exception):
    """What came back signs nobody in. The text is a short code, never the provider's words."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What stands in the browser's cookie, and our key: without both nobody can finish it.

    State, nonce and verifier are made of the whole text, so that a changed one fits no answer.
    """

    text: str
    key: bytes

    @property
    def state(self) -> str:
        """What the provider's answer must carry: it shows whose browser began."""
        return self._derive("state")

    @property
    def nonce(self) -> str:
        """What the provider's token must carry: it was made for this attempt."""
        return self._derive("nonce")

    @property
    def verifier(self) -> str:
        """What shows the provider that whoever brings the code is who asked for it (PKCE)."""
        return self._derive("verifier")

    @property
    def to(self) -> str:
        """The page of ours that was asked for, of an attempt that was answered."""
        return local(urlsafe_b64decode(self.text.split(".")[2].encode()).decode())

    def is_answered_by(self, state: str, now: datetime) -> bool:
        """Return whether an answer of the provider's is this attempt's, and in time."""
        if not hmac.compare_digest(state.encode(), self.state.encode()):
            return False  # before anything else: what stands in the cookie may be anybody's
        return 0 <= now.timestamp() - int(self.text.split(".")[1]) <= LASTS_S

    def _derive(self, purpose: str) -> str:
        return hmac.digest(
            self.key, f"sign-in\x00{purpose}\x00{self.text}".encode(), "sha256"
        ).hex()


def begin(to: str, key: bytes, now: datetime) -> Attempt:
    """Return a new attempt, which leads to that page of ours."""
    path = urlsafe_b64encode(local(to).encode()).decode()
    return Attempt(f"{secrets.token_urlsafe(SEED_BYTES)}.{int(now.timestamp())}.{path}", key)


def local(path: str) -> str:
    """Return a path of ours, or that of the first page for anything that could lead elsewhere."""
    plain = path.isascii() and path.isprintable() and " " not in path and len(path) <= LONGEST_PATH
    if not plain or not path.startswith("/") or "\\" in path or path.startswith("//"):
        return HOME
    try:
        parts = urlsplit(path)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc or parts.path.startswith("/sign-") else path
