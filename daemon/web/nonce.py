"""The nonce of a page's form: shows that whoever posts has opened that very page, and not long ago."""

import hmac
from datetime import datetime

HOURS = 12  # how long an opened page may be used
HOUR_S = 3600


def nonce(token: str, key: bytes, now: datetime) -> str:
    """Return what the form on the page of this link carries; every process with the key makes the same."""
    return _sign(token, key, _hour(now))


def is_nonce(text: str, token: str, key: bytes, now: datetime) -> bool:
    """Return whether the text came from that page within the last hours, in constant time."""
    latest = _hour(now)
    made = [_sign(token, key, hour) for hour in range(latest, latest - HOURS, -1)]
    return any([hmac.compare_digest(text.encode(), one.encode()) for one in made])  # noqa: C419 - every one


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // HOUR_S


def _sign(token: str, key: bytes, hour: int) -> str:
    return hmac.digest(key, f"page\x00{hour}\x00{token}".encode(), "sha256").hex()
