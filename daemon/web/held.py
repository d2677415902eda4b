"""The page of what is held: for whoever has signed in, what concerns their own cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.people.recipients import Access
from daemon.domain.times import say
from daemon.engine.answering.silencing import MANAGERS
from daemon.engine.house import House
from daemon.engine.standing.onlooker import SignedIn
from daemon.engine.standing.sight import runs_it
from daemon.engine.standing.withheld import STOPS, Withheld, withheld
from daemon.store import Store
from daemon.web.visits import Visit, Visits

HEADINGS: Mapping[str, str] = {
    "restore": "Everything: the database was put back",
    "pause": "Everything: sending is paused",
    "brake": "Too much at once",
    "family": "A family after a death",
    "silence": "Silenced cases",
    "restricted": "Restricted cases that name nobody",
    "data": "Data that is too old",
    "unreadable": "Cases that cannot be read",
    "role": "Roles that nobody holds",
    "address": "Not deliverable",
}
FAMILY = "family"
ON_HOLD = "messages about this family have stopped"  # why, a service manager reads: one neutral notice, to few
# of these everybody hears, whosever cases they are
WHOLE = frozenset({"restore", "pause", "brake"})


@dataclass(frozen=True, slots=True)
class HeldPages:
    """Shows what is held. The store is used on worker threads only."""

    store: Store
    house: House
    visits: Visits

    def routes(self) -> list[BaseRoute]:
        """Return the one page."""
        return [self.visits.route("/held", self.show)]

    def show(self, visit: Visit) -> Response:
        """Return what is held of somebody's own cases; a manager also hears how much there is beside."""
        is_manager = not visit.who.roles.isdisjoint(MANAGERS)
        with self.store.read() as tx:
            onlooker = SignedIn.of(tx, self.house, visit.who, visit.now)
            counts = onlooker.counts if is_manager else _nothing
            found = withheld(tx, self.house, onlooker, visit.now, counts)
        shown = [one for one in found if one.refs or one.why in WHOLE or is_manager]
        groups: dict[str, list[dict[str, Any]]] = {}
        for one in shown:
            groups.setdefault(one.why, []).append(
                _entry(one, is_manager=is_manager, is_operator=runs_it(visit.who))
            )
        headings = HEADINGS if is_manager else {**HEADINGS, FAMILY: "A family on hold"}
        return visit.page(
            "held.html.j2", groups=[(headings[why], each) for why, each in groups.items()]
        )


def _nothing(_: Access) -> bool:
    """Count no case for somebody who manages none: they hear of their own alone."""
    return False


def _entry(one: Withheld, *, is_manager: bool, is_operator: bool) -> dict[str, Any]:
    may_release = is_operator if one.page == STOPS else is_manager
    by, _, _ = one.by.partition(" (`") if may_release else (one.by, "", "")
    what = one.what if is_manager or one.why != FAMILY else ON_HOLD
    return {
        "what": what[:1].upper() + what[1:],
        "refs": one.refs,
        "others": one.others,
        "since": say(one.since_at) if one.since_at else "",
        "by": by.replace("`", ""),
        "page": one.page if may_release else "",
    }
