"""A case as a feed tells it, while it is gathered: the JSON form of DOMAIN section 2."""

from typing import Any

Body = dict[str, Any]


def put(facts: Body, name: str, fact: object) -> None:
    """Add a fact, once however often it is told; a second one makes a list."""
    if fact is None:
        return
    there = facts.get(name)
    known = there if isinstance(there, list) else [] if there is None else [there]
    if fact not in known:
        facts[name] = [*known, fact] if known else fact
