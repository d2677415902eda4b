"""The conferences, and the record of each: who was invited, what they answered, reports, and how it went on the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.inviting.seats import Seat, seats
from daemon.domain.link import page_code
from daemon.domain.record import Meeting, Record
from daemon.domain.times import day_of, london, say
from daemon.engine.standing.sight import Sight
from daemon.rulebook.language.private import misworded
from daemon.store import ConferenceRow
from daemon.web.console.board import conferences, how_it_stands
from daemon.web.console.desk import Desk, Leaf, case_of, leaf
from daemon.web.visits import Visit

BACK, AHEAD = timedelta(days=366), timedelta(days=731)  # of the lists; a page by itself has no end
NO_END = datetime.max.replace(
    tzinfo=UTC
)  # a booking later than AHEAD is listed all the same: as one to look at
GONE = (
    "This is none of your conferences",
    "There is none at this address, or none of its cases is yours to see.",
)
REPORT = "report"  # what the facts are called that tell of a report
ANSWERS = {
    "none": "No answer",
    "accepted": "Accepted",
    "tentative": "Tentative",
    "declined": "Declined",
}
ATTENDED = {
    "present": "Here", "represented": "Represented", "apologies": "Apologies", "absent": "Absent",
}  # fmt: skip
MODES = {"in_person": "in person", "virtual": "online", "hybrid": "in person and online"}


@dataclass(frozen=True, slots=True)
class ConferencePages:
    """Shows conferences. Nobody of a family stands on a list, and nobody hears of a case that is not theirs."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the lists, and the record of each conference."""
        visits = self.desk.visits
        return [
            visits.route("/conferences", self.coming),
            visits.route("/conferences/past", self.past),
            visits.route("/conferences/{id}/record", self.show),
        ]

    def coming(self, visit: Visit) -> Response:
        """Return what is booked from today on, the first first; before it what is too far ahead to be true."""
        today = london(day_of(visit.now))
        return self._list(visit, today, today + AHEAD, is_past=False)

    def past(self, visit: Visit) -> Response:
        """Return what lies behind, the last first."""
        today = london(day_of(visit.now))
        return self._list(visit, today - BACK, today, is_past=True)

    def show(self, visit: Visit) -> Response:
        """Return one conference as the records of its cases show it."""
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit)
            ids = tx.lists.conference_ids()
            found = next((one for one in ids if page_code(one) == visit.path["id"]), None)
            row = tx.conferences.get(found) if found else None
            records = list(sight.records(row.refs).values()) if row else []
            if row is None or not records:
                return visit.words(404, *GONE)
            is_far = bool(
                row.scheduled_at and row.scheduled_at >= london(day_of(visit.now)) + AHEAD
            )
            return visit.page(
                "conference.html.j2", is_far=is_far, **self._told(sight, row, records)
            )

    def _list(self, visit: Visit, first: datetime, end: datetime, *, is_past: bool) -> Response:
        far: Leaf[dict[str, Any]] | None = None
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit)
            every = conferences(self.desk, tx, sight, first, end, newest_first=is_past)
            found = leaf(every, visit.number)
            if not is_past and visit.number == 1:
                far = leaf(conferences(self.desk, tx, sight, end, NO_END), 1)
        return visit.page("conferences.html.j2", leaf=found, far=far, at=visit.at, is_past=is_past)

    def _told(self, sight: Sight, row: ConferenceRow, records: list[Record]) -> dict[str, Any]:
        meetings = {
            record.ref: one for record in records for one in record.meetings if one.id == row.id
        }
        lists = {ref: one.invitees for ref, one in meetings.items()}
        entries = sight.tx.invitations.of_conferences([row.id])
        sent = {one.person: one for one in entries}
        first = next(iter(meetings.values()), None)
        return {
            "title": self.desk.kind(row.kind), "when": say(row.scheduled_at) if row.scheduled_at else "",
            "cases": [case_of(one.ref) for one in records], **how_it_stands(records, row.id),
            "where": ", ".join(filter(None, (first.venue, MODES.get(first.mode or "", "")))) if first else "",
            "ended": say(first.ends_at) if first and first.held and first.ends_at else "",
            "rows": [self._row(seat, sent) for seat in seats(lists, sight.people)],
            "facts": list(dict.fromkeys(self._facts(meetings.values()))),
        }  # fmt: skip

    def _row(self, seat: Seat, sent: dict[str, Any]) -> dict[str, Any]:
        one, words = seat.invitee, self.desk.words
        entry = sent.get(one.person or "")
        invited_at = one.invited_at or (entry.invited_at if entry else None)
        is_back = one.delivered is False or (entry is not None and entry.delivered is False)
        answer = one.response if one.response != "none" or entry is None else entry.response
        report = [fact for fact in one.facts if REPORT in fact.name]
        due = "Expected" if one.report_expected else "Not expected"
        return {
            "who": ", ".join(filter(None, (words.agency(one.agency or ""), words.role(one.role or "")))) or "Invited",
            "person": one.person or "", "is_key": one.key,
            "invited": "It came back" if is_back else say(invited_at) if invited_at else "Not yet",
            "answer": ANSWERS.get(answer, answer),
            "report": ", ".join(f"{words.label(fact.name)}, {say(fact.at)}" for fact in report) or due,
            "came": ATTENDED.get(one.attendance or "", "Not said yet"),
        }  # fmt: skip

    def _facts(self, meetings: Any) -> Iterator[tuple[str, str]]:
        """Yield what the records say of the conference itself, but for what no page says."""
        every: list[Meeting] = list(meetings)
        for fact in sorted((f for one in every for f in one.facts), key=lambda each: each.at):
            label = self.desk.words.label(fact.name)
            about = self.desk.words.agencies.get(fact.about or "", "")
            value = f": {fact.value.replace('_', ' ')}" if fact.value else ""
            line = f"{label[:1].upper()}{label[1:]}{value}{f' ({about})' if about else ''}"
            if not any(misworded(line)):
                yield say(fact.at), line
