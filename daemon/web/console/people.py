"""The people whom messages reach: what they do, who stands in for them, and when they are away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.decide.people.recipients import People
from daemon.domain.person import Person, Post
from daemon.domain.times import WEEKDAYS, day_of, say, say_day
from daemon.engine.standing.sight import is_inside
from daemon.web.console.desk import Desk, leaf
from daemon.web.visits import Visit

LEFT = "Has left, or has yet to begin"


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """Shows the directory as it was last read. No address of anybody stands on the page."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the one page."""
        return [self.desk.visits.route("/people", self.show, ("GET", "POST"))]

    def show(self, visit: Visit) -> Response:
        """Return a page of the directory: who is away first, or who is found by a word."""
        if not is_inside(visit.who):
            return visit.refused()
        asked = visit.fields.get("word", "").strip()
        with self.desk.store.read() as tx:
            people, read_at = self.desk.house.people(tx), tx.people.read_at()
        today = day_of(visit.now)
        lines = self._lines(people, today, asked.casefold())
        found = leaf(lines, visit.number, 200 if asked else 25)
        return visit.page(
            "people.html.j2", leaf=found, at=visit.at, word=asked,
            read=say(read_at) if read_at else "", today=say_day(today),
        )  # fmt: skip

    def _lines(self, people: People, today: date, asked: str) -> Iterator[dict[str, Any]]:
        every = sorted(people.by_id.values(), key=lambda one: (not one.is_away(today), one.id))
        for one in every:
            line = self._line(one, today)
            said = " ".join((one.id, line["posts"], line["away"])).casefold()
            if asked in said:
                yield line

    def _line(self, one: Person, today: date) -> dict[str, Any]:
        coming = sorted(span for span in one.absences if span[1] >= today)
        works = ", ".join(WEEKDAYS[day] for day in sorted(one.works))
        return {
            "id": one.id.partition("@")[0] if "@" in one.id else one.id,
            "posts": "; ".join(self._post(post) for post in one.posts if post.role) or "Holds no role",
            "away": "; ".join(_span(*span) for span in coming) or "No absence is known",
            "standing": "Away" if one.is_away(today) else LEFT if not one.is_here(today) else "Here",
            "tone": "late" if one.is_away(today) else "gone" if not one.is_here(today) else "met",
            "delegate": (one.delegate or "").partition("@")[0] or "Nobody", "works": works,
        }  # fmt: skip

    def _post(self, post: Post) -> str:
        words = self.desk.words
        role = words.role(post.role or "")
        where = [
            f"team {post.team}" if post.team else "",
            words.agencies.get(post.agency or "", ""),
        ]
        since = f"from {say_day(post.valid_from)}" if post.valid_from else ""
        until = f"until {say_day(post.valid_to)}" if post.valid_to else ""
        return ", ".join(filter(None, (role[:1].upper() + role[1:], *where, since, until)))


def _span(first: date, last: date) -> str:
    return say_day(first) if first == last else f"{say_day(first)} to {say_day(last)}"
