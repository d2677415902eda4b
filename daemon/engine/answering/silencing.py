"""The silence switch: a service manager has nothing go out about one case; its clocks run on, and are shown.

Source: READINGS section 2, 14.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import iso, say
from daemon.domain.who import Who
from daemon.engine.answering.questions import holds
from daemon.engine.house import House
from daemon.store import SilencedRow, Store, Tx

log = structlog.get_logger("daykeeper.silencing")
MANAGERS = ("safeguarding_service_manager", "social_work_service_manager")
REASONS: Mapping[str, str] = {
    "record_is_wrong": "The record is wrong, and is being mended",
    "messages_do_harm": "Messages about this case may do harm",
    "handled_in_person": "It is being handled in person",
    "other": "Another reason, recorded in the case file",
}
LASTS = timedelta(days=7)
ASKED_BEFORE = timedelta(days=3)  # so that a weekend does not swallow the question
MESSAGE, TOPIC = "silence-ends", "silence/"  # a notice of it names the case behind that


class Silencing:
    """Takes what a manager says about a case, asks them before it ends, and ends it when a week is over."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house

    def is_manager(self, who: Who) -> bool:
        """Return whether somebody's sign-in says that they may silence cases at all."""
        return not who.roles.isdisjoint(MANAGERS)

    def cases(self, who: Who, now: datetime) -> list[SilencedRow]:
        """Return the silenced cases that are this person's to hear of."""
        with self.store.read() as tx:
            return [row for row in tx.silenced.all().values() if self._may(tx, who, row.ref, now)]

    def may(self, who: Who, ref: str, now: datetime) -> bool:
        """Return whether a case is this person's to silence."""
        with self.store.read() as tx:
            return self._may(tx, who, ref, now)

    def silence(self, who: Who, ref: str, reason: str, now: datetime) -> bool:
        """Silence a case for a week from now, or go on with it; False where it is not this person's to say."""
        with self.store.write() as tx:
            if reason not in REASONS or not self._may(tx, who, ref, now):
                return False
            before = tx.silenced.all().get(ref)
            since, until = before.since_at if before else now, now + LASTS
            tx.silenced.put(SilencedRow(ref, since, until, who.person, reason))
            data = {"until": iso(until), "by": who.person}
            tx.journal.write(now, "case.silenced", ref, reason, data)
        log.info("case.silenced", case_ref=ref, reason=reason)
        return True

    def end(self, who: Who, ref: str, now: datetime) -> bool:
        """Let a case be heard again; False where it is not silenced, or not this person's to say."""
        with self.store.write() as tx:
            return self._may(tx, who, ref, now) and self._end(tx, ref, f"by {who.person}", now)

    def settle(self, now: datetime) -> None:
        """End what is over by now, and ask about what soon will be."""
        with self.store.read() as tx:
            rows = tx.silenced.all().values()
        is_open = self.house.deciding.calendar.opening(now) == now
        for row in rows:
            if row.until_at <= now:
                with self.store.write() as tx:
                    self._end(tx, row.ref, "a week is over", now)
            elif row.asked_at is None and is_open and row.until_at - now <= ASKED_BEFORE:
                with self.store.write() as tx:
                    self._ask(tx, row, now)

    def _may(self, tx: Tx, who: Who, ref: str, now: datetime) -> bool:
        record = self.house.record(tx, ref)
        return record is not None and self._holds(tx, who, record, now)

    def _holds(self, tx: Tx, who: Who, record: Record, now: datetime) -> bool:
        access, people = self.house.deciding.access(record), self.house.people(tx)
        return any(holds(who, role, role, record, access, people, now) for role in MANAGERS)

    def _end(self, tx: Tx, ref: str, why: str, now: datetime) -> bool:
        """Let a case be heard: what its ladders have passed meanwhile fires now, as after downtime."""
        if not tx.silenced.end(ref):
            return False
        held = [
            replace(track, next_at=now)
            for track in tx.obligations.of([ref], to_change=True).get(ref, [])
            if track.state is State.OPEN and track.next_at is not None and track.held_since
        ]
        tx.obligations.save(held)
        tx.journal.write(now, "case.heard", ref, why, {})
        log.info("case.heard", case_ref=ref)
        return True

    def _ask(self, tx: Tx, row: SilencedRow, now: datetime) -> None:
        """Ask whoever silenced a case whether it is to go on, if they may still say so."""
        tx.silenced.put(replace(row, asked_at=now))
        record, person = self.house.record(tx, row.ref), self.house.people(tx).get(row.person)
        may_say = record is not None and self._holds(
            tx, Who(row.person, frozenset(MANAGERS)), record, now
        )
        if not may_say or person is None:
            return
        detail = f"{row.ref}: nothing goes out until {say(row.until_at)}."
        key = Key(f"{TOPIC}{row.ref}", MESSAGE, int(row.until_at.timestamp()), person.id, "email")
        asked = Notice(
            key, Kind.ASK, MESSAGE, now, now, Lane.ROUTINE, MANAGERS[0], (), None,
            because="a silenced case is reviewed weekly", detail=detail,
        )  # fmt: skip
        for notice in tx.notices.insert([asked]):
            tx.journal.write(now, "notice.fired", str(notice.key), notice.because, {})
