"""The board: this week's conferences, what is due, overdue or at risk, what is held, what waits for approval."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import DAY, day_of, london, say
from daemon.engine.answering.questions import asked_by, asking_rules
from daemon.engine.sending.pause import paused
from daemon.engine.standing.guard import HELD
from daemon.engine.standing.sight import Sight
from daemon.engine.telling.brake import braking
from daemon.store import DueLine, Tx
from daemon.web.console.desk import Desk, about, case_of, conference_path, leaf
from daemon.web.visits import Visit

FEW = 5  # entries of a part on the board itself
AHEAD = 5  # working days
WEEK = timedelta(days=7)


class Part(NamedTuple):
    """One part of the board: what it is called, what it says where it is empty, and where its entries come from."""

    title: str
    nothing: str
    entries: "Callable[[BoardPages, Seen], Iterator[dict[str, Any]]]"


class Seen(NamedTuple):
    """What the parts of one board have in common: `due` is all that falls due by the end of what is ahead."""

    tx: Tx
    sight: Sight
    now: datetime
    due: list[DueLine]


@dataclass(frozen=True, slots=True)
class BoardPages:
    """Shows the board, and each of its parts on pages of its own."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the board and its parts."""
        visits = self.desk.visits
        return [visits.route("/board", self.show), visits.route("/board/{part}", self.part)]

    def show(self, visit: Visit) -> Response:
        """Return the board: of each part the first entries."""
        with self.desk.store.read() as tx:
            seen = self._seen(tx, visit)
            parts = [
                {"name": name, "title": part.title, "nothing": part.nothing,
                 "leaf": leaf(part.entries(self, seen), 1, FEW)}
                for name, part in PARTS.items()
            ]  # fmt: skip
            stopped = list(stops(tx))
        return visit.page("board.html.j2", now=say(visit.now), parts=parts, stopped=stopped)

    def part(self, visit: Visit) -> Response:
        """Return one page of one part."""
        part = PARTS.get(visit.path["part"])
        if part is None:
            return visit.words(404, "There is no such list", "Open the board to see what there is.")
        with self.desk.store.read() as tx:
            found = leaf(part.entries(self, self._seen(tx, visit)), visit.number)
        return visit.page(
            "board-part.html.j2", title=part.title, nothing=part.nothing, leaf=found, at=visit.at
        )

    def conferences(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Yield this week's conferences, in order of time."""
        monday = day_of(seen.now) - timedelta(days=day_of(seen.now).weekday())
        first = london(monday)
        yield from conferences(self.desk, seen.tx, seen.sight, first, london(monday + WEEK))

    def overdue(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Yield what is overdue, the longest first; not what counts from a date that nobody has booked."""
        late = (one for one in seen.due if _at(one) < seen.now and not one.is_provisional)
        return self._entries(seen, late, "overdue", "Overdue")

    def today(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Yield what is still due today."""
        end = london(day_of(seen.now) + DAY)
        now = (one for one in seen.due if seen.now <= _at(one) < end)
        return self._entries(seen, now, "open", "Due today")

    def soon(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Yield what falls due in the next five working days and is not done."""
        end = london(day_of(seen.now) + DAY)
        soon = (one for one in seen.due if _at(one) >= end)
        return self._entries(seen, soon, "late", "At risk")

    def held(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Yield the duties whose next step waits for fresh data, and the cases that are silenced."""
        silenced = seen.tx.silenced.all()
        for record, (_, row) in seen.sight.of((ref, (ref, row)) for ref, row in silenced.items()):
            yield {
                "title": "Silenced", "tone": "gone", "word": "Held", "when": f"until {say(row.until_at)}",
                "case": case_of(record.ref), "about": "",
            }  # fmt: skip
        yield from self._entries(seen, iter(seen.tx.lists.waiting_for_data()), "gone", "Held")

    def approvals(self, seen: Seen) -> Iterator[dict[str, Any]]:
        """Yield what waits for somebody's decision, whoever they are, the first due first."""
        found = seen.tx.lists.asked(asking_rules(self.desk.house))
        for record, track in seen.sight.of((one.ref, one) for one in found):
            rule = self.desk.house.rule_of(track, record.pathway)
            rung = asked_by(track, rule) if rule and track.state is State.OPEN else None
            if rule is None or rung is None:
                continue
            roles = (rule.approval.of,) if rule.approval else rung.to
            asked = ", ".join(self.desk.words.role(role) for role in roles)
            yield {
                "title": rule.title, "tone": "open", "word": f"Asked: {asked}",
                "when": f"due {say(track.due_at)}" if track.due_at else "",
                "case": case_of(record.ref, track.id), "about": about(track.subject, self.desk.words),
            }  # fmt: skip

    def _seen(self, tx: Tx, visit: Visit) -> Seen:
        days = self.desk.house.deciding.calendar.days
        last = london(days.shift(day_of(visit.now), AHEAD) + DAY)
        return Seen(tx, self.desk.sight(tx, visit), visit.now, tx.lists.due_until(last))

    def _entries(
        self, seen: Seen, lines: Iterator[DueLine], tone: str, word: str
    ) -> Iterator[dict[str, Any]]:
        for record, line in seen.sight.of((one.ref, one) for one in lines):
            unbooked = "; no date is booked yet" if line.is_provisional else ""
            yield {
                "title": self.desk.title(line.rule), "tone": tone, "word": word,
                "when": f"due {say(line.due_at)}{unbooked}" if line.due_at else "",
                "case": case_of(record.ref, line.id), "about": about(line.subject, self.desk.words),
            }  # fmt: skip


def conferences(
    desk: Desk, tx: Tx, sight: Sight, first: datetime, end: datetime, *, newest_first: bool = False
) -> Iterator[dict[str, Any]]:
    """Yield the conferences from one moment to before another of which at least one case is shown."""
    rows = tx.lists.conferences(first, end)[:: -1 if newest_first else 1]
    for start in range(0, len(rows), 100):
        some = rows[start : start + 100]
        of = tx.lists.cases_of([one.id for one in some])
        shown = sight.records([ref for refs in of.values() for ref in refs])
        for row in some:
            records = [shown[ref] for ref in of[row.id] if ref in shown]
            if records and row.scheduled_at:
                yield {
                    "title": desk.kind(row.kind), "path": conference_path(row.id), "when": say(row.scheduled_at),
                    "cases": [case_of(one.ref) for one in records], **how_it_stands(records, row.id),
                }  # fmt: skip


def how_it_stands(records: list[Record], meeting: str) -> Mapping[str, str]:
    """Return how a conference stands in a word, with its tone; a failed one was not held."""
    found = next((m for one in records for m in one.meetings if m.id == meeting), None)
    if found is None:
        return {"tone": "gone", "word": "No longer in the record"}
    if found.failed:
        return {"tone": "overdue", "word": "Not effective"}
    if found.held:
        return {"tone": "met", "word": "Held"}
    return {"tone": "open", "word": str(found.status).capitalize()}


def stops(tx: Tx) -> Iterator[str]:
    """Yield what keeps everything from being sent, loudly: a restored database, a pause, the brake."""
    if fault := tx.marks.get(HELD):
        yield f"Nothing is sent: {fault}"
    if pause := paused(tx):
        yield f"Nothing is sent until {say(pause.until)}: sending is paused by {pause.by}"
    if on := braking(tx):
        yield f"The brake is on since {say(on.since)}: messages about what is overdue wait"


def _at(line: DueLine) -> datetime:
    assert line.due_at is not None  # noqa: S101 - they were asked for by it
    return line.due_at


PARTS: Mapping[str, Part] = {
    "conferences": Part("Conferences this week", "No conference is booked this week.", BoardPages.conferences),
    "overdue": Part("Overdue", "Nothing is overdue.", BoardPages.overdue),
    "today": Part("Due today", "Nothing more is due today.", BoardPages.today),
    "soon": Part("At risk in the next five working days", "Nothing falls due then.", BoardPages.soon),
    "approvals": Part("Waiting for approval", "Nothing waits for a decision.", BoardPages.approvals),
    "held": Part("Held", "Nothing is held.", BoardPages.held),
}  # fmt: skip
