"""The pages on which a chair or coordinator records what an agency replied to an issue that was raised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.conference.challenges import ENDS_BY_REPLY, NOT_SETTLED
from daemon.decide.telling.wording import say_list
from daemon.domain.times import day_of, say, say_day
from daemon.domain.vocabulary import Vocabulary
from daemon.engine.answering.dispatch import Came
from daemon.engine.answering.replies import Raised, Replies
from daemon.web.forms import read_day
from daemon.web.visits import Visit, Visits

TICKED = "on"
GONE = (
    "This no longer waits for a reply",
    "It has been answered or closed, or is not yours to record. Nothing has changed now.",
)
MISTAKES: Mapping[Came, tuple[str, str]] = {
    Came.NO_CASE: ("case-0", "Choose at least one case"),
    Came.NO_REASON: ("outcome-0", "Choose what came of it"),
    Came.NOT_THEN: (
        "came-on",
        "Write the day on which it came: not before the issue was raised, and not after today",
    ),
}


@dataclass(frozen=True, slots=True)
class ReplyPages:
    """Shows what waits for a reply, and takes it."""

    replies: Replies
    visits: Visits

    def routes(self) -> list[BaseRoute]:
        """Return the list, and the page of each issue."""
        return [
            self.visits.route("/replies", self.every),
            self.visits.route("/replies/{id}", self.one, ("GET", "POST")),
        ]

    @property
    def words(self) -> Vocabulary:
        """The words of the rulebook in force."""
        return self.replies.house.deciding.words

    def every(self, visit: Visit) -> Response:
        """Return what waits for a reply, the oldest first."""
        found = self.replies.open_for(visit.who, visit.now)
        return visit.page("replies.html.j2", raised=[self._entry(one) for one in found])

    def one(self, visit: Visit) -> Response:
        """Return the page of one issue, or what came of its reply."""
        raised = self.replies.find(visit.who, visit.path["id"], visit.now)
        if raised is None:
            return visit.words(404, *GONE)
        if not visit.is_post:
            return self._form(visit, raised)
        fields = visit.fields
        refs = [ref for at, ref in enumerate(raised.refs) if fields.get(f"case-{at}") == TICKED]
        came = self.replies.record(
            visit.who, raised.id, read_day(fields.get("came-on", "")), fields.get("outcome", ""),
            refs if len(raised.refs) > 1 else raised.refs, visit.now,
        )  # fmt: skip
        if came in MISTAKES:
            return self._form(visit, raised, MISTAKES[came])
        if came is not Came.DONE:
            return visit.words(409, *GONE)
        return visit.page(
            "answered.html.j2", title=raised.question.rule.title, said="It is recorded."
        )

    def _form(self, visit: Visit, raised: Raised, error: tuple[str, str] = ("", "")) -> Response:
        fields = visit.fields
        next_on = say(raised.asked_on_at) if raised.asked_on_at else "its day"
        ends = self.words.label(ENDS_BY_REPLY[raised.name])
        return visit.page(
            "reply.html.j2", 400 if error[1] else 200, **self._entry(raised), error=error[1], error_at=error[0],
            outcomes=[
                (code, code.replace("_", " ").capitalize(),
                 f"It goes on: the next stage is asked from {next_on}" if code in NOT_SETTLED
                 else f"It ends here. On record: {ends}")
                for code in raised.outcomes
            ],
            chosen=fields.get("outcome", ""), came_on=fields.get("came-on", ""),
            ticked=[not fields or fields.get(f"case-{at}") == TICKED for at in range(len(raised.refs))],
            first=day_of(raised.since_at).isoformat(), today=day_of(visit.now).isoformat(),
        )  # fmt: skip

    def _entry(self, raised: Raised) -> dict[str, Any]:
        question = raised.question
        return {
            "path": f"/replies/{raised.id}",
            "agency": self.words.agency(question.agency) if question.agency else "drift in a plan",
            "refs": raised.refs,
            "cases": say_list(raised.refs),
            "since": say_day(day_of(raised.since_at)),
            "stage": question.rule.title,
            "until": say(raised.asked_on_at) if raised.asked_on_at else "",
        }
