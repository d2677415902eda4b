"""Every page that people open in a browser, with who opens it and how they come there; and what is no page, and why."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from starlette.routing import Match, Route

from daemon.domain.link import case_code, page_code
from tests.chromium import Page
from tests.doors.console.conftest import SAM, SUE
from tests.doors.entrance import Entrance
from tests.doors.provider import WickedProvider
from tests.doors.signed_in.stage import CHRIS, CONOR

FIRST = "document.querySelector('a[href^=\"{}\"]')?.getAttribute('href')"
NOWHERE = ""  # the route of what no route answers
Who = Mapping[str, Any]


class Stop(NamedTuple):
    """One page. `link` is how the address begins that is followed from `path`; `who` None is a stranger."""

    name: str
    route: str
    path: str
    who: Who | None = SUE
    link: str = ""


STOPS = (
    Stop("home", "/", "/"),
    Stop("board", "/board", "/board"),
    Stop("board-part", "/board/{part}", "/board/overdue"),
    Stop("cases", "/cases", "/cases"),
    Stop("case", "/cases/{code}", f"/cases/{case_code('SC-1')}"),
    Stop("case-with-a-slip", "/cases/{code}", f"/cases/{case_code('SC-3')}"),
    Stop("conferences", "/conferences", "/conferences"),
    Stop("conference-far-ahead", "/conferences/{id}/record", f"/conferences/{page_code('M-FAR')}/record"),
    Stop("conferences-past", "/conferences/past", "/conferences/past"),
    Stop("conference", "/conferences/{id}/record", f"/conferences/{page_code('M-F-1')}/record"),
    Stop("people", "/people", "/people"),
    Stop("issues", "/issues", "/issues"),
    Stop("journal", "/journal", "/journal"),
    Stop("report", "/report", "/report"),
    Stop("held", "/held", "/held"),
    Stop("silence", "/silence", "/silence"),
    Stop("service", "/service", "/service"),
    Stop("stops", "/service/stops", "/service/stops"),
    Stop("pause", "/service/stops/{act}", "/service/stops/pause"),
    Stop("resume", "/service/stops/{act}", "/service/stops/resume"),
    Stop("brake", "/service/stops/{act}", "/service/stops/brake"),
    Stop("feeds", "/service/feeds", "/service/feeds"),
    Stop("deliveries", "/service/deliveries", "/service/deliveries"),
    Stop("deliveries-of-a-kind", "/service/deliveries/{kind}", "/service/deliveries/handed-over"),
    Stop("rules", "/service/rules", "/service/rules"),
    Stop("rehearsals", "/service/rehearsals", "/service/rehearsals"),
    Stop("rehearsal", "/service/rehearsals/{name}", "/service/rehearsals/2026-03-18-090000-north-draft"),
    Stop("statement", "/accessibility", "/accessibility"),
    Stop("no-such-page", NOWHERE, "/nowhere"),
    Stop("no-such-case", "/cases/{code}", "/cases/none"),
    Stop("no-such-conference", "/conferences/{id}/record", "/conferences/none/record"),
    Stop("not-to-be-opened", "/sign-out", "/sign-out"),
    Stop("question", "/questions/{id}", "/", CHRIS, "/questions/"),
    Stop("room", "/conferences/{id}", "/", CHRIS, "/conferences/"),
    Stop("replies", "/replies", "/replies", CHRIS),
    Stop("reply", "/replies/{id}", "/replies", CHRIS, "/replies/"),
    Stop("letters", "/letters", "/letters", CONOR),
    Stop("letter", "/letters/{id}", "/letters", CONOR, "/letters/"),
    Stop("not-theirs", "/service", "/service", SAM),
    Stop("item", "/item/{token}", "/item/ITEM", None),
    Stop("no-such-item", "/item/{token}", "/item/nothing", None),
    Stop("statement-for-a-stranger", "/accessibility", "/accessibility", None),
    Stop("no-such-page-for-a-stranger", NOWHERE, "/nowhere", None),
    Stop("not-signed-in", "/sign-in/back", "/sign-in/back", None),
)  # fmt: skip
NO_PAGE = {
    "/health/live": "a word for machines",
    "/health/ready": "lines for machines",
    "/metrics": "figures for machines",
    "/api/openapi.json": "JSON for machines",
    "/questions.json": "JSON for machines",
    "/sign-in": "leads to the organisation's own sign-in",
    "/report/{file}": "files; report.html is looked at by tests/doors/test_report.py",
    "/service/rehearsals/{name}/rehearsal.html": "a file, looked at by tests/evidence/test_commands.py",
}


def opened(routes: Sequence[Any]) -> list[str]:
    """Return the paths of all routes that answer a browser's asking."""
    return [one.path for one in routes if isinstance(one, Route) and "GET" in (one.methods or ())]


def route_of(routes: Sequence[Any], path: str) -> str:
    """Return the path of the route that answers an address, NOWHERE where none does."""
    scope = {"type": "http", "method": "GET", "path": path}
    found = (one.path for one in routes if one.matches(scope)[0] is not Match.NONE)
    return next(found, NOWHERE)


def walked(
    tab: Page, place: Entrance, provider: WickedProvider, item: str, width: int
) -> Iterator[Stop]:
    """Yield each page while the tab shows it; whoever opens the next one signs in first.

    `item` is the token of a link in a message. Raises AssertionError where an address leads elsewhere.
    """
    who: Who | None = None
    tab.ask("Network.clearBrowserCookies")
    for stop in STOPS:
        if stop.who is not who:
            who = stop.who
            tab.ask("Network.clearBrowserCookies")
            if who is not None:
                provider.claims = who
                tab.open(f"{place.address}/", width=width)
        tab.open(place.address + stop.path.replace("ITEM", item), width=width)
        if stop.link:
            found = tab.value(FIRST.format(stop.link))
            assert found, f"{stop.name}: no link to {stop.link} on {stop.path}"
            tab.open(f"{place.address}{found}", width=width)
        shown = route_of(place.app.routes, tab.value("location.pathname"))
        assert shown == stop.route, f"{stop.name}: it is {tab.value('location.href')}"
        yield stop
