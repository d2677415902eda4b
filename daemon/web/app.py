"""create(…) -> Starlette: pages behind links, health and metrics, all behind the same headers."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from daemon import RELEASE
from daemon.engine.answering.reception import Reception
from daemon.engine.line import Line
from daemon.metrics import Metrics
from daemon.ports import Clock
from daemon.settings.web import Web
from daemon.store import Store, StoreLost, StoreUnavailable
from daemon.web import attempt, health
from daemon.web.callbacks import Callbacks
from daemon.web.console.pages import console
from daemon.web.giving_way import GivesWay
from daemon.web.held import HeldPages
from daemon.web.letters import LetterPages
from daemon.web.look import STATEMENT, Guarded, Look
from daemon.web.pages import Items
from daemon.web.questions import QuestionPages
from daemon.web.records import RecordDoor
from daemon.web.replies import ReplyPages
from daemon.web.room import RoomPages
from daemon.web.session import Session
from daemon.web.silence import SilencePages
from daemon.web.visits import Visits

if TYPE_CHECKING:
    from daemon.web.sign_in import Provider

log = structlog.get_logger("daykeeper.web")
WRONG = {
    404: ("There is no such page", "Check that the whole address was copied."),
    405: ("This cannot be done here", "Nothing has changed."),
}


def create(
    line: Line,
    store: Store,
    clock: Clock,
    metrics: Metrics | None,
    ready: Callable[[], list[str]],
    extra_routes: Sequence[Route] = (),
    *,
    title: str,
    web: Web | None = None,
) -> Starlette:
    """Return the web application of one authority; `extra_routes` are the demo's own pages.

    `web` says where it is and how people sign in: without it nobody can. Raises Refusal.
    """
    web = web or Web()
    look = Look.of(title, statement=web.accessibility_statement or STATEMENT)
    items = Items(line.responder, clock, look)
    reception = Reception(store, web.sign_in.admission()) if web.sign_in else None
    visits = Visits(reception, clock, look, items.key, is_secure=web.is_https)
    session = Session(_provider(web), visits)
    machines = health.routes(store, line.house, clock, metrics, ready, disks=line.disks)

    has_first = web.sign_in is not None or any(one.path == attempt.HOME for one in extra_routes)

    async def tell(request: Request) -> Response:
        said: dict[str, Any] = {"own": web.accessibility_statement, "release": RELEASE}
        if visit := await visits.guest(request):
            return visit.page("accessibility.html.j2", **said)
        return look.page("accessibility.html.j2", has_first=has_first, **said)

    async def refuse(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 400
        words = WRONG.get(status, ("That cannot be read", ""))
        visit = await visits.guest(request)
        answer = (
            visit.words(status, *words)
            if visit
            else look.words(status, *words, has_first=has_first)
        )
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    def wait(_: Request, error: Exception) -> Response:
        log.warning("page.refused", reason=type(error).__name__)
        text = "Nothing has changed. Try again in a few minutes."
        head = "This cannot be done at the moment"
        return look.words(503, head, text, has_first=has_first)

    def fail(_: Request, __: Exception) -> Response:
        text = "Try again in a few minutes."
        return look.words(500, "Something went wrong", text, has_first=has_first)

    app = Starlette(
        routes=[
            Route("/item/{token}", items.meet, methods=["GET", "POST"]),
            Route(STATEMENT, tell),
            *machines,
            *Callbacks(line.listener).routes(),
            *RecordDoor(line.posted, clock).routes(),
            *extra_routes,
            *session.routes(),
            *QuestionPages(line.decisions, line.room, line.posting, visits).routes(),
            # /conferences/past is a page, and no conference
            *console(store, line.house, visits, web.rehearsals),
            *RoomPages(line.room, visits).routes(),
            *ReplyPages(line.replies, visits).routes(),
            *HeldPages(store, line.house, visits).routes(),
            *LetterPages(line.posting, visits).routes(),
            *SilencePages(line.silencing, visits).routes(),
        ],
        middleware=[
            Middleware(Guarded),
            Middleware(GivesWay, line.at_work, never={one.path for one in machines}),
        ],
        exception_handlers={
            HTTPException: refuse,
            ClientDisconnect: refuse,
            StoreLost: wait,
            StoreUnavailable: wait,
            Exception: fail,
        },
    )
    app.router.redirect_slashes = False
    return app


def _provider(web: Web) -> "Provider | None":
    if web.sign_in is None:
        return None
    from daemon.web.sign_in import provider_of  # noqa: PLC0415 - whoever never signs in loads no library for it

    return provider_of(web.sign_in, web.address)
