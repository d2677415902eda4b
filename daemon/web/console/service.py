"""How the service itself stands: its feeds, and the way to all that whoever runs it looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Severity
from daemon.domain.times import say
from daemon.engine.standing.sight import runs_it
from daemon.store import Tx
from daemon.web.console.board import stops
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit


@dataclass(frozen=True, slots=True)
class ServicePages:
    """Shows the state of the service to those whose sign-in makes it theirs."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the overview, and the feeds."""
        visits = self.desk.visits
        return [
            visits.route("/service", self.show),
            visits.route("/service/feeds", self.feeds),
        ]

    def show(self, visit: Visit) -> Response:
        """Return the overview."""
        if not runs_it(visit.who):
            return visit.refused()
        with self.desk.store.read() as tx:
            return visit.page("service.html.j2", now=say(visit.now), stopped=list(stops(tx)))

    def feeds(self, visit: Visit) -> Response:
        """Return how each feed was read last, and which rows could not be read."""
        if not runs_it(visit.who):
            return visit.refused()
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit, of_service=True)
            feeds = list(self._feeds(tx, visit))
            unread = [
                {"feed": one.feed, "what": one.problem.what, "mend": one.problem.mend, "since": say(one.seen_at)}
                for one in tx.quarantine.open()
                if one.problem.severity is Severity.ERROR
                and sight.may_show(one.problem.where, one.problem.what)
            ][:100]  # fmt: skip
        return visit.page("feeds.html.j2", feeds=feeds, unread=unread)

    def _feeds(self, tx: Tx, visit: Visit) -> Iterator[dict[str, Any]]:
        states = tx.feeds.all()
        for name, feed in self.desk.house.feeds.items():
            state = states.get(name)
            known_at = state.as_known_at if state else None
            is_stale = known_at is None or visit.now - known_at > feed.fresh_within
            word = "Not read yet" if state is None or state.read_at is None else "Fresh"
            tone = "gone" if word == "Not read yet" else "met"
            if state and not state.ok:
                word, tone = "Cannot be read", "overdue"
            elif word == "Fresh" and is_stale:
                word, tone = "Too old", "late"
            jobs = [self.desk.words.feed_roles.get(job, job) for job in feed.jobs]
            yield {
                "name": name, "role": say_list(jobs), "word": word, "tone": tone,
                "known": say(known_at) if known_at else "Never",
                "read": say(state.read_at) if state and state.read_at else "Never",
                "failure": (state.failure or "") if state and not state.ok else "",
            }  # fmt: skip
