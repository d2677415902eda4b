"""Looks at Redis before anybody relies on it."""

from collections.abc import Iterator
from pathlib import Path

from daemon.domain.errors import Refusal
from daemon.examined import Finding, doubt, fault, fine
from daemon.jobs.on_redis import FAILURES, RedisWire
from daemon.jobs.reach import Reach, reason_of

ADVICE = {
    "no-access": "correct the password in the address, or in broker_password_file",
    "no-redis": "something else listens there: correct the address",
    "no-answer": "see how busy it is",
    "full": "raise its maxmemory",
    "read-only": "name the first of the servers, not a copy",
}


def examine(url: str, authority: str, password_file: Path | None = None) -> Iterator[Finding]:
    """Yield whether Redis does what it is asked, and whether it throws away what it has no room for."""
    try:
        wire = RedisWire(url, authority, Reach(), password_file)
    except Refusal as refusal:
        yield from (fault(one.what, one.mend) for one in refusal.problems)
        return
    try:
        wire.prove()
        told = wire.client.info("memory")
    except FAILURES as error:
        reason = reason_of(error)
        mend = ADVICE.get(reason, "start it, or correct the address: until then sending is slower")
        yield fault(f"Redis cannot be used ({reason})", mend)
        return
    finally:
        wire.client.close()
    yield fine("Redis answers")
    if told.get("maxmemory_policy", "noeviction") != "noeviction":
        yield doubt("Redis throws wake-ups away when it is full", "set maxmemory-policy noeviction")
