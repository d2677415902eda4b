"""Signed links: an opaque token a person and action, of which only a hash is stored (RELIABILITY T1)."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

SEED_BYTES = 16


class Action(StrEnum):
    """What a link lets its holder do. None of them ends an obligation."""

    PAGE = "page"
    PROMISE = "promise"
    WRONG_PERSON = "wrong-person"
    NOT_REQUIRED = "not-required"


@dataclass(frozen=True, slots=True)
class Purpose:
    """What one link is for: it works for this message, duty, person and action only.

    `revision` is the duty's when the link was made: once it is due at another time, or was opened anew,
    the link is good for nothing.
    """

    message: str
    obligation: str
    person: str
    action: Action
    revision: int


def make_token(seed: bytes, key: bytes, purpose: Purpose) -> str:
    """Return the token for a purpose: 128 random bits and their signature, as one URL-safe word."""
    return (
        urlsafe_b64encode(seed[:SEED_BYTES] + _sign(seed[:SEED_BYTES], key, purpose))
        .rstrip(b"=")
        .decode()
    )


def is_genuine(token: str, key: bytes, purpose: Purpose) -> bool:
    """Return whether a token was made with our key for this purpose, in constant time."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return False
    seed, signature = raw[:SEED_BYTES], raw[SEED_BYTES:]
    return hmac.compare_digest(signature, _sign(seed, key, purpose))


def hash_of(token: str) -> str:
    """Return what the store keeps of a token."""
    return sha256(token.encode()).hexdigest()


def item_code(message: str, obligation: str) -> str:
    """Return the short code that a message and its page share, without saying whose case it is."""
    return f"DK-{sha256(f'{message}|{obligation}'.encode()).hexdigest()[:6].upper()}"


def page_code(meeting: str) -> str:
    """Return what a conference's page is called: it says nothing of the case (RELIABILITY T1)."""
    return sha256(f"conference\0{meeting}".encode()).hexdigest()[:20]


def case_code(ref: str) -> str:
    """Return what a case's page is called: no reference stands in an address or a browser's history."""
    return sha256(f"case\0{ref}".encode()).hexdigest()[:20]


def topic_of(obligations: Iterable[str]) -> str:
    """Return what messages about the same obligations have in common, without saying which these are."""
    return sha256("|".join(sorted(set(obligations))).encode()).hexdigest()[:16]


def _sign(seed: bytes, key: bytes, purpose: Purpose) -> bytes:
    named = (purpose.message, purpose.obligation, purpose.person, purpose.action, purpose.revision)
    return hmac.digest(key, seed + "\x00".join(map(str, named)).encode(), "sha256")[:SEED_BYTES]
