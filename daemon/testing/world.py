"""A whole authority on a hand-moved clock: real store, real rulebook, real line; fakes at the ports only."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.telling.digests import PLANNED
from daemon.domain.delivery import Outgoing
from daemon.domain.facts import moment
from daemon.domain.link import hash_of
from daemon.domain.message import Lane
from daemon.domain.person import Person, Post
from daemon.domain.rules import Rulebook
from daemon.domain.times import LONDON, OfficeHours
from daemon.engine.answering.silencing import ASKED_BEFORE
from daemon.engine.house import Feed, House, Terms
from daemon.engine.line import Line
from daemon.engine.telling.heartbeat import HEARTBEAT
from daemon.engine.telling.weekly import SUMMARY
from daemon.rulebook import load, load_days, shipped
from daemon.store import Outside, Store
from daemon.testing.empty import lay
from daemon.testing.fakes import FakeChannel, FakeDirectory, FakeSource, HandClock

PACK = "stoke-on-trent"
DIARY = "conference_diary"
STAFF = {
    "sam": ("social_worker", "north"),
    "cora": ("team_coordinator", "north"),
    "tom": ("team_manager", "north"),
    "sue": ("safeguarding_service_manager", None),
    "wes": ("social_work_service_manager", None),
    "conor": ("conference_coordinator", None),
    "duty": ("duty_mailbox", None),
}
STEPS = 100_000


def person(
    name: str, role: str, team: str | None = None, *,
    agency: str | None = None, area: str | None = None, **more: Any,
) -> Person:  # fmt: skip
    """Return an invented member of staff, reached by e-mail and Teams."""
    address = f"{name}@council.example"
    posts = (Post(role, team, agency, area),)
    return Person(name, {"email": address, "teams": address}, **{"posts": posts, **more})


def at(text: str) -> datetime:
    """Return the instant of a London time as tests write it: "2026-03-06 17:00"."""
    return moment(datetime.fromisoformat(text))[0]


@cache
def loaded(folder: Path) -> Rulebook:
    """Return a folder's rulebook, read once: it never changes, and many worlds stand under it."""
    book, problems = load(folder)
    if book is None:
        raise ValueError(problems)
    return book


