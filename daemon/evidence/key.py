"""The key that packs are signed with: Ed25519, in a file of its own that nobody else may read."""

import os
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from daemon.domain.errors import Problem, Refusal
from daemon.domain.secret import others_may_read

MEND = "restore it from its own backup; with a new one, publish the new fingerprint"


class Signer:
    """Signs packs. `is_new`: its key was made just now, and its fingerprint is known to nobody yet."""

    def __init__(self, key: Ed25519PrivateKey, *, is_new: bool = False) -> None:
        self._key, self.is_new = key, is_new
        self.public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @classmethod
    def of(cls, file: Path) -> "Signer":
        """Return the signer of a key's file, which is made where there is none. Raises Refusal."""
        try:
            if not file.exists():
                return cls._made(file)
            if others_may_read(file):
                what = "others may read the key that packs are signed with"
                raise Refusal(Problem(str(file), what, f"run: chmod 600 {file}"))
            key = load_pem_private_key(file.read_bytes(), password=None)
        except OSError as error:
            what = f"the key that packs are signed with cannot be read ({error.strerror})"
            raise Refusal(Problem(str(file), what, "give it back to the service's user")) from None
        except (ValueError, TypeError):
            raise Refusal(Problem(str(file), "this is no signing key", MEND)) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise Refusal(Problem(str(file), "this is no Ed25519 key", MEND))
        return cls(key)

    @classmethod
    def _made(cls, file: Path) -> "Signer":
        key = Ed25519PrivateKey.generate()
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(opened, "wb") as whole:
            whole.write(text)
            whole.flush()
            os.fsync(whole.fileno())
        return cls(key, is_new=True)

    @property
    def fingerprint(self) -> str:
        """What the authority publishes of its key."""
        return fingerprint(self.public)

    def sign(self, words: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(words)


def fingerprint(public: bytes) -> str:
    """Return a public key's fingerprint: SHA-256 of its DER form, in hex. Raises ValueError for what is no such key."""
    return sha256(
        _public(public).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    ).hexdigest()


def is_signed(words: bytes, signature: bytes, public: bytes) -> bool:
    """Return whether the owner of a key signed these words. Raises ValueError for what is no such key."""
    try:
        _public(public).verify(signature, words)
    except InvalidSignature:
        return False
    return True


def _public(pem: bytes) -> Ed25519PublicKey:
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("this is no Ed25519 key")
    return key
