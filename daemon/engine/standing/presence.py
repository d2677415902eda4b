"""Which processes are at work on a database, and whether they tell people alike: one that does not sends nothing."""

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog

from daemon import RELEASE
from daemon.domain.errors import Problem, Refusal
from daemon.domain.sent import Head
from daemon.engine.house import canonical
from daemon.engine.standing.guard import Guard
from daemon.ports import Clock
from daemon.store import Outside, Store, Tx

log = structlog.get_logger("daykeeper.presence")
BEAT_EVERY_S = 5.0
ALIVE_S = 15.0  # a process that has not said so for longer counts as gone
# so long a worker that was killed or hangs is a figure yet: an alarm asks for two
TOLD_OF = timedelta(minutes=10)
LEADER = "leader"  # the lease of the run that decides
RUN, WORKER = "run/", "worker/"  # the leases of the processes that are there begin so
SAID = "process/"  # the marks, one a process, with what it last said of itself
AGREED = "agreed"  # the mark with the fingerprints of what the last run tells people by
LINK_KEY = "link key"
SHORT = 8  # of a fingerprint, so much is shown


@dataclass(frozen=True, slots=True)
class Process:
    """One process that is there. `terms` are fingerprints by the name of a setting, with the links' key.

    `redis` says why it cannot use Redis, `unkept` why it can keep nothing outside the database; empty where it can.
    """

    name: str
    is_run: bool
    machine: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)
    redis: str = ""
    unkept: str = ""
    release: str = ""


class Presence:
    """One process among those at work: says that it is here, and whether it tells people as was agreed."""

    def __init__(self, store: Store, name: str, terms: Mapping[str, str], *, is_run: bool) -> None:
        """`terms` are the fingerprints of its settings and of its key."""
        self.store, self.name, self.terms, self.is_run = store, name, terms, is_run
        self.other: list[str] = []  # the settings in which it differs from what was agreed
        self.is_behind = False  # the rules in force cannot be read by this release
        self.overtaken_by = ""  # the run of a newer release that can read them

    def begin(self, now: datetime) -> None:
        """Have everybody tell people as this run does. Raises Refusal beside a live run that does not."""
        with self.store.write() as tx:
            self.fit_in(tx, now)
            tx.marks.put(AGREED, canonical(self.terms))
            self._say(tx, now, "", "")
        self.other = []

    def fit_in(self, tx: Tx, now: datetime) -> None:
        """Raise Refusal where another run is there that tells people otherwise."""
        for one in processes(tx, now):
            names = differing(one.terms, self.terms)
            if one.is_run and one.name != self.name and names:
                what = (
                    f"another run ({one.name} on {one.machine}), seen within {ALIVE_S:.0f} seconds, "
                    f"tells people otherwise, and these differ: {', '.join(names)}"
                )
                mend = "copy them from there, or stop every run before one starts with new ones"
                raise Refusal(Problem("settings", what, mend))

    def beat(self, now: datetime, redis: str | None, unkept: str | None) -> None:
        """Say that we are here and what we cannot use, and look whether we still agree."""
        with self.store.write() as tx:
            self.store.must_fit(tx)
            self._say(tx, now, redis or "", unkept or "")
            self.agrees(tx)
            self._give_way(tx, now)

    def agrees(self, tx: Tx) -> bool:
        """Return whether we tell people as the run that started last does."""
        other = differing(agreed(tx), self.terms)
        if other != self.other:
            self.other = other
            if other:
                log.error("settings.differ", which=other, instead="nothing is sent by this process")
            else:
                log.info("settings.agree")
        return not other

    def newer(self, now: datetime) -> str:
        """Return which other run, of a newer release, is at work here; empty where none is."""
        with self.store.read() as tx:
            return self._newer(tx, now)

    def troubles(self) -> list[str]:
        """Return why this process sends nothing, in plain words."""
        if self.other:
            return [f"it sends nothing: {_otherwise(self.other)}"]
        return [f"it sends nothing: {_overtaken(self.overtaken_by)}"] if self.overtaken_by else []

    def leave(self, tx: Tx, now: datetime) -> None:
        """Be gone at once, and without a trace: who was told to stop is no alarm."""
        tx.leases.release(self._kind + self.name, self.name, now)
        tx.leases.forget(self._kind + self.name, now)

    def _give_way(self, tx: Tx, now: datetime) -> None:
        """Leave all to a run that can read the rules in force, where there is one and we cannot."""
        by = self._newer(tx, now) if self.is_behind else ""
        if by:
            tx.leases.release(LEADER, self.name, now)
        if by and not self.overtaken_by:
            log.error("release.overtaken", by=by, instead="nothing is sent by this process")
        self.overtaken_by = by

    def _newer(self, tx: Tx, now: datetime) -> str:
        ours = _ordered(RELEASE)
        for one in processes(tx, now):
            if one.is_run and one.name != self.name and _ordered(one.release) > ours:
                return f"{one.name} on {one.machine}, of release {one.release},"
        return ""

    @property
    def _kind(self) -> str:
        return RUN if self.is_run else WORKER

    def _say(self, tx: Tx, now: datetime, redis: str, unkept: str) -> None:
        said = {
            "machine": platform.node(), "terms": self.terms, "redis": redis, "unkept": unkept, "release": RELEASE,
        }  # fmt: skip
        tx.leases.take(self._kind + self.name, self.name, now, ALIVE_S)
        tx.marks.put(SAID + self.name, canonical(said))
        if tx.leases.forget(RUN, now) + tx.leases.forget(WORKER, now - TOLD_OF):
            here = {SAID + one.name for one in processes(tx, now)}
            tx.marks.forget(tx.marks.starting(SAID).keys() - here)


