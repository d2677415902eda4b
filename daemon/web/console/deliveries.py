"""The deliveries: what was handed over, what was delivered, what was refused, and of what that is not known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.notice import Notice
from daemon.domain.times import say
from daemon.engine.standing.sight import Sight, runs_it
from daemon.web.console.casefile import STATES
from daemon.web.console.desk import AT_ONCE, Desk, leaf
from daemon.web.visits import Visit

BACK = timedelta(days=92)  # so far deliveries are listed
HEARD = {
    "message.delivered": "delivered",
    "message.bounced": "came back",
    "message.delayed": "delayed",
}


class Kind(NamedTuple):
    """Which deliveries one list shows: those in some states, or of which the journal has heard this."""

    title: str
    states: tuple[DeliveryState, ...] = ()
    heard: str = ""


KINDS: Mapping[str, Kind] = {
    "all": Kind("Every delivery"),
    "handed-over": Kind("Handed over", (DeliveryState.ACCEPTED,)),
    "delivered": Kind("Delivered", heard="message.delivered"),
    "came-back": Kind("Came back", heard="message.bounced"),
    "unknown": Kind("Unknown", (DeliveryState.UNKNOWN,)),
    "refused": Kind("Refused", (DeliveryState.REFUSED,)),
    "under-way": Kind("Under way", (DeliveryState.SENDING, DeliveryState.WILL_RETRY)),
}


@dataclass(frozen=True, slots=True)
class DeliveryPages:
    """Shows deliveries without their words or anybody's address; none that is about a case that is not shown."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the lists."""
        visits = self.desk.visits
        return [
            visits.route("/service/deliveries", self.show),
            visits.route("/service/deliveries/{kind}", self.show),
        ]

    def show(self, visit: Visit) -> Response:
        """Return a page of the deliveries of one kind, the newest first."""
        if not runs_it(visit.who):
            return visit.refused()
        name = visit.path.get("kind", "all")
        kind = KINDS.get(name)
        if kind is None:
            return visit.words(
                404, "There is no such list", "Choose one of the lists of deliveries."
            )
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit, of_service=True)
            messages = tx.lists.messages(kind.states, visit.now - BACK)
            if kind.heard:
                ids = {one.about for one in tx.journal.since(kind.heard, visit.now - BACK)}
                messages = [one for one in messages if one.id in ids]
            found = leaf(self._lines(sight, messages), visit.number)
        return visit.page(
            "deliveries.html.j2", leaf=found, at=visit.at, title=kind.title, name=name,
            kinds=[(one, each.title) for one, each in KINDS.items()],
        )  # fmt: skip

    def _lines(self, sight: Sight, messages: list[Outgoing]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(messages), AT_ONCE):
            some = messages[start : start + AT_ONCE]
            carried = sight.tx.notices.of_messages([one.id for one in some])
            for one in some:
                notices = carried.get(one.id, [])
                refs = list(dict.fromkeys(ref for notice in notices for ref in notice.refs))
                if len(sight.records(refs)) == len(refs):
                    yield self._line(sight, one, notices, refs)

    def _line(
        self, sight: Sight, one: Outgoing, notices: list[Notice], refs: list[str]
    ) -> dict[str, Any]:
        words = self.desk.words
        heard = [
            HEARD[e.kind]
            for e in sight.tx.journal.of(one.id)
            if e.about == one.id and e.kind in HEARD
        ]
        twice = ", may have arrived twice" if one.ambiguous else ""
        state = f"{STATES.get(str(one.state), str(one.state))}{twice}"
        tone = {DeliveryState.ACCEPTED: "met", DeliveryState.REFUSED: "overdue"}.get(
            one.state, "late"
        )
        return {
            "when": say(one.accepted_at or one.created_at), "channel": words.channels.get(one.channel, one.channel),
            "roles": ", ".join(sorted({words.role(notice.role) for notice in notices})) or "a list",
            "refs": ", ".join(refs) or "No case", "state": state[:1].upper() + state[1:], "tone": tone,
            "heard": ", ".join(dict.fromkeys(heard)) or "nothing came back", "attempts": one.attempts,
            "reason": (one.reason or "").replace("-", " "),
        }  # fmt: skip
