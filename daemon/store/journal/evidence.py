"""The journal as evidence: entries with what proves them, and old words that go while the chain stands."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from daemon.store.ground.gateway import Gateway, batches
from daemon.store.journal.chain import BLANK, GENESIS, HASHED, PURGED, digest, plain_entry
from daemon.store.journal.journal import RAW, Journal, journal, purged


class Evidence(Gateway):
    """What is asked of sealed entries about one case."""

    def __init__(self, connection: Connection, authority: str, journal_: Journal) -> None:
        super().__init__(connection, authority)
        self.journal = journal_

    def proofs(self, prefix: str, names: Collection[str]) -> list[dict[str, Any]]:
        """Return the sealed entries about what begins or is called so, each with the hash before it and its own.

        `entry` is what the hash is made of, so that each can be recomputed by whoever has it.
        """
        c = journal.c
        query = self._select(journal, *RAW, c.hash).where(c.number.is_not(None))
        rows = list(self._found(query.where(c.about >= prefix, c.about < f"{prefix}\U0010ffff")))
        for batch in batches(names):
            rows += self._found(query.where(c.about.in_(batch)))
        found = {row[-1]: dict(zip(HASHED, row[:-1], strict=True)) for row in rows}
        said = []
        for own, entry in sorted(found.items(), key=lambda one: one[1]["number"]):
            before = self.journal.hash_of(entry["number"] - 1) or GENESIS
            plain = plain_entry(self.authority, entry)
            said.append({"before": before, "hash": own, "entry": plain})
        return said

    def numbers(self, prefix: str, names: Collection[str], before: datetime) -> list[int]:
        """Return the numbers of the sealed entries about what begins or is called so, from before a moment."""
        c = journal.c
        query = self._select(journal, c.number).where(c.number.is_not(None), c.at < before)
        rows = list(self._found(query.where(c.about >= prefix, c.about < f"{prefix}\U0010ffff")))
        for batch in batches(names):
            rows += self._found(query.where(c.about.in_(batch)))
        return sorted({number for (number,) in rows})

    def purge(self, now: datetime, purge: str, numbers: Collection[int], because: str) -> int:
        """Take the words out of sealed entries, and say so in the journal; return of how many.

        Each keeps its number, moments, kind and hash, so that the chain stands. The entry that says so is never purged.
        """
        self.journal.flush()
        c = journal.c
        rows: list[Any] = []
        for batch in batches(numbers):
            query = self._select(journal, *RAW, c.hash).where(c.number.in_(batch), c.kind != PURGED)
            rows += self._found(query.where(c.about != BLANK["about"]))
        entries = [(dict(zip(HASHED, row[:-1], strict=True)), row[-1]) for row in rows]
        entries.sort(key=lambda one: one[0]["number"])
        gone = [entry["number"] for entry, _ in entries]
        for batch in batches(gone):
            blank = self._update(journal).where(c.number.in_(batch))
            self._change(blank.values(about=BLANK["about"], because=BLANK["because"], data={}))
        self._append(purged, [{"number": number, "purge": purge} for number in gone])
        if entries:
            said = {"entries": len(entries), "digest": digest(entries)}
            self.journal.write(now, PURGED, purge, because, said)
        return len(entries)
