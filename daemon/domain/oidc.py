"""What an OpenID Connect provider must be before its word counts: named to the letter, and never overheard."""

from urllib.parse import urlsplit

from daemon.domain.secret import is_loopback

DISCOVERY = "/.well-known/openid-configuration"
ASYMMETRIC = tuple(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))
KEY_TYPES = ("RSA", "EC", "OKP")
LEEWAY_S = 60  # by how much two clocks may differ
FRESH_S = 3600.0  # how long what the provider says of itself is believed
ANEW_S = 60.0  # how soon its keys may be asked for again because a token names an unknown one


def issuer(value: str) -> str:
    """Return a provider's issuer to the letter: it is compared, not read; raises ValueError."""
    parts = urlsplit(value)
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"this is no issuer; copy it from the provider's {DISCOVERY}")
    if not is_private(value):
        raise ValueError("who somebody is would cross a network in the clear; write https")
    return value


def is_private(address: str) -> bool:
    """Return whether what is said to an address cannot be overheard."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def may_sign(key: object) -> bool:
    """Return whether this is a public key that tokens may be signed with: never a shared secret."""
    return isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use") != "enc"
