"""Station 2, assess: from changed records to changed obligations, each with its reason, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import NamedTuple

import structlog

from daemon.decide.conference.conferences import Conference, conferences
from daemon.decide.duties.family import is_closed
from daemon.decide.duties.moves import Decision, moves
from daemon.decide.people.recipients import Access
from daemon.decide.record.reading import Reading
from daemon.decide.record.timeline import timeline
from daemon.domain.errors import Problem
from daemon.domain.invitation import Seat
from daemon.domain.record import Record
from daemon.domain.track import Track
from daemon.engine.conference.announce import Looked
from daemon.engine.conference.invite import Inviter
from daemon.engine.house import House, unreadable
from daemon.engine.records.apply import apply
from daemon.engine.records.contradictions import tell_contradictions, tell_elsewhere
from daemon.engine.records.exclusions import ineffective
from daemon.engine.records.handover import hand_over
from daemon.engine.records.rename import renames, take_over
from daemon.engine.records.unreadable import set_aside
from daemon.engine.standing.guard import RELEASED
from daemon.engine.standing.release import remember
from daemon.engine.telling.foresee import tell_again, wait_again
from daemon.engine.telling.operator import tell_operator
from daemon.engine.telling.quiet import settled
from daemon.store import CaseRow, ConferenceRow, Store, StoreLost, StoreUnavailable, Tx, apart

log = structlog.get_logger("daykeeper.assess")
BATCH = 300
AGAIN = timedelta(minutes=15)
REPORT = "see the log, and report it to us"


class Judged(NamedTuple):
    """What one case comes to."""

    row: CaseRow
    conferences: Sequence[Conference]
    decisions: Sequence[Decision]
    looked: Looked


class Assessor:
    """Decides the cases that changed. Deciding twice changes nothing: what stands is compared with what stood."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house
        self.inviter = Inviter(house)

    def waiting(self, now: datetime) -> int:
        """Return how many cases are to be assessed by `now`."""
        with self.store.read() as tx:
            return tx.cases.due_count(now)

    def assess(self, now: datetime, limit: int = BATCH) -> int:
        """Assess the cases that are due by `now`; return how many there were."""
        with self.store.write() as tx:
            refs = tx.cases.due(now, limit)
            changes = self.settle(tx, refs, now) if refs else 0
        if refs:
            log.info("cases.assessed", cases=len(refs), changes=changes)
        return len(refs)

    def settle(self, tx: Tx, refs: Sequence[str], now: datetime) -> int:
        """Decide these cases in a transaction that is under way; return how many obligations changed.

        An answer and what it settles are one: no rung fires, and nothing is sent, between the two.
        """
        readings = self.house.read_cases(tx, refs)
        tracks, lost = apart(partial(tx.obligations.of, to_change=True), refs, "obligations")
        readings |= {ref: unreadable(ref, why) for ref, why in lost.items()}
        numbers, (stood, unknown) = tx.numbers.of(refs), apart(tx.cases.of, refs, "cases")
        seats = self.inviter.seats(tx, refs)
        unused = renames(tx)
        is_restored = tx.marks.get(RELEASED) is not None
        spoilt = {ref: one.problems[0] for ref, one in readings.items() if one.record is None}
        rows = set_aside(tx, self.house, spoilt, set(refs) - spoilt.keys(), now)
        saved: list[Track] = []
        again: set[str] = set()
        for ref in refs:
            if ref in spoilt:
                continue
            reading = readings.get(ref)
            if ref in unused or reading is None or reading.record is None:
                rows.append(CaseRow(ref, problems=reading.problems if reading else ()))
                continue
            own = {track.id: track for track in tracks.get(ref, [])}
            for old in reading.record.formerly:
                if old != ref and old not in unused:
                    saved += take_over(tx, reading.record, old, own, now)
                    unused[old] = ref
                    numbers |= tx.numbers.of([ref])
                    seats = {**seats, **self.inviter.seats(tx, [ref])}
            kept = {one.anchor_on: one.number for one in numbers.get(ref, []) if one.kind == "icpc"}
            try:
                judged = self._judge(reading, own, kept, now)
            except Exception:  # one case must not stop the others; it is told and tried again
                log.exception("case.undecided", case_ref=ref)
                rows.append(self._set_aside(tx, reading, ref, now))
                continue
            judged = self._invite(tx, judged, seats.get(ref, ()), now)
            judged = self._doubt(tx, reading.record, judged, stood.get(ref), now)
            again |= judged.looked.again
            rows.append(judged.row)
            self._number(tx, reading.record, judged.conferences, kept)
            self._note_problems(tx, ref, judged.row.problems, now)
            for decided in judged.decisions:
                under = self.house.under(decided.track)
                decision = remember(tx, decided, under) if is_restored else decided
                decision = wait_again(tx, self.house, reading.record, decision, now)
                apply(tx, reading.record, decision, now)
                saved.append(decision.track)
                own[decision.track.id] = decision.track
            record = reading.record
            saved += hand_over(
                tx, self.house, stood.get(ref), judged.row, record, own.values(), now
            )
            tell_again(tx, self.house, record, judged.looked.pack, own.values(), now)
        tx.obligations.save(list({track.id: track for track in saved}.values()))
        settled(tx, stood, rows, unknown.keys(), again, now)
        return len(saved)

    def _judge(
        self, reading: Reading, own: Mapping[str, Track], kept: Mapping[date, int], now: datetime
    ) -> Judged:
        """Return what a case comes to: pure, whatever its record holds."""
        record = reading.record
        if record is None:
            raise ValueError(reading)
        found = conferences(record, timeline(record, now, self.house.deciding.words), kept)
        numbers = {one.anchor_on: one.number for one in found}
        answer, shares = self.house.decide(record, now, numbers, own)
        row = _row(
            record,
            self.house.deciding.access(record),
            now,
            answer.looks_again_at,
            (*reading.problems, *answer.problems),
        )
        decided = [
            decision
            for share in shares
            for decision in moves(
                share.obligations, share.tracks, record.family, share.pack, now,
                self.house.deciding.calendar, self.house.enforce_from,
            )
        ]  # fmt: skip
        access = self.house.deciding.access(record)
        pack, _ = self.house.deciding.pack_for(record)
        return Judged(row, found, decided, Looked(record, answer.case, pack, access))

    def _doubt(
        self, tx: Tx, record: Record, judged: Judged, before: CaseRow | None, now: datetime
    ) -> Judged:
        """Add the exclusions that keep nobody out to a case's problems, and tell the operator what cannot be true."""
        known = before.problems if before else ()
        wrong = ineffective(tx, self.house, record, known, now)
        tell_contradictions(tx, self.house, record, judged.looked.case.doubts, now)
        tell_elsewhere(tx, self.house, record, judged.looked.pack, now)
        return judged._replace(row=replace(judged.row, problems=(*judged.row.problems, *wrong)))

    def _invite(self, tx: Tx, judged: Judged, seats: Sequence[Seat], now: datetime) -> Judged:
        """Have calendars follow a case, and add what is wrong with its lists to its problems."""
        try:
            with tx.as_one():
                wrong = self.inviter.keep(tx, judged.looked, seats, now)
        except (StoreLost, StoreUnavailable):
            raise
        except Exception:  # one list must not stop the others; it is told and tried again
            log.exception("case.uninvited", case_ref=judged.row.ref)
            wrong = (Problem(judged.row.ref, "its invitations cannot be decided", REPORT),)
            judged = judged._replace(row=replace(judged.row, next_assess_at=now + AGAIN))
        row = replace(judged.row, problems=(*judged.row.problems, *wrong))
        return judged._replace(row=row)

    def _set_aside(self, tx: Tx, reading: Reading, ref: str, now: datetime) -> CaseRow:
        """Return a case that we cannot decide as a problem, and tell the operator: it is a silent child."""
        is_secret = reading.record is not None and reading.record.restricted
        wrong = Problem(ref, "this case cannot be decided", REPORT)
        said = replace(wrong, where="a restricted case") if is_secret else wrong
        mark = sha256(ref.encode()).hexdigest()[:12] if is_secret else ref
        tell_operator(tx, self.house, now, f"undecided/{mark}", "operator-quarantine", str(said))
        if reading.record is None:
            return CaseRow(ref, next_assess_at=now + AGAIN, problems=(*reading.problems, wrong))
        return _row(
            reading.record,
            self.house.deciding.access(reading.record),
            now,
            now + AGAIN,
            (*reading.problems, wrong),
        )

    def _number(
        self, tx: Tx, record: Record, found: Sequence[Conference], kept: Mapping[date, int]
    ) -> None:
        """Give each conference its number, once, and note which children share it."""
        given = set(kept.values())
        for one in found:
            if one.number not in given:
                tx.numbers.save(record.ref, "icpc", one.anchor_on, one.number)
        rows: dict[str, ConferenceRow] = {}
        for one in found:
            for meeting in (*one.beside, *one.attempts):
                before = tx.conferences.get(meeting.id)
                refs = tuple(sorted({*(before.refs if before else ()), record.ref}))
                rows[meeting.id] = ConferenceRow(
                    meeting.id, meeting.kind, record.family,
                    meeting.scheduled[0] if meeting.scheduled else None,
                    meeting.held[0] if meeting.held else None, refs,
                )  # fmt: skip
                if before == rows[meeting.id]:
                    del rows[meeting.id]
        if rows:
            tx.conferences.save(list(rows.values()))

    def _note_problems(self, tx: Tx, ref: str, problems: Sequence[Problem], now: datetime) -> None:
        if not problems:
            return
        before = apart(tx.cases.of, [ref], "cases")[0].get(ref)
        known = set(before.problems) if before else set()
        for problem in problems:
            if problem not in known:
                tx.journal.write(
                    now,
                    "record.doubted",
                    ref,
                    f"{problem.what}; {problem.mend}",
                    {"where": problem.where},
                )


def _row(
    record: Record, access: Access, now: datetime, next_assess_at: datetime | None,
    problems: Sequence[Problem],
) -> CaseRow:  # fmt: skip
    return CaseRow(
        record.ref, record.family, record.pathway, record.team, record.restricted,
        is_closed(record, now), access, next_assess_at, tuple(problems),
    )  # fmt: skip
