"""Records that others post to us: each is kept as its feed's fragment, and answered for by itself."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

import structlog

from daemon.decide.record.keeping import keep_known
from daemon.decide.record.reading import read_record
from daemon.domain.errors import Problem
from daemon.domain.times import iso
from daemon.engine.house import Feed, House
from daemon.engine.records.watch import Watcher, tell_of_rows
from daemon.ports import Clock, Denied, Fragment, Page, Unreadable
from daemon.store import FeedState, Store, StoredFragment

log = structlog.get_logger("daykeeper.posted")
PURGE = "purge"
# what a record that is purged leaves behind
STAYS = ("formerly", "restricted", "holders", "excluded")
KEPT_FOR = timedelta(days=1)
NOWHERE = "records["  # the place of a record without a reference
HANDED_IN = "posted/"  # the marks of idempotency keys
SEEN = "posted-seen/"


class Reused(Exception):
    """The idempotency key was used for another body."""


class Verdict(StrEnum):
    """What became of one record. OLDER: something newer is known of its case."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OLDER = "older"
    PURGED = "purged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Answered:
    """One record: its case where it has one, what became of it, and what is wrong with it."""

    ref: str | None
    verdict: Verdict
    problems: tuple[Problem, ...] = ()


class Posted:
    """Takes in what is posted. The same records again change nothing; older ones never win."""

    def __init__(self, store: Store, house: House, watcher: Watcher, clock: Clock) -> None:
        self.store, self.house, self.watcher, self.clock = store, house, watcher, clock

    def take(self, proof: str, key: str, body: bytes) -> list[Answered]:
        """Return what became of each record, in their order.

        Raises Denied unless one feed knows the proof, Unreadable where that cannot be known now,
        ValueError for a body that cannot be read, Reused.
        """
        feed, page = self._page(proof, key, body)
        known_at = min(page.as_known_at, self._hand_in(feed, key, body))
        page = replace(page, as_known_at=known_at, cursor=iso(known_at))
        found: list[Answered] = []
        for fragment in page.records:
            one = self._look(fragment)
            if one.ref is not None and any(one.ref == other.ref for other in found):
                what = "its case stands in this post before, and that one counts"
                wrong = Problem(f"{fragment.place}: ref", what, "send each case once")
                one = Answered(None, Verdict.REFUSED, (wrong,))
            found.append(one)
        known = self._known(feed, {one.ref for one in found if one.ref is not None})
        records = [
            Fragment(
                self._body(fragment.body, one.ref, known.get(one.ref)), f"{feed.name}/{one.ref}"
            )
            for one, fragment in zip(found, page.records, strict=True)
            if one.ref is not None
        ]
        changed, dropped = self.watcher.take(feed, replace(page, records=records))
        stands = self._known(feed, {one.ref for one in found if one.ref} - changed)
        answers = [
            one
            if one.ref is None
            else replace(one, verdict=self._verdict(one, page, changed, stands.get(one.ref)))
            for one in found
        ]
        is_longer = any(one.ref and one.ref not in known for one in answers)
        self._saw(feed, page, answers, dropped, is_longer=is_longer)
        return answers

    def _look(self, fragment: Fragment) -> Answered:
        """Return what is wrong with a record as it stands; without a reference where it cannot be kept."""
        words = self.house.deciding.words
        given: dict[str, Any] = {"facts": {}} if is_purged(fragment.body) else {}
        given |= {key: value for key, value in fragment.body.items() if key != PURGE}
        body, dropped = keep_known(given, words)
        reading = read_record(body, words, fragment.place)
        if reading.record is None:
            return Answered(None, Verdict.REFUSED, reading.problems)
        if not isinstance(fragment.body.get(PURGE, False), bool):
            what, mend = "is neither true nor false", "leave it out where nothing is withdrawn"
            return Answered(
                None, Verdict.REFUSED, (Problem(f"{fragment.place}: purge", what, mend),)
            )
        is_withdrawn = is_purged(fragment.body)
        verdict = Verdict.PURGED if is_withdrawn else Verdict.CHANGED
        return Answered(reading.record.ref, verdict, (*dropped, *reading.problems))

    def _known(self, feed: Feed, refs: set[str]) -> dict[str, StoredFragment]:
        with self.store.read() as tx:
            stored = tx.fragments.of(refs)
        return {ref: one for ref, each in stored.items() for one in each if one.feed == feed.name}

    @staticmethod
    def _body(body: Mapping[str, Any], ref: str, before: StoredFragment | None) -> dict[str, Any]:
        """Return what is kept of a record: of one that is withdrawn, who must not learn of it."""
        if not is_purged(body):
            return {key: value for key, value in body.items() if key != PURGE}
        stays = {**(before.body if before else {}), **body}
        return {"ref": ref, "facts": {}, **{key: stays[key] for key in STAYS if key in stays}}

    @staticmethod
    def _verdict(
        one: Answered, page: Page, changed: set[str], stands: StoredFragment | None
    ) -> Verdict:
        """Return what became of a record, by what stands now: another post may have come meanwhile."""
        if one.ref in changed:
            return one.verdict
        is_older = stands is not None and stands.as_known_at > page.as_known_at
        return Verdict.OLDER if is_older else Verdict.UNCHANGED

    def _page(self, proof: str, key: str, body: bytes) -> tuple[Feed, Page]:
        """Return the feed whose sender this is, and what they say; raises Denied, Unreadable, ValueError."""
        found: list[tuple[Feed, Page]] = []
        unsure: Unreadable | None = None
        for feed in self.house.feeds.values():
            told = getattr(feed.source, "told", None)
            if told is None:
                continue
            try:
                found.append((feed, told(proof, key, body)))
            except Denied as why:
                if str(why):
                    log.info("records.refused", source=feed.name, reason=str(why))
            except Unreadable as error:
                log.warning("records.unproven", source=feed.name)
                unsure = error
        if unsure is not None and not found:
            raise unsure
        if len(found) != 1:  # what two feeds would take is nobody's
            raise Denied
        return found[0]

    def _hand_in(self, feed: Feed, key: str, body: bytes) -> datetime:
        """Remember a key with its body for a day; raises Reused where it came with another.

        Returns when it first came: what is sent once more says nothing of what lies between.
        """
        now, digest = self.clock(), sha256(body).hexdigest()[:32]
        if not key:
            return now
        name = f"{HANDED_IN}{feed.name}/{sha256(key.encode()).hexdigest()[:32]}"
        with self.store.write() as tx:
            tx.marks.alone(name)
            old = [
                one
                for one, value in tx.marks.starting(f"{HANDED_IN}{feed.name}/").items()
                if handed_in_at(value) < now - KEPT_FOR
            ]
            tx.marks.forget(old)
            known = tx.marks.get(name)
            if known is None:
                tx.marks.put(name, f"{iso(now)} {digest}")
                return now
            if str(known).partition(" ")[2] != digest:
                raise Reused
            return handed_in_at(known)

    def _saw(
        self,
        feed: Feed,
        page: Page,
        answers: Sequence[Answered],
        dropped: Sequence[Problem],
        *,
        is_longer: bool,
    ) -> None:
        """Record that the feed has spoken; what was wrong with these records before is forgotten.

        Its cases are counted where there is a new one: a post costs what is in it.
        """
        now, refs = self.clock(), {one.ref for one in answers}
        refused = [wrong for one in answers if one.ref is None for wrong in one.problems]
        with self.store.write() as tx:
            tx.marks.alone(f"{SEEN}{feed.name}")  # the last to write must be the last to count
            state = tx.feeds.get(feed.name)
            problems = [*dropped, *refused]
            new = tx.quarantine.amend(
                feed.name, lambda problem: is_about(problem, refs), problems, now
            )
            rows = tx.fragments.count(feed.name) if is_longer or state is None else state.rows
            seen = FeedState(
                feed.role, page.read_at, page.as_known_at, page.cursor, rows, whole=False, ok=True,
                problems=tx.quarantine.count(feed.name),
            )  # fmt: skip
            tx.feeds.saw(feed.name, seen)
            tell_of_rows(tx, self.house, feed, new, now)
            if state and not state.ok:
                tx.journal.write(now, "feed.recovered", feed.name, "records are posted again", {})
        log.info("records.posted", source=feed.name, rows=page.rows, problems=len(problems))


def is_about(problem: Problem, refs: Collection[str | None]) -> bool:
    """Return whether a problem stands in one of these cases, or in a post that could not be kept."""
    ref, _, _ = problem.where.partition(": ")
    return ref in refs or problem.where.startswith(NOWHERE)


def handed_in_at(mark: object) -> datetime:
    """Return when a key first came, by its mark."""
    return datetime.fromisoformat(str(mark).partition(" ")[0])


def is_purged(body: Mapping[str, Any]) -> bool:
    """Return whether a record says that it is withdrawn."""
    return body.get(PURGE) is True
