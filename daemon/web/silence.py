"""The page on which a service manager silences one case, lets it be heard again, or goes on with it."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.times import say
from daemon.engine.answering.silencing import REASONS, Silencing
from daemon.web.visits import Visit, Visits

UNKNOWN = "No case of this reference is yours to silence. Nothing has changed."


@dataclass(frozen=True, slots=True)
class SilencePages:
    """Shows what is silenced, and takes what a manager says. Nobody else sees it."""

    silencing: Silencing
    visits: Visits

    def routes(self) -> list[BaseRoute]:
        """Return the one page."""
        return [self.visits.route("/silence", self.meet, ("GET", "POST"))]

    def meet(self, visit: Visit) -> Response:
        """Return the page, after what was posted has been taken."""
        if not self.silencing.is_manager(visit.who):
            return visit.refused()
        fields = visit.fields
        ref, reason = fields.get("ref", "").strip(), fields.get("reason", "")
        if not visit.is_post:
            return self._show(visit)
        if "end" in fields:
            is_done = self.silencing.end(visit.who, ref, visit.now)
            said = f"{ref} is heard again. What is due goes out now."
            return (
                self._show(visit, said=said)
                if is_done
                else self._show(visit, error=("ref", UNKNOWN))
            )
        if not ref:
            return self._show(
                visit, reason=reason, error=("ref", "Write the reference of the case")
            )
        if reason not in REASONS:
            return self._show(visit, ref=ref, error=("reason-0", "Choose a reason"))
        if "sure" not in fields and self.silencing.may(visit.who, ref, visit.now):
            return visit.page("silence-sure.html.j2", ref=ref, reason=reason, why=REASONS[reason])
        if not self.silencing.silence(visit.who, ref, reason, visit.now):
            return self._show(visit, ref=ref, reason=reason, error=("ref", UNKNOWN))
        return self._show(visit, said=f"{ref} is silenced for a week.")

    def _show(
        self, visit: Visit, *, ref: str = "", reason: str = "", said: str = "", error: tuple[str, str] = ("", "")
    ) -> Response:  # fmt: skip
        return visit.page(
            "silence.html.j2", 400 if error[1] else 200, ref=ref, reason=reason, said=said,
            error=error[1], error_at=error[0], reasons=list(REASONS.items()),
            silenced=[
                {"ref": one.ref, "until": say(one.until_at), "by": one.person, "reason": one.reason,
                 "why": REASONS.get(one.reason, one.reason)}
                for one in self.silencing.cases(visit.who, visit.now)
            ],
        )  # fmt: skip