class AgreedGuard(Guard):
    """The guard of a process among others: nothing is decided or sent by terms that have been replaced."""

    def __init__(
        self, store: Store, outside: Outside | None, clock: Clock, presence: Presence
    ) -> None:
        super().__init__(store, outside, clock)
        self._presence = presence

    def allows(self) -> bool:
        """Return whether anything may be decided or sent."""
        is_ours = not self._presence.other and not self._presence.overtaken_by
        return is_ours and super().allows()

    def stands(self, tx: Tx, before: Head | None = None) -> bool:
        """Return the same of a transaction: what it begins goes out by the terms that it sees."""
        is_ours = self._presence.agrees(tx) and not self._presence.overtaken_by
        return is_ours and super().stands(tx, before)


def fingerprint(value: object) -> str:
    """Return what tells one value from another, and not what it is."""
    return sha256(canonical({"": value}).encode()).hexdigest()


def differing(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    """Return the names of the settings that are not the same; one that only we know is taken to be."""
    return [name for name, mine in ours.items() if theirs.get(name, mine) != mine]


def agreed(tx: Tx) -> dict[str, str]:
    """Return the fingerprints of what everybody tells people by; none before the first run."""
    found: dict[str, str] = json.loads(str(tx.marks.get(AGREED) or "{}"))
    return found


def processes(tx: Tx, now: datetime) -> list[Process]:
    """Return the runs and the workers that are there, each with what it last said of itself."""
    known = {one.name for one in fields(Process)}  # another release may say more of itself
    said = {
        name: {key: word for key, word in json.loads(str(value)).items() if key in known}
        for name, value in tx.marks.starting(SAID).items()
    }
    return [
        Process(name, kind == RUN, **said.get(SAID + name, {}))
        for kind in (RUN, WORKER)
        for name in tx.leases.held(kind, now)
    ]


def unkept_on(found: list[Process]) -> dict[str, str]:
    """Return the machines on which a process cannot write the state file, each with why."""
    return {one.machine: one.unkept for one in found if one.unkept}


def presence_in_words(found: list[Process], by: Mapping[str, str]) -> list[str]:
    """Return what needs attention about them; `by` is what everybody should tell people by."""
    lines = [
        f"{one.name} on {one.machine} sends nothing: {_otherwise(other)}"
        for one in found
        if (other := differing(by, one.terms))
    ]
    return lines + [f"{why}, on {machine}" for machine, why in unkept_on(found).items()]


def broker_in_words(found: list[Process]) -> list[str]:
    """Return which of them cannot use Redis, and what they do instead."""
    return [
        f"redis does not do its work for {one.name} on {one.machine} ({one.redis}): "
        "messages go out by a look into the database, seconds later; see that its server runs"
        for one in found
        if one.redis
    ]


def listed(
    tx: Tx, found: list[Process], now: datetime, by: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return them as `status` tells them: of settings and key the beginning of a fingerprint, never a value."""
    leading = tx.leases.held(LEADER, now)
    return [
        {
            "name": one.name, "kind": "run" if one.is_run else "worker", "machine": one.machine,
            "leads": one.name in leading,
            "settings": fingerprint({name: print_ for name, print_ in one.terms.items() if name != LINK_KEY})[:SHORT],
            "link_key": one.terms.get(LINK_KEY, "")[:SHORT],
            "differs": differing(by, one.terms), "redis": one.redis or None,
        }
        for one in found
    ]  # fmt: skip


def _ordered(release: str) -> tuple[int, ...]:
    """Return what orders releases: 0.10.0 is newer than 0.9.1, and any than one that did not say."""
    return tuple(int(part) for part in release.split(".") if part.isdecimal())


def _overtaken(by: str) -> str:
    return f"{by} goes by rules that this release cannot read; start that release here, too"


def _otherwise(names: list[str]) -> str:
    return (
        f"the run that started last tells people otherwise ({', '.join(names)}); "
        "start it again with the settings of that run"
    )
