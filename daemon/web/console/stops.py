"""Brake and pause: what keeps messages back, and the pages on which whoever runs the service begins and ends it."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.times import DAY, LONDON, day_of, london, say
from daemon.engine.sending.pause import begin, end, paused
from daemon.engine.standing.sight import runs_it
from daemon.engine.telling.brake import apply, held, release
from daemon.store import Tx
from daemon.web.console.desk import Desk
from daemon.web.forms import read_moment
from daemon.web.visits import Visit

LONGEST = timedelta(days=14)  # of a pause that a page begins: whoever needs more goes on with it
SHOWN = 100  # of what the brake holds
OTHER = "other"
ELSEWHERE = "Another reason, recorded in your incident log"
CHANGED = "This has changed since you opened it: look again before you confirm"


class Act(NamedTuple):
    """Something that somebody can do here. `reasons` are coded: no free text enters the journal.

    `asks` and `button` are the words of both pages, `follows` what comes of it, `done` what is said afterwards.
    """

    asks: str
    button: str
    follows: str
    done: str
    reasons: Mapping[str, str]
    cannot: str
    can: Callable[[Tx], bool]


def _is_off(tx: Tx) -> bool:
    """Return whether something is not held by the brake: it may hold what goes to some people alone."""
    on = held(tx).on
    return on is None or bool(on.people)


ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "pause": Act(
            "Pause all sending", "Pause all sending",
            "Nothing is sent to anybody about any case: no reminder, no urgent message, no calendar entry. Feeds are "
            "read and dates run on. Afterwards what waits goes out, without what has been done meanwhile.",
            "Sending is paused.",
            {
                "sending_moves": "Mail, Teams or another way of sending is being moved or mended",
                "data_is_wrong": "The data that is read is wrong",
                "rules_are_wrong": "The rules, or the words of a message, are wrong",
                "exercise": "A test or an exercise",
                OTHER: ELSEWHERE,
            },
            "", lambda _: True,
        ),
        "resume": Act(
            "End the pause", "End the pause",
            "What waits goes out now, for every case; outside office hours what is not urgent waits for the opening. "
            "Reminders whose moment is past are skipped.",
            "The pause is over.",
            {"is_done": "What it was for is done", "by_mistake": "It was begun by mistake", OTHER: ELSEWHERE},
            "Sending is not paused.", lambda tx: paused(tx) is not None,
        ),
        "brake": Act(
            "Put the brake on", "Put the brake on",
            "Every message about what is overdue is held until somebody lets it go, also what has fired and has not "
            "gone out yet. Reminders, corrections and invitations go on. Whoever runs the service is told now, and "
            "every four hours.",
            "The brake is on.",
            {
                "data_is_wrong": "The data that is read is wrong",
                "rules_are_wrong": "The rules, or the words of a message, are wrong",
                "too_many": "More is coming than people can take in",
                OTHER: ELSEWHERE,
            },
            "The brake holds everything about what is overdue already.", _is_off,
        ),
        "release": Act(
            "Let go out what the brake holds", "Release the brake",
            "Everything that the brake holds and that is still overdue goes out, for every case, also for those that "
            "you are not shown. The brake is off, and its counts begin anew.",
            "The brake is released.",
            {"is_right": "It was looked at, and is right", "is_mended": "The cause is mended", OTHER: ELSEWHERE},
            "The brake is off: there is nothing to release.", lambda tx: held(tx).on is not None,
        ),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody has filled in. `mistake` is where the first one is, and what it is."""

    reason: str = ""
    on: str = ""
    clock: str = ""
    until: datetime | None = None
    mistake: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class StopPages:
    """Shows what is stopped to those whose sign-in makes it theirs, and takes their word: twice, with a reason."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the page of what is stopped, and the page of each act."""
        visits = self.desk.visits
        return [
            visits.route("/service/stops", self.show),
            visits.route("/service/stops/{act}", self.meet, ("GET", "POST")),
        ]

    def show(self, visit: Visit, done: str = "") -> Response:
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
                "stops.html.j2", done=done, may_brake=_is_off(tx),
                pause={"until": say(pause.until), "since": say(pause.since), "by": pause.by, "why": pause.why}
                if pause else None,
                brake={"since": say(brake.on.since), "why": brake.on.why} if brake.on else None,
                held=[
                    {"when": say(one.at), "role": self.desk.words.role(one.role), "refs": ", ".join(one.refs)}
                    for one in kept[:SHOWN]
                ],
                silenced=[{"ref": one.ref, "until": say(one.until_at), "by": one.person} for one in shown],
            )  # fmt: skip

    def meet(self, visit: Visit) -> Response:
        """Return the form of an act, then the page that asks once more; do it when both were answered."""
        name = visit.path["act"]
        act = ACTS.get(name)
        if not runs_it(visit.who):
            return visit.refused()
        if act is None:
            return visit.words(404, "There is no such page", "Nothing has changed.")
        with self.desk.store.read() as tx:
            if not act.can(tx):
                return visit.words(409, act.asks, f"{act.cannot} Nothing has changed.")
            seen = self._seen(tx, name)
        if not visit.is_post:
            return self._form(visit, name, self._proposed(visit.now))
        said = self._read(visit, name, act)
        if said.mistake[1]:
            return self._form(visit, name, said)
        if "sure" not in visit.fields or visit.fields.get("seen") != seen:
            warning = CHANGED if "sure" in visit.fields else ""
            return visit.page(
                "stop-sure.html.j2", name=name, act=act, said=said, seen=seen, warning=warning,
                why=act.reasons[said.reason], until=say(said.until) if said.until else "",
            )  # fmt: skip
        self._do(visit, name, act.reasons[said.reason], said)
        return self.show(visit, done=act.done)

    def _do(self, visit: Visit, name: str, why: str, said: Said) -> None:
        store, by, now = self.desk.store, visit.who.person, visit.now
        if name == "pause" and said.until:
            begin(store, said.until, by, why, now)
        elif name == "resume":
            end(store, now, by, why)
        elif name == "brake":
            apply(store, self.desk.house, now, by, why)
        elif name == "release":
            release(store, now, by, why)

    def _read(self, visit: Visit, name: str, act: Act) -> Said:
        reason, on, clock = (visit.fields.get(one, "") for one in ("reason", "on", "clock"))
        until = None
        if name == "pause":
            try:
                until = read_moment(on, clock)
            except ValueError:
                mistake = "on", "Write a day, and a time as 10:00"
                return Said(reason, on, clock, mistake=mistake)
            if not visit.now < until <= visit.now + LONGEST:
                mistake = "on", "Choose a moment that lies ahead, within the next 14 days"
                return Said(reason, on, clock, mistake=mistake)
        if reason not in act.reasons:
            return Said(reason, on, clock, until, ("reason-0", "Choose a reason"))
        return Said(reason, on, clock, until)

    def _form(self, visit: Visit, name: str, said: Said) -> Response:
        today = day_of(visit.now)
        last: date = today + LONGEST
        return visit.page(
            "stop.html.j2", 400 if said.mistake[1] else 200, name=name, act=ACTS[name], said=said,
            error=said.mistake[1], error_at=said.mistake[0], reasons=list(ACTS[name].reasons.items()),
            today=today.isoformat(), last=last.isoformat(),
        )  # fmt: skip

    def _proposed(self, now: datetime) -> Said:
        """Return the next opening of the office after today: a pause of which nobody thinks again ends then."""
        opens = self.desk.house.deciding.calendar.opening(london(day_of(now) + DAY))
        return Said(on=day_of(opens).isoformat(), clock=f"{opens.astimezone(LONDON):%H:%M}")

    def _seen(self, tx: Tx, name: str) -> str:
        """Return what tells that what is confirmed is what was looked at, and nothing else."""
        said = [str(paused(tx))]
        if name in ("brake", "release"):
            brake = held(tx)
            keys = sorted(str(one.key) for one in brake.notices) if name == "release" else []
            said = [str(brake.on), *keys]
        text = "\x00".join(["stops", name, *said])
        return hmac.digest(self.desk.visits.key, text.encode(), "sha256").hex()
