"""The cases that somebody is shown: found by reference, listed, and each with its timeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from daemon.domain.invitation import LETTER, Invitation
from daemon.domain.link import case_code
from daemon.domain.notice import Notice
from daemon.domain.record import Record
from daemon.domain.times import say
from daemon.engine.answering.silencing import REASONS
from daemon.engine.standing.sight import Sight
from daemon.store import Tx
from daemon.web.console.casefile import STATES, case_file
from daemon.web.console.desk import Desk, about, case_of, conference_path, leaf
from daemon.web.visits import Visit

GONE = ("This is none of your cases", "There is none of this reference, or it is not yours to see.")
ON_HOLD = (
    "Messages about this family have stopped, and nothing of the case is shown until a service manager "
    "releases it. They find it under what waits for them."
)
HELD = ("This case is on hold", ON_HOLD)
NOT_FOUND = "No case of this reference is yours to see"


@dataclass(frozen=True, slots=True)
class CasePages:
    """Shows cases. Their references stand in no address."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the list, and the page of each case."""
        visits = self.desk.visits
        return [
            visits.route("/cases", self.list, ("GET", "POST")),
            visits.route("/cases/{code}", self.show),
        ]

    def list(self, visit: Visit) -> Response:
        """Return the cases that are shown, in order of reference; a search leads to the case itself."""
        asked = visit.fields.get("ref", "").strip() if visit.is_post else ""
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit)
            if asked and (sight.sees(asked) or sight.is_held(asked)):
                return RedirectResponse(f"/cases/{case_code(asked)}", 303)
            every = sight.of((ref, ref) for ref in tx.cases.refs())
            found = leaf((self._line(record) for record, _ in every), visit.number)
        error = NOT_FOUND if asked else ("Write the reference of a case" if visit.is_post else "")
        return visit.page(
            "cases.html.j2", 400 if error else 200, leaf=found, at=visit.at, ref=asked, error=error
        )

    def show(self, visit: Visit) -> Response:
        """Return one case: its duties with the working of each date, and everything that was sent."""
        with self.desk.store.read() as tx:
            code = visit.path["code"]
            ref = next((one for one in tx.cases.refs() if case_code(one) == code), None)
            sight = self.desk.sight(tx, visit)
            record = sight.records([ref]).get(ref) if ref else None
            if ref is None or record is None:
                return visit.words(404, *(HELD if ref and sight.is_held(ref) else GONE))
            found = case_file(tx, self.desk.house, ref, visit.now)
            if found is None:
                return visit.words(404, *GONE)
            silenced = tx.silenced.all().get(ref)
            return visit.page(
                "case.html.j2", case=found, now=say(visit.now), sent=list(self._sent(tx, ref)),
                conferences=list(self._conferences(sight, record)),
                invitations=list(self._invitations(tx, ref)),
                silenced=f"until {say(silenced.until_at)}, by {silenced.person}: {REASONS.get(silenced.reason, '')}"
                if silenced else "",
            )  # fmt: skip

    def _line(self, record: Record) -> dict[str, Any]:
        return {
            **case_of(record.ref), "team": record.team or "", "family": record.family or "",
            "coming": next(self._coming(record), ""),
        }  # fmt: skip

    def _coming(self, record: Record) -> Iterator[str]:
        """Yield what of its conferences is still to come."""
        going_on = (one for one in record.meetings if not (one.held or one.failed))
        booked = [(one.scheduled[0], one.kind) for one in going_on if one.scheduled]
        yield from (f"{self.desk.kind(kind)}, {say(at)}" for at, kind in sorted(booked))

    def _conferences(self, sight: Sight, record: Record) -> Iterator[dict[str, Any]]:
        for row in sight.tx.conferences.of(record.ref):
            if row.scheduled_at:
                yield {
                    "path": conference_path(row.id), "title": self.desk.kind(row.kind), "when": say(row.scheduled_at),
                }  # fmt: skip

    def _sent(self, tx: Tx, ref: str) -> Iterator[dict[str, Any]]:
        """Yield everything that was sent or is to be sent about a case, the oldest first."""
        notices = tx.lists.sent_of(ref)
        for one in notices:
            yield self._notice(tx, ref, one)

    def _notice(self, tx: Tx, ref: str, one: Notice) -> dict[str, Any]:
        words = self.desk.words
        message = tx.messages.get(one.message_id) if one.message_id else None
        twice = ", may have arrived twice" if message and message.ambiguous else ""
        rule, _, subject = one.key.obligation.removeprefix(f"{ref}/").partition("/")
        return {
            "when": say(message.accepted_at if message and message.accepted_at else one.at),
            "title": self.desk.title(rule), "about": about(subject, words),
            "to": f"{words.role(one.role)} ({one.key.person})",
            "by": words.channels.get(one.key.channel, one.key.channel),
            "state": STATES.get(str(message.state if message else one.state), str(one.state)) + twice,
            "because": one.because,
        }  # fmt: skip

    def _invitations(self, tx: Tx, ref: str) -> Iterator[dict[str, Any]]:
        """Yield what stands in people's calendars for a case."""
        uids = [seat.uid for seat in tx.invitations.of_cases([ref]).get(ref, [])]
        for one in tx.invitations.get(uids).values():
            yield self._invitation(one)

    def _invitation(self, one: Invitation) -> dict[str, Any]:
        words = self.desk.words
        who = words.role(one.role) if one.role else words.agency(one.agency or "")
        back = "came back" if one.delivered is False else ""
        return {
            "when": say(one.starts_at), "to": who if one.via == LETTER else f"{who} ({one.person})",
            "sent": say(one.invited_at) if one.invited_at else "not yet",
            "answer": back or ("no answer" if one.response == "none" else one.response),
        }  # fmt: skip
