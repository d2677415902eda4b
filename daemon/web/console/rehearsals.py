"""The reports of rehearsals: what a draft of the rules would have told people, as `rehearse --json` counts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.times import say, say_day
from daemon.engine.standing.sight import runs_it
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit

CHANGES = ("present", "draft", "same", "earlier", "later", "new", "gone")
MOST, LARGEST = 20, 2_000_000  # reports that are listed, and bytes of one
GONE = ("There is no such report", "It may have been taken out of the folder. Open the list again.")


@dataclass(frozen=True, slots=True)
class RehearsalPages:
    """Shows the reports that lie in a folder. Their examples, which name cases, and their people are left out."""

    desk: Desk
    folder: Path

    def routes(self) -> list[BaseRoute]:
        """Return the list, and the page of each report."""
        visits = self.desk.visits
        return [
            visits.route("/service/rehearsals", self.list),
            visits.route("/service/rehearsals/{name}", self.show),
        ]

    def list(self, visit: Visit) -> Response:
        """Return which reports there are, the newest first."""
        if not runs_it(visit.who):
            return visit.refused()
        found = [
            {
                "name": file.stem,
                "when": say(_written_at(file)),
                **(_read(file) or {"is_unread": True}),
            }
            for file in self._files()
        ]
        return visit.page("rehearsals.html.j2", reports=found)

    def show(self, visit: Visit) -> Response:
        """Return one report by rule, role and week."""
        if not runs_it(visit.who):
            return visit.refused()
        wanted = visit.path["name"]
        file = next((one for one in self._files() if one.stem == wanted), None)
        said = _read(file) if file else None
        if file is None or said is None:
            return visit.words(404, *GONE)
        return visit.page(
            "rehearsal.html.j2", name=wanted, when=say(_written_at(file)), changes=CHANGES, **said
        )

    def _files(self) -> "Iterator[Path]":
        found = [one for one in self.folder.glob("*.json") if one.is_file()]
        return iter(sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)[:MOST])


def _written_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(second=0, microsecond=0)


def _read(file: Path) -> dict[str, Any] | None:
    """Return the figures of a report; None where it is none."""
    try:
        if file.stat().st_size > LARGEST:
            return None
        said = json.loads(file.read_text("utf-8"))
        first, last = (datetime.fromisoformat(said[name]) for name in ("from", "to"))
        return {
            "cases": int(said["cases"]), "first": say_day(first.date()), "last": say_day(last.date()),
            "notices": {one: int(said["notices"][one]) for one in CHANGES},
            "tables": [
                (head, [(row["title"], [int(row[one]) for one in CHANGES]) for row in said[part]])
                for head, part in (("Rule", "by_rule"), ("Role", "by_role"))
            ],
            "weeks": [(say_day(datetime.fromisoformat(row["from"]).date()), int(row["present"]), int(row["draft"]))
                      for row in said["by_week"]],
        }  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None
