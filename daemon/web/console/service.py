"""How the service itself stands: what stops it, its feeds, and the way to all that whoever runs it looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.errors import Severity
from daemon.domain.times import say
from daemon.engine.sending.pause import paused
from daemon.engine.standing.sight import runs_it
from daemon.engine.telling.brake import held
from daemon.store import Tx
from daemon.web.console.board import stops
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit


@dataclass(frozen=True, slots=True)
class ServicePages:
    """Shows the state of the service to those whose sign-in makes it theirs."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the overview, what stops sending, and the feeds."""
        visits = self.desk.visits
        return [
            visits.route("/service", self.show),
            visits.route("/service/stops", self.stops),
            visits.route("/service/feeds", self.feeds),
        ]

    def show(self, visit: Visit) -> Response:
        """Return the overview."""
        if not runs_it(visit.who):
            return visit.refused()
        with self.desk.store.read() as tx:
            return visit.page("service.html.j2", now=say(visit.now), stopped=list(stops(tx)))

    def stops(self, visit: Visit) -> Response:
        """Return what keeps messages back: pause, brake and silence; and by whom each ends."""
        if not runs_it(visit.who):
            return visit.refused()
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit, of_service=True)
            pause, brake = paused(tx), held(tx)
            silenced = tx.silenced.all()
            shown = [silenced[record.ref] for record, _ in sight.of((ref, ref) for ref in silenced)]
            kept = [one for one in brake.notices if sight.records(one.refs).keys() == set(one.refs)]
            return visit.page(
                "stops.html.j2",
                pause={"until": say(pause.until), "since": say(pause.since), "by": pause.by} if pause else None,
                brake={"since": say(brake.on.since), "why": brake.on.why} if brake.on else None,
                held=[
                    {"when": say(one.at), "role": self.desk.words.role(one.role), "refs": ", ".join(one.refs)}
                    for one in kept[:100]
                ],
                silenced=[{"ref": one.ref, "until": say(one.until_at), "by": one.person} for one in shown],
            )  # fmt: skip

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
            yield {
                "name": name, "role": self.desk.words.feed_roles.get(feed.role, feed.role), "word": word, "tone": tone,
                "known": say(known_at) if known_at else "Never",
                "read": say(state.read_at) if state and state.read_at else "Never",
                "failure": (state.failure or "") if state and not state.ok else "",
            }  # fmt: skip
