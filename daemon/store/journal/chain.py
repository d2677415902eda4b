"""The chain over the journal: what an entry's hash is made of, and what is wrong with a chain that was walked.

An entry's hash is the SHA-256, in hex, of the hash before it (64 noughts before the first) and the
entry as UTF-8 JSON with sorted keys, no spaces and nothing escaped that need not be: about, at,
authority, because, data, id, kind, number, sealed_at; moments as ISO 8601 with microseconds, +00:00.

Of an entry that was purged the words are gone and the hash stands, so that the chain goes on. Which entries
these are, and every other thing that they keep, is in the digest that the entry `journal.purged` carries.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from daemon.store.ground.columns import canonical, moment

GENESIS = "0" * 64
HASHED = ("about", "at", "because", "data", "id", "kind", "number", "sealed_at")
BLANK = {"about": "", "because": "", "data": "{}"}
PURGED = "journal.purged"
KEPT = ("id", "number", "at", "kind", "sealed_at")  # of an entry without its words


def plain_entry(authority: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as it is hashed. Raises ValueError for data that is not as we write it."""
    words = {name: entry[name] for name in ("about", "because", "id", "kind", "number")}
    moments = {
        name: moment(entry[name]).isoformat(timespec="microseconds") for name in ("at", "sealed_at")
    }
    data = json.loads(entry["data"])
    if canonical(data) != entry["data"]:
        raise ValueError("data")
    return {**words, **moments, "authority": authority, "data": data}


def hash_after(head: str, authority: str, entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry that follows a head."""
    return sha256((head + canonical(plain_entry(authority, entry))).encode()).hexdigest()


def digest(rows: Iterable[tuple[Mapping[str, Any], str]]) -> str:
    """Return the digest of purged entries, each with its hash, in the order of their numbers."""
    whole = sha256()
    for entry, kept in rows:
        whole.update(_line(entry, kept))
    return whole.hexdigest()


def _line(entry: Mapping[str, Any], kept: str) -> bytes:
    return (canonical([*(entry[name] for name in KEPT), kept]) + "\n").encode()


@dataclass(slots=True)
class Walk:
    """One walk along a chain. `outside` is a head that was kept elsewhere and must be in it."""

    authority: str
    outside: tuple[int, str] | None
    number: int = 0
    head: str = GENESIS
    promised: dict[str, tuple[int, str]] = field(default_factory=dict)
    _found: dict[str, tuple[int, int, Any]] = field(default_factory=dict)

    def step(self, entry: Mapping[str, Any], kept: str, purge: str | None) -> str | None:
        """Take the next entry; return what is wrong with it. Raises TypeError, ValueError or OverflowError too."""
        if purge is None:
            self.head = hash_after(self.head, self.authority, entry)
            self.promise(entry)
        elif any(entry[name] != blank for name, blank in BLANK.items()) or entry["kind"] == PURGED:
            return "it was purged and has words all the same"
        else:
            self.head = kept
            first, many, whole = self._found.get(purge, (entry["number"], 0, sha256()))
            whole.update(_line(entry, kept))
            self._found[purge] = first, many + 1, whole
        why = self._fault(self.number + 1, entry["number"], kept)
        self.number += why is None
        return why

    def promise(self, entry: Mapping[str, Any]) -> None:
        """Note which entries a purge says to have taken the words of."""
        if entry["kind"] == PURGED:
            data = json.loads(entry["data"])
            self.promised[entry["about"]] = int(data["entries"]), str(data["digest"])

    def end(self) -> tuple[int, str] | None:
        """Return the first entry that is wrong now that all were seen, and why; None where none is."""
        for purge, (first, many, whole) in self._found.items():
            if self.promised.get(purge) != (many, whole.hexdigest()):
                return first, "its words were purged, and no purge in the journal says so"
        back = [many for purge, (many, _) in self.promised.items() if purge not in self._found]
        if any(back):
            return self.number, "what was purged has words again"
        if self.outside and self.number < self.outside[0]:
            return self.number + 1, "the journal was longer when its head was kept outside"
        return None

    def _fault(self, number: int, stored: int, kept: str) -> str | None:
        if stored != number:
            return f"number {stored} stands in its place"
        if kept != self.head:
            return "its hash does not follow from it and the one before"
        if self.outside and self.outside[0] == number and self.outside[1] != self.head:
            return "its hash is not the one that was kept outside"
        return None
