"""Station 3, escalate: the ladders that are due, from rungs to notices, in the transaction that moves the rung."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import structlog

from daemon.decide.due.deadlines import after
from daemon.decide.due.ladder import DATA_IS_OLD, Firing, Fresh, Look
from daemon.decide.trying.walk import group_of
from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.deadline import Unit
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.rules import Rule
from daemon.domain.times import EVER, iso, say
from daemon.domain.track import Track
from daemon.engine.house import House, weeks_of
from daemon.engine.telling.batch import Batch
from daemon.engine.telling.brake import brake
from daemon.engine.telling.operator import tell_operator
from daemon.engine.telling.quiet import quiet_until
from daemon.engine.telling.unheld import tell_unheld
from daemon.engine.telling.ways import ways
from daemon.store import CaseRow, Store, StoreLost, StoreUnavailable, Tx, apart

log = structlog.get_logger("daykeeper.escalate")
BATCH = 1000
AGAIN, SOON = timedelta(minutes=15), timedelta(seconds=10)
NEVER, ALWAYS = Fresh(None), Fresh(datetime.max.replace(tzinfo=UTC))


class Escalator:
    """Climbs ladders. A rung fires once: the notice's key is unique, and rung and notice move together."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house

    def stale_roles(self, now: datetime) -> set[str]:
        """Return the feed roles that ladders due now rely on and whose data is not known up to their moment."""
        with self.store.read() as tx:
            tracks = tx.obligations.due(now, BATCH)
            cases, _ = apart(tx.cases.of, {track.ref for track in tracks}, "cases")
            roles = {
                role
                for track in tracks
                if (case := cases.get(track.ref))
                and (rule := self.house.rule_of(track, case.pathway))
                for role in rule.relies_on
            }
            fresh = {role: self._freshness(tx, (role,)) for role in roles}
        return {role for role, one in fresh.items() if not one.covers(now)}

    def escalate(self, now: datetime, limit: int = BATCH) -> int:
        """Look at the ladders that are due by `now`; return how many there were."""
        with self.store.write() as tx:
            tracks = tx.obligations.due(now, limit)
            if not tracks:
                return 0
            cases, spoilt = apart(tx.cases.of, {track.ref for track in tracks}, "cases")
            tx.cases.touch(sorted(spoilt), now)  # its row is made anew from its record
            fresh = cache(lambda roles: self._freshness(tx, roles))
            batch = Batch(tx, self.house, now, lambda rule: fresh(rule.relies_on), cases)
            held, silenced = quiet_until(tx, cases, now + AGAIN)
            looked_at: list[tuple[Track, Track]] = []
            notices: dict[Key, Notice] = {}
            for track in tracks:
                rule, case = batch.rule_of(track), cases.get(track.ref)
                told: list[Notice] = []
                resting = held if rule and rule.never_rests else silenced | held
                if track.ref in spoilt:
                    seen = replace(track, next_at=now + SOON)
                elif rule is None or case is None or case.access is None:
                    seen = self._stop(tx, track, now)
                elif track.ref in resting:
                    seen = self._rest(tx, track, now, resting[track.ref])
                else:
                    seen, told = self._climb(batch, track, rule, case)
                looked_at.append((track, seen))
                notices.update((one.key, one) for one in told)
            fired = self._fire(batch, list(notices.values()), tracks)
            tx.obligations.climb(looked_at)
        log.info("ladders.climbed", ladders=len(tracks), notices=fired)
        return len(tracks)

    def _climb(
        self, batch: Batch, track: Track, rule: Rule, case: CaseRow
    ) -> tuple[Track, list[Notice]]:
        """Return a ladder as it stands now, and what it tells; one that cannot be climbed stops no other."""
        try:
            seen = batch.look(track, rule)
            return seen.track, self._tell(batch, track, seen, rule, case)
        except (StoreLost, StoreUnavailable):
            raise
        except Exception:  # it is told, and tried again
            log.exception("ladder.unclimbed", obligation=track.id)
            detail = "a ladder cannot be climbed; see the log, and report it to us"
            topic, message, week = "unclimbed", "operator-quarantine", weeks_of(batch.now)
            tell_operator(batch.tx, self.house, batch.now, topic, message, detail, week)
            return replace(track, next_at=batch.now + AGAIN), []

    def _stop(self, tx: Tx, track: Track, now: datetime) -> Track:
        """Look at a ladder no more: nobody knows what it says, or of whom."""
        tx.journal.write(now, "ladder.stopped", track.id, "its rule or its record is gone", {})
        return replace(track, next_at=None)

    def _rest(self, tx: Tx, track: Track, now: datetime, until: datetime | None) -> Track:
        """Hold a ladder whose family is held; or which is silenced; what has passed goes out afterwards."""
        if track.held_since is None:
            tx.journal.write(
                now, "rung.held", track.id, "its family is held, or it is silenced", {}
            )
        return replace(track, held_since=track.held_since or now, next_at=until)

    def _fire(self, batch: Batch, notices: Sequence[Notice], tracks: Sequence[Track]) -> int:
        """Insert the notices of a batch of ladders; what has fired before does not fire again.

        A rung is one entry of the journal, with all whom it tells.
        """
        tx, now = batch.tx, batch.now
        digest = {track.id: track.pack_digest for track in tracks}
        inserted = tx.notices.insert(notices)
        rungs: dict[tuple[str, str, int], list[Notice]] = defaultdict(list)
        for notice in inserted:
            key = notice.key
            rungs[key.obligation, key.rung, key.occurrence].append(notice)
        for (obligation, rung, occurrence), each in rungs.items():
            told = [(one.key.person, one.key.channel, one.role) for one in each]
            tx.journal.write(
                now, "rung.fired", f"{obligation}|{rung}|{occurrence}", each[0].because,
                {"rung_at": iso(each[0].at), "digest": digest[obligation], "told": told},
            )  # fmt: skip
        rules = ((track.id, batch.rule_of(track)) for track in tracks)
        own = {id_: frozenset(rule.responsible) for id_, rule in rules if rule}
        brake(tx, self.house, inserted, own, now)
        return len(inserted)

    def _freshness(self, tx: Tx, roles: Sequence[str]) -> Fresh:
        """Return how fresh the data of the relied roles is: of the stalest of them.

        A role that no feed does is never fresh: nobody is accused on data that nobody sends.
        """
        found = []
        for role in roles:
            if role == ANSWERS:
                continue  # what people tell us is known at once
            feeds = self.house.feeds_of(role)
            if not feeds:
                return NEVER
            for feed in feeds:
                state = tx.feeds.get(feed.name)
                found.append(Fresh(state.as_known_at if state else None, feed.fresh_within))
        if any(one.known_at is None for one in found):
            return NEVER
        return min(found, key=lambda one: (one.known_at or EVER) + one.fresh_within, default=ALWAYS)

    def _tell(
        self, batch: Batch, track: Track, seen: Look, rule: Rule, case: CaseRow
    ) -> list[Notice]:
        tx, now = batch.tx, batch.now
        for skipping in seen.skippings:
            tx.journal.write(
                now, "rung.skipped", track.id, skipping.because, {"rung": skipping.rung}
            )
        if seen.broken_promise:
            promise = tx.promises.latest_open(track.id)
            if promise is not None and promise.until <= now:
                tx.promises.mark_broken(track.id)
                tx.journal.write(
                    now, "promise.broken", track.id, f"promised by {say(promise.until)}", {}
                )
        if seen.held is not None:
            self._hold(batch, track, seen, rule, case)
            return []
        return [one for firing in seen.firings for one in self._notices(batch, track, firing, case)]

    def _notices(
        self, batch: Batch, track: Track, firing: Firing, case: CaseRow
    ) -> Iterator[Notice]:
        rung, people, now = firing.rung, batch.people, batch.now
        channels = self._ways(batch.tx, track, rung.via, now)
        reached: set[str] = set()
        for role in rung.to:
            found = batch.resolve(role, track.id, case.access)
            tell_unheld(batch.tx, self.house, now, track.id, case, role, found)
            told_as, told = role, found.people
            if not channels and told:  # none left: the fallback role, by whatever channel there is
                fallback = people.fallback()
                told_as, told = people.fallback_role, (fallback,) if fallback else ()
            for person in told:
                if person.id in reached:
                    continue
                reached.add(person.id)
                for channel in ways(self.house, person, channels or list(self.house.channels)[:1]):
                    yield Notice(
                        Key(track.id, rung.name, firing.occurrence, person.id, channel),
                        Kind.ASK if rung.ask else Kind.TELL,
                        rung.message, firing.at, now, Lane.URGENT if rung.urgent else Lane.ROUTINE,
                        told_as, (case.ref,), group_of(case), firing.because, after_due=firing.after_due,
                    )  # fmt: skip

    def _channels(self, via: Sequence[str]) -> list[str]:
        return [word for word in via if word in self.house.channels]

    def _ways(self, tx: Tx, track: Track, via: Sequence[str], now: datetime) -> list[str]:
        """Return the configured channels; one that nobody configured is journalled (DOMAIN 5.14)."""
        for word in via:
            if word not in self.house.channels:
                tx.journal.write(
                    now,
                    "channel.missing",
                    track.id,
                    f"{word} is not configured",
                    {"channel": word},
                )
        return self._channels(via)

    def _hold(self, batch: Batch, track: Track, seen: Look, rule: Rule, case: CaseRow) -> None:
        """Journal a hold once; past its limit the operator and the responsible person are told, nobody above."""
        tx, now = batch.tx, batch.now
        calendar = self.house.deciding.calendar
        if track.held_since is None:
            tx.journal.write(
                now, "rung.held", track.id, f"waits for data as at {say(seen.held or now)}", {}
            )
        since = track.held_since or now
        limit = after(since, self.house.terms.hold_working_days, Unit.WORKING_DAYS, calendar)
        if not (limit <= now and calendar.may_tell(limit, now)):
            return
        states = [
            tx.feeds.get(feed.name) for role in rule.relies_on for feed in self.house.feeds_of(role)
        ]
        known = min(
            (state.as_known_at for state in states if state and state.as_known_at), default=None
        )
        detail = f"our last data is from {say(known)}" if known else "no data has been read yet"
        notices = []
        for role in rule.responsible:
            for person in batch.resolve(role, track.id, case.access).people:
                for channel in self._channels(("email",)):
                    key = Key(track.id, DATA_IS_OLD, track.occurrence, person.id, channel)
                    notices.append(
                        Notice(
                            key, Kind.TELL, DATA_IS_OLD, now, now, Lane.ROUTINE, role, (case.ref,), group_of(case),
                            because=detail, detail=detail,
                        )
                    )  # fmt: skip
        for notice in tx.notices.insert(notices):
            tx.journal.write(now, "notice.fired", str(notice.key), detail, {"role": notice.role})
        tell_operator(
            tx, self.house, now, f"held/{'+'.join(rule.relies_on)}", "operator-feed",
            f"{' and '.join(rule.relies_on)}: {detail}; what relies on it is held", int(since.timestamp()) // 86400,
        )  # fmt: skip
