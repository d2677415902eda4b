"""The log of issue resolution: each stage that was asked about, sent or answered, by conference and agency."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import say
from daemon.domain.track import Track
from daemon.store import Tx
from daemon.web.console.casefile import standing
from daemon.web.console.desk import Desk, about, case_of, leaf
from daemon.web.visits import Visit

FACT = "issue_resolution"  # how the facts begin that the stages are met by
SAID = {
    "approval.answered": "Answered", "draft.sent": "Sent", "draft.withheld": "Not sent",
    "reply.recorded": "Reply recorded", "obligation.waived": "Waived",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IssuePages:
    """Shows the stages of the cases that somebody is shown. The letters themselves are in nobody's list."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the one page."""
        return [self.desk.visits.route("/issues", self.show)]

    def show(self, visit: Visit) -> Response:
        """Return a page of the log, the newest first."""
        stages = self._stages()
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit)
            tracks = tx.lists.steps_of(stages)
            every = (
                self._line(tx, record, track, visit)
                for record, track in sight.of((one.ref, one) for one in tracks)
            )
            found = leaf(every, visit.number)
        return visit.page("issues.html.j2", leaf=found, at=visit.at)

    def _stages(self) -> set[str]:
        """Return the names of the rules that are stages of issue resolution: what meets them says so."""
        return {
            rule.name
            for rule in self.desk.house.rules()
            if any(fact.startswith(FACT) for fact in rule.met_by)
        }

    def _line(self, tx: Tx, record: Record, track: Track, visit: Visit) -> dict[str, Any]:
        rule = self.desk.house.rule_of(track, record.pathway)
        how = standing(track.state, track.due_at, track.late, visit.now)
        ended = f", {say(track.met_at)}" if track.met_at and track.state is State.MET else ""
        return {
            "title": rule.title if rule else self.desk.title(track.rule),
            "about": about(track.subject, self.desk.words),
            "case": case_of(record.ref, track.id), "tone": how.tone, "word": how.word,
            "since": say(track.starts_at or track.opened_at),
            "due": say(track.due_at) if track.due_at else "", "ended": ended,
            "said": list(self._said(tx, track)),
        }  # fmt: skip

    def _said(self, tx: Tx, track: Track) -> Iterator[str]:
        """Yield what people said to it: a coded reason and who, as the journal has it."""
        for entry in tx.journal.of(track.id):
            if entry.kind in SAID and entry.about == track.id:
                who, reason = entry.data.get("person"), entry.data.get("reason")
                by = f" by {who}" if who else ""
                why = f": {str(reason).replace('_', ' ')}" if reason else ""
                yield f"{SAID[entry.kind]}{by}, {say(entry.at)}{why}"
