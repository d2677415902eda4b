"""What every station is given: the rulebook in force, the calendar, and how this authority works."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from daemon.decide.merge import merge
from daemon.decide.obligations import Deciding
from daemon.decide.reading import Reading, read_record
from daemon.decide.recipients import People
from daemon.domain.errors import Problem, Severity
from daemon.domain.record import Record
from daemon.domain.times import day_of
from daemon.ports import CaseSource, Channel, Directory
from daemon.store import StoredFragment, Tx, apart

CASE_SYSTEM = "case_system"
UNREAD = (None, None, Reading(None, ()))
REMEMBERED = 1000  # records are kept in memory: what is due now is asked for again and again


@dataclass(frozen=True, slots=True)
class Feed:
    """One configured source and the job that it does. `read_every` and `fresh_within` are durations."""

    name: str
    role: str
    source: CaseSource
    read_every: timedelta
    fresh_within: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """How messages leave this authority.

    `internal` and `accepted` are mail domains; `unknown_gets` is `L0` or `nothing`.
    """

    title: str
    operator: str
    fallback: str
    address: str
    link_key: bytes
    internal: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()
    unknown_gets: str = "L0"
    link_days: int = 14
    connections: int = 4
    lease: timedelta = timedelta(seconds=30)
    send_deadline: timedelta = timedelta(seconds=20)
    retry_first: timedelta = timedelta(seconds=15)
    retry_most: timedelta = timedelta(minutes=15)
    hold_working_days: int = 1


@dataclass(slots=True)
class House:
    """One authority's set-up. `deciding` changes with the rulebook; all else stands for a run."""

    deciding: Deciding
    terms: Terms
    feeds: Mapping[str, Feed]
    channels: Mapping[str, Channel]
    directory: Directory | None = None
    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    enforce_from: date | None = None
    worker: str = "run"
    older: dict[str, Deciding] = field(default_factory=dict)
    _people: tuple[datetime | None, People] | None = None
    _read_before: dict[str, tuple[object, object, Reading]] = field(default_factory=dict)

    def read_cases(self, tx: Tx, refs: Collection[str]) -> dict[str, Reading]:
        """Return the merged record of each case that any feed knows, with what is wrong with it.

        What was read a moment ago and has not changed since is not read again. One without a record
        is a case of which what is stored cannot be read: it keeps no other from being read.
        """
        marks = tx.fragments.marks(refs)
        found: dict[str, Reading] = {}
        for ref, mark in marks.items():
            words, before, reading = self._read_before.get(ref, UNREAD)
            if before == mark and words is self.deciding.words:
                found[ref] = reading
        others, spoilt = apart(tx.fragments.of, marks.keys() - found.keys(), "fragments")
        for ref, stored in others.items():
            found[ref] = self._read(ref, stored)
            if found[ref].record is not None:
                self._remember(ref, marks[ref], found[ref])
        return found | {ref: unreadable(ref, why) for ref, why in spoilt.items()}

    def _remember(self, ref: str, mark: object, reading: Reading) -> None:
        while len(self._read_before) >= REMEMBERED:
            self._read_before.pop(next(iter(self._read_before), ""), None)
        self._read_before[ref] = self.deciding.words, mark, reading

    def _read(self, ref: str, found: Sequence[StoredFragment]) -> Reading:
        try:
            body = merge([(one.feed, one.body) for one in found], self.order)
            reading = read_record(body, self.deciding.words, ref)
        except Exception as error:  # noqa: BLE001 - no feed gave this: whatever it is, it is spoilt
            return unreadable(ref, f"fragments, {type(error).__name__}")
        if reading.record is None or reading.record.ref != ref.strip():
            return unreadable(ref, "fragments, it names no case or another one")
        masters = {feed.name for feed in self.feeds_of(CASE_SYSTEM)}
        if masters and not masters & {one.feed for one in found}:
            shown = " and ".join(one.feed for one in found)
            orphan = Problem(
                f"{ref}: ref", f"only {shown} shows this case; the case system does not",
                "check the reference in that feed", Severity.WARNING,
            )  # fmt: skip
            return reading._replace(problems=(*reading.problems, orphan))
        return reading

    def record(self, tx: Tx, ref: str) -> Record | None:
        """Return the merged record of one case."""
        reading = self.read_cases(tx, [ref]).get(ref)
        return reading.record if reading else None

    def people(self, tx: Tx) -> People:
        """Return the directory as it was last read; kept in memory until it is read again."""
        read_at = tx.people.read_at()
        if self._people is None or self._people[0] != read_at:
            self._people = (read_at, People(tx.people.all(), self.terms.fallback))
        return self._people[1]

    def forget_people(self) -> None:
        """Have the directory looked up again: it was just read."""
        self._people = None

    def feeds_of(self, role: str) -> list[Feed]:
        """Return the feeds that do a job."""
        return [feed for feed in self.feeds.values() if feed.role == role]


def unreadable(ref: str, why: str) -> Reading:
    """Return that what is stored of a case cannot be read, and where and why."""
    what = f"what is stored of this case cannot be read ({why})"
    mend = (
        "its feeds are asked for it again, and its messages wait; if it stays, restore the database"
    )
    return Reading(None, (Problem(ref, what, mend),))


def canonical(body: Mapping[str, Any]) -> str:
    """Return the one text form of a body: what fingerprints are made of."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def weeks_of(now: datetime) -> int:
    """Return a number for the ISO week, rising for ever: 202610 for the tenth of 2026."""
    year, week, _ = day_of(now).isocalendar()
    return year * 100 + week
