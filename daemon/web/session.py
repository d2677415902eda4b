"""The doors of a session: in by way of the provider, and out."""

from types import MappingProxyType
from typing import TYPE_CHECKING

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from daemon.decide.people.admission import Denied
from daemon.domain.link import hash_of
from daemon.domain.who import Who
from daemon.web.attempt import BACK, HOME, LASTS_S, Attempt, Unreachable, Untrusted, begin
from daemon.web.visits import Visit, Visits

if TYPE_CHECKING:
    from daemon.web.sign_in import Provider  # whoever never signs in loads no library for it

log = structlog.get_logger("daykeeper.session")
OUT = (
    "Nothing more can be seen or done here from this browser. You may still be signed in to your "
    "organisation: on a device that others use, sign out there too."
)
AWAY = (
    "Your organisation's sign-in does not answer. Reminders and messages go out as before. "
    "Try again in a few minutes."
)
ANOTHER_ATTEMPT = "It took too long, or it was begun in another window. Please sign in again."
REFUSED_THERE = "Your organisation's sign-in did not let you in."
NOT_TRUSTED = (
    "The answer of your organisation's sign-in is not as it must be. Sign in again; if it stays so, "
    "tell whoever runs this service."
)
ASK = "Ask whoever keeps the list of who does what in your authority."
WRONG = MappingProxyType(
    {
        Denied.NO_NAME: f"Your organisation's sign-in does not say who you are. {ASK}",
        Denied.NO_PERSON: f"You have signed in, but nobody of that name is on the list of people here. {ASK}",
        Denied.TWO_PEOPLE: f"Two people on the list of people here have your address. {ASK}",
        Denied.NO_ROLE: f"You have signed in, but your organisation's sign-in gives you no role here. {ASK}",
        Denied.NO_TEAM: f"Your organisation's sign-in does not say which team you are in. {ASK}",
        Denied.ANOTHER_TIME: "This answer of your organisation's sign-in has been used. Each works once.",
    }
)


class Session:
    """Lets browsers in and out."""

    def __init__(self, provider: "Provider | None", visits: Visits) -> None:
        self.provider, self.visits = provider, visits
        self.look, self.clock = visits.look, visits.clock
        self.attempt_cookie = visits.cookie_name("sign-in")

    def routes(self) -> list[BaseRoute]:
        """Return the doors."""
        return [
            Route("/sign-in", self.begin, methods=["GET"]),
            Route(BACK, self.come_back, methods=["GET"]),
            self.visits.route("/sign-out", self.leave, ["POST"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Send a browser to the provider. Nothing is written before it has come back."""
        if self.provider is None:
            return self.visits.not_set_up()
        attempt = begin(request.query_params.get("to", HOME), self.visits.key, self.clock())
        try:
            address = await self.provider.address(attempt)
        except Unreachable as error:
            return self._unreachable(error)
        answer = RedirectResponse(address, 303)
        self._keep(answer, self.attempt_cookie, attempt.text, LASTS_S)
        return answer

    async def come_back(self, request: Request) -> Response:
        """Take what the provider sends a browser back with; anything out of order signs nobody in."""
        provider, reception = self.provider, self.visits.reception
        if provider is None or reception is None:
            return self.visits.not_set_up()
        said = request.query_params
        attempt = Attempt(request.cookies.get(self.attempt_cookie, ""), self.visits.key)
        if not attempt.is_answered_by(said.get("state", ""), self.clock()):
            if isinstance(await self.visits.signed_in(request), Who):
                return RedirectResponse(HOME, 303)  # another window was faster
            return self._not_in("another-attempt", ANOTHER_ATTEMPT)
        if "code" not in said:
            return self._not_in("refused-there", REFUSED_THERE)
        try:
            claims = await provider.claims(attempt, said["code"])
        except Unreachable as error:
            return self._unreachable(error)
        except Untrusted as error:
            return self._not_in(str(error), NOT_TRUSTED)
        entry = await run_in_threadpool(reception.admit, claims, attempt.text, self.clock())
        if entry.denied:
            return self._not_in(entry.denied.value, WRONG[entry.denied])
        if earlier := request.cookies.get(self.visits.cookie):
            await run_in_threadpool(reception.leave, hash_of(earlier), self.clock())
        answer = RedirectResponse(attempt.to, 303)
        self._keep(answer, self.visits.cookie, entry.id)
        self._drop(answer, self.attempt_cookie)
        return answer

    def leave(self, visit: Visit) -> Response:
        """End the session of whoever presses the button."""
        if self.visits.reception is not None:
            self.visits.reception.leave(visit.session, visit.now)
        answer = self.look.page("door.html.j2", heading="You are signed out", text=OUT, to=HOME)
        self._drop(answer, self.visits.cookie)
        return answer

    def _not_in(self, reason: str, text: str) -> Response:
        log.info("sign-in.refused", reason=reason)
        return self.look.page(
            "door.html.j2", 403, heading="You are not signed in", text=text, to=HOME
        )

    def _unreachable(self, error: Unreachable) -> Response:
        log.warning("provider.unreachable", reason=str(error))
        return self.look.page(
            "door.html.j2", 503, heading="Nobody can sign in at the moment", text=AWAY, to=HOME
        )

    def _keep(self, answer: Response, name: str, value: str, lasts_s: int | None = None) -> None:
        answer.set_cookie(
            name, value, max_age=lasts_s, path="/", secure=self.visits.is_secure,
            httponly=True, samesite="lax",
        )  # fmt: skip

    def _drop(self, answer: Response, name: str) -> None:
        answer.delete_cookie(
            name, path="/", secure=self.visits.is_secure, httponly=True, samesite="lax"
        )
