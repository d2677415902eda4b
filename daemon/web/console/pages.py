"""console(…): the routes of every page of the console, in one list."""

from pathlib import Path

from starlette.routing import BaseRoute

from daemon.engine.house import House
from daemon.store import Store
from daemon.web.console.board import BoardPages
from daemon.web.console.cases import CasePages
from daemon.web.console.conferences import ConferencePages
from daemon.web.console.deliveries import DeliveryPages
from daemon.web.console.desk import Desk
from daemon.web.console.issues import IssuePages
from daemon.web.console.journal import JournalPages
from daemon.web.console.people import PeoplePages
from daemon.web.console.rehearsals import RehearsalPages
from daemon.web.console.report import ReportPages
from daemon.web.console.rules import RulePages
from daemon.web.console.service import ServicePages
from daemon.web.console.stops import StopPages
from daemon.web.visits import Visits

PAGES = (
    BoardPages,
    CasePages,
    ConferencePages,
    IssuePages,
    PeoplePages,
    ReportPages,
    ServicePages,
    StopPages,
    DeliveryPages,
    RulePages,
    JournalPages,
)


def console(store: Store, house: House, visits: Visits, rehearsals: Path) -> list[BaseRoute]:
    """Return the routes; each page asks who comes, and shows what is theirs to see.

    `rehearsals` is the folder in which rehearsals are kept.
    """
    desk = Desk(store, house, visits)
    every = [route for pages in PAGES for route in pages(desk).routes()]
    return [*every, *RehearsalPages(desk, rehearsals).routes()]