class World:
    """One authority. `until` walks the clock through every moment at which something is due."""

    def __init__(
        self,
        folder: Path,
        start: str,
        *,
        url: str | None = None,
        outside: Outside | None = None,
        policies: Path | None = None,
        authority: str = "testshire",
        **terms: Any,
    ) -> None:
        """Start an authority at a London time, its database in `folder` unless one is made at `url`.

        `policies` is its rulebook's folder, the shipped one by default.
        """
        self.clock = HandClock(at(start))
        rulebook = policies or shipped()
        book = loaded(rulebook)
        self.deciding = Deciding(
            book, Calendar(load_days(rulebook, "england-and-wales"), OfficeHours()), PACK
        )
        self.url = url or lay(folder / "daykeeper.sqlite")
        self.store = Store.open(self.url, authority)
        self.feed = FakeSource(self.clock)
        self.email = FakeChannel("email", self.clock)
        self.directory = FakeDirectory(
            [person(name, role, team) for name, (role, team) in STAFF.items()]
        )
        self.house = House(
            deciding=self.deciding,
            terms=Terms(
                **{
                    "title": "Testshire", "operator": "operator@council.example", "fallback": "duty",
                    "address": "http://127.0.0.1:8700", "link_key": bytes(32),
                    "internal": frozenset({"council.example"}), "retry_first": timedelta(seconds=15), **terms,
                }
            ),
            feeds={"diary": Feed("diary", DIARY, self.feed, timedelta(0), timedelta(0))},
            channels={"email": self.email},
            directory=self.directory,
            order={"*": ["diary"]},
            enforce_from=date(2018, 1, 1),
        )  # fmt: skip
        self.line = Line.of(
            self.store,
            self.house,
            self.clock,
            people_every=timedelta(0),
            outside=outside,
            ticks=lambda: self.clock().timestamp(),
        )

    @contextmanager
    def case(self, ref: str, **more: Any) -> Iterator[dict[str, Any]]:
        """Change a case's record: yield its body, and give it to the feed afterwards."""
        body = dict(
            self.feed.bodies.get(ref)
            or {"ref": ref, "pathway": PACK, "family": f"F-{ref}", "team": "north", "facts": {}}
        )
        body["facts"] = dict(body["facts"])
        body.update(more)
        yield body
        self.feed.bodies[ref] = body

    def fact(self, ref: str, **facts: Any) -> None:
        """Record facts of a case; None takes one away."""
        with self.case(ref) as body:
            for name, value in facts.items():
                if value is None:
                    body["facts"].pop(name, None)
                else:
                    body["facts"][name] = value

    def turn(self) -> None:
        """Turn the line where the clock stands."""
        self.line.turn()

    def until(self, text: str) -> None:
        """Walk the clock to a London time, turning the line wherever something is due on the way."""
        end = at(text)
        self.turn()
        for _ in range(STEPS):
            moments = [moment for moment in self._moments() if self.clock.now < moment <= end]
            if not moments:
                break
            self.clock.now = min(moments)
            self.turn()
        self.clock.now = end
        self.turn()

    def _moments(self) -> Iterator[datetime]:
        with self.store.read() as tx:
            if next_at := tx.obligations.next_at():
                yield next_at
            rhythms = [*filter(None, map(tx.marks.moment, (SUMMARY, HEARTBEAT)))]
            rhythms += map(datetime.fromisoformat, map(str, tx.marks.starting(PLANNED).values()))
            now, opening = self.clock.now, self.deciding.calendar.opening(self.clock.now)
            yield from (at if at > now else opening for at in rhythms)  # late, they wait for it
            for row in tx.silenced.all().values():
                yield from (row.until_at - ASKED_BEFORE, row.until_at)
            far = self.clock.now + timedelta(days=30)
            yield from (one.at for one in tx.notices.waiting(None, far, 100))
            for lane in Lane:
                yield from (one.look_at for one in tx.messages.due(lane, far, 100) if one.look_at)
                yield from [opening] if tx.due(lane, now, 1) else []

    def told(self) -> list[tuple[str, str, str]]:
        """Return (London time, person, subject) of everything sent so far, in order."""
        return [
            (f"{one.at.astimezone(LONDON):%Y-%m-%d %H:%M}", one.to, one.message.subject)
            for one in self.email.sent
        ]

    def deliveries(self, *people: str, channel: str = "") -> list[Outgoing]:
        """Return the messages to some people, the newest first, as the console lists them; by one channel or any."""
        with self.store.read() as tx:
            listed = tx.lists.messages()
        theirs = [one for one in listed if one.person in people]
        return [one for one in theirs if one.channel == channel] if channel else theirs

    def fired(self) -> list[tuple[str, str, str]]:
        """Return (London time, person, rung) of every notice in what was sent so far, in order."""
        with self.store.read() as tx:
            return [
                (f"{one.at.astimezone(LONDON):%Y-%m-%d %H:%M}", one.to, notice.key.rung)
                for one in self.email.sent
                for notice in sorted(
                    tx.notices.of_message(one.message.id),
                    key=lambda n: (n.key.obligation, n.key.rung),
                )
            ]

    def link(self, to: str, action: str) -> str:
        """Return the token of the newest link of that kind that a person was sent."""
        with self.store.read() as tx:
            for one in reversed(self.email.sent):
                if one.to == to:
                    for token in re.findall(r"/item/([\w-]+)", one.message.text):
                        row = tx.links.get(hash_of(token))
                        if row is not None and row.action == action:
                            return str(token)
        raise LookupError(f"{to} was sent no {action} link")

    def close(self) -> None:
        """Give everything back."""
        self.line.deliverer.close()
        self.store.close()

    def record(self, ref: str) -> Mapping[str, Any]:
        """Return a case's record as the feed gives it."""
        return self.feed.bodies[ref]
