"""Pages for signed-in people: each is served to somebody who is in, and to nobody else.

A page is a function from a Visit to a Response. `Visits.route` is the only way to serve one, so that
none can forget to ask who comes, or to check that a form was ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from daemon.domain.link import hash_of
from daemon.domain.who import Who
from daemon.engine.answering.reception import Reception
from daemon.ports import Clock
from daemon.store import StoreLost, StoreUnavailable
from daemon.web.attempt import HOME
from daemon.web.console.sections import sections
from daemon.web.forms import read_form
from daemon.web.look import Look
from daemon.web.nonce import is_nonce, nonce

NOT_SET_UP = "Nobody can sign in here"
NOT_SET_UP_TEXT = (
    "This page is for people who have signed in, and no sign-in is set up on this service. "
    "Whoever runs it can name your organisation's sign-in in its settings."
)
NOT_YOURS = "You may not see this"
NOT_YOURS_TEXT = (
    "You are signed in, but this page is not yours to see. Nothing has changed. "
    "If it should be, ask whoever keeps the list of who does what in your authority."
)
OUT = "You are no longer signed in"
OUT_TEXT = "Nothing has changed. Sign in again, and say once more what you wanted to say."
MOST_PAGES = 10_000
TOO_LONG = "This page was open for too long"
TOO_LONG_TEXT = "Nothing has changed. Go back, open the page again, then press the button."


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is in. `session` is the hash by which the store knows theirs.

    `fields` is what their form posted, nothing for a GET; `query` what the address asks beside its path `at`.
    """

    who: Who
    session: str
    now: datetime
    look: Look
    nonce: str
    path: Mapping[str, str]
    is_post: bool = False
    fields: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    at: str = HOME

    @property
    def number(self) -> int:
        """Which page of a list they ask for: the first, unless the address says another."""
        said = self.query.get("page", "")
        is_number = said.isdecimal() and len(said) <= len(str(MOST_PAGES))
        return min(max(int(said), 1), MOST_PAGES) if is_number else 1

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Return a page that says who is signed in; its forms carry `nonce`."""
        return self.look.page(
            template, status, who=self.who.person, nonce=self.nonce,
            sections=sections(self.who, self.at), **values,
        )  # fmt: skip

    def words(self, status: int, heading: str, *paragraphs: str) -> Response:
        """Return a page that only says something, to somebody who is in."""
        return self.page("said.html.j2", status, heading=heading, paragraphs=paragraphs)

    def refused(self) -> Response:
        """Return the page for what is not theirs to see."""
        return self.words(403, NOT_YOURS, NOT_YOURS_TEXT)


Page = Callable[[Visit], Response]


class Visits:
    """Who comes, by the cookie that their browser shows."""

    def __init__(
        self, reception: Reception | None, clock: Clock, look: Look, key: bytes, *, is_secure: bool
    ) -> None:
        """Without a reception nobody can sign in, and every page says so.

        `is_secure`: the public address is https; else it is this machine's own.
        """
        self.reception, self.clock, self.look, self.key = reception, clock, look, key
        self.is_secure = is_secure
        self.cookie = self.cookie_name("session")

    def cookie_name(self, what: str) -> str:
        """Return a cookie's name: with the prefix that lets no other host or path set it, where it can be had."""
        return f"{'__Host-' if self.is_secure else ''}daykeeper-{what}"

    def not_set_up(self) -> Response:
        """Return the page for where nobody can sign in."""
        return self.look.words(403, NOT_SET_UP, NOT_SET_UP_TEXT)

    def route(self, path: str, page: Page, methods: Sequence[str] = ("GET",)) -> Route:
        """Return the route of a page for signed-in people; with POST its form may come back to it."""

        async def answer(request: Request) -> Response:
            return await self._answer(request, page)

        return Route(path, answer, methods=list(methods))

    async def signed_in(self, request: Request) -> Who | Response:
        """Return who comes; else the way to sign in, which leads back to the page that was asked for."""
        if self.reception is None:
            return self.not_set_up()
        id_ = request.cookies.get(self.cookie, "")
        who = await run_in_threadpool(self.reception.who, id_, self.clock()) if id_ else None
        if who is not None:
            return who
        if request.method == "POST":  # a form may not lead to another site, where people sign in
            return self.look.page(
                "door.html.j2", 401, heading=OUT, text=OUT_TEXT, to=request.url.path
            )
        asked = f"{request.url.path}?{request.url.query}".removesuffix("?")
        return RedirectResponse(f"/sign-in?to={quote(asked, safe='')}", 303)

    async def guest(self, request: Request) -> Visit | None:
        """Return the visit of whoever is signed in, for a page that needs nobody to be; None where nobody is known."""
        if self.reception is None or not request.cookies.get(self.cookie):
            return None
        try:
            found = await self.signed_in(request)
        except (StoreLost, StoreUnavailable):
            return None  # the page is shown all the same
        return None if isinstance(found, Response) else self._visit(request, found)

    async def _answer(self, request: Request, page: Page) -> Response:
        found = await self.signed_in(request)
        if isinstance(found, Response):
            return found
        visit = self._visit(request, found)
        if visit.is_post:
            fields = await read_form(request)
            if fields is None:
                return visit.words(413, "That is too much", "Nothing has changed.")
            if not is_nonce(
                fields.pop("nonce", ""), f"session/{visit.session}", self.key, visit.now
            ):
                return visit.words(403, TOO_LONG, TOO_LONG_TEXT)
            visit = replace(visit, fields=fields)
        return await run_in_threadpool(page, visit)

    def _visit(self, request: Request, who: Who) -> Visit:
        now, session = self.clock(), hash_of(request.cookies[self.cookie])
        return Visit(
            who, session, now, self.look, nonce(f"session/{session}", self.key, now),
            {name: str(value) for name, value in request.path_params.items()},
            request.method == "POST", {}, dict(request.query_params), request.url.path,
        )  # fmt: skip
