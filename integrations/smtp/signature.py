"""Signs mail for its domain (DKIM, RFC 6376): the one module that knows the library for it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from daemon.domain.errors import Temporary

LEAST_BITS = 2048
NO_KEY = (
    "this is no private key without a password, in PEM; make one: openssl genrsa -out FILE 2048"
)
ALGORITHM, FORM = b"rsa-sha256", (b"relaxed", b"relaxed")
# Named once more than they stand: nobody on the way can add another of them.
ONCE = ("from", "to", "subject", "date", "message-id", "reply-to", "content-type")
SIGNED = (
    *("mime-version", "content-transfer-encoding", "content-language", "auto-submitted"),
    *("importance", "x-priority", "x-auto-response-suppress", "x-daykeeper-item"),
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one domain, by the RSA key that its file holds now."""

    domain: str
    selector: str
    file: Path

    def __repr__(self) -> str:
        """Return where our key is looked for."""
        return f"Signer({self.selector}._domainkey.{self.domain})"

    def sign(self, mail: bytes, label: str | None = None) -> bytes:
        """Return a whole mail with its signature in front; `label` is one more header to sign.

        Raises Temporary where the key cannot be read.
        """
        from dkim import DKIM  # noqa: PLC0415 - loaded where mail is signed, and nowhere else

        try:
            key = read_key(self.file)
        except ValueError:
            raise Temporary("dkim-key-unreadable") from None
        present = {line.partition(b":")[0].lower() for line in head(mail)}
        more = [*SIGNED, *([label.lower()] if label else [])]
        names = [name.encode("ascii") for name in (*ONCE, *ONCE, *more)]
        once = {name.encode("ascii") for name in ONCE}
        signed = [name for name in names if name in present or name in once]
        made: bytes = DKIM(mail).sign(
            self.selector.encode("ascii"), self.domain.encode("ascii"), key,
            signature_algorithm=ALGORITHM, canonicalize=FORM, include_headers=signed,
        )  # fmt: skip
        return made + mail


def head(mail: bytes) -> list[bytes]:
    """Return the lines of a mail's header."""
    return mail.partition(b"\r\n\r\n")[0].split(b"\r\n")


def read_key(path: Path) -> bytes:
    """Return the RSA key of a file as the library takes it; raises ValueError with how to mend it."""
    try:
        return parse_key(path.read_bytes())
    except OSError:
        raise ValueError(NO_KEY) from None


# as many as channels sign: the file is read for each mail, and rarely another
@lru_cache(maxsize=8)
def parse_key(pem: bytes) -> bytes:
    """Return the RSA key of a text in PEM as the library takes it; raises ValueError with how to mend it."""
    try:
        key = load_pem_private_key(pem, None)
    except (TypeError, ValueError):
        raise ValueError(NO_KEY) from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise ValueError(
            f"this is no RSA key of {LEAST_BITS} bits or more; make one: openssl genrsa -out FILE 2048"
        )
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
