"""The rehearsals that were kept: what a draft of the rules would have told people, beside the rules in force."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.times import day_of, say, say_day
from daemon.engine.standing.sight import runs_it
from daemon.pages.write import rehearsal_page
from daemon.rehearsal.kept import COUNTS, Kept, files, last_change, read
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit

GONE = (
    "There is no such rehearsal",
    "It may have been taken out of the folder. Open the list again.",
)


@dataclass(frozen=True, slots=True)
class RehearsalPages:
    """Shows the rehearsals that lie in a folder. Their examples, which name cases, and their people are left out."""

    desk: Desk
    folder: Path

    def routes(self) -> list[BaseRoute]:
        """Return the list, and the page of each rehearsal, with its charts as a file."""
        visits = self.desk.visits
        return [
            visits.route("/service/rehearsals", self.list),
            visits.route("/service/rehearsals/{name}", self.show),
            visits.route("/service/rehearsals/{name}/rehearsal.html", self.give),
        ]

    def list(self, visit: Visit) -> Response:
        """Return which rehearsals there are, the newest first."""
        if not runs_it(visit.who):
            return visit.refused()
        found = [
            _plain(kept) if (kept := read(file)) else _odd(file) for file in files(self.folder)
        ]
        return visit.page("rehearsals.html.j2", rehearsals=found)

    def show(self, visit: Visit) -> Response:
        """Return one rehearsal by rule, role and week."""
        if not runs_it(visit.who):
            return visit.refused()
        kept = self._kept(visit.path["name"])
        if kept is None:
            return visit.words(404, *GONE)
        tables = [
            (head, [(row["title"], [row[one] for one in COUNTS]) for row in kept.said[part]])
            for head, part in (("Rule", "by_rule"), ("Role", "by_role"))
        ]
        weeks = [
            (say_day(date.fromisoformat(row["from"])), row["present"], row["draft"])
            for row in kept.said["by_week"]
        ]
        return visit.page(
            "rehearsal.html.j2", changes=COUNTS, tables=tables, weeks=weeks, **_plain(kept)
        )

    def give(self, visit: Visit) -> Response:
        """Return the page of one rehearsal with its charts, as a file: drawn anew, so that it names no case."""
        if not runs_it(visit.who):
            return visit.refused()
        kept = self._kept(visit.path["name"])
        if kept is None:
            return visit.words(404, *GONE)
        headers = {"Content-Disposition": 'attachment; filename="rehearsal.html"'}
        return Response(rehearsal_page(kept.said), media_type="text/html", headers=headers)

    def _kept(self, name: str) -> Kept | None:
        file = next((one for one in files(self.folder) if one.stem == name), None)
        return read(file) if file else None


def _plain(kept: Kept) -> dict[str, Any]:
    first, last = (
        say_day(day_of(datetime.fromisoformat(kept.said[end]))) for end in ("from", "to")
    )
    return {
        "name": kept.name, "is_read": True, "when": say(kept.at), "by": kept.by, "draft": kept.draft,
        "first": first, "last": last, "cases": kept.said["cases"], "notices": kept.said["notices"],
    }  # fmt: skip


def _odd(file: Path) -> dict[str, Any]:
    return {"name": file.stem, "is_read": False, "when": say(last_change(file))}
