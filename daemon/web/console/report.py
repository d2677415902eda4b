"""The partnership's report as a page: the last that was made, with its figures as files; made anew by a button."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.times import day_of, say
from daemon.engine.standing.sight import reads_report
from daemon.report import (
    Kept,
    Span,
    figures,
    gathered,
    keep,
    kept,
    report_csv,
    report_page,
    shown_on_page,
)
from daemon.report.published import beside, own
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit

YEAR = timedelta(days=364)
YOUNG = timedelta(minutes=10)  # a report is not made again before: every case is counted for it
NONE_YET = ("There is no report yet", "Open the page of the report, and have one made.")
BUSY = "It is being made at this moment for somebody else. Open this page again in a minute."
FRESH = "It was made only now: this is the newest."


@dataclass(frozen=True, slots=True)
class ReportPages:
    """Shows the last report to whom the partnership's figures are for: they name no case, child or worker."""

    desk: Desk
    making: Lock = field(default_factory=Lock)

    def routes(self) -> list[BaseRoute]:
        """Return the page and its files."""
        visits = self.desk.visits
        return [
            visits.route("/report", self.meet, ("GET", "POST")),
            visits.route("/report/{file}", self.give),
        ]

    def meet(self, visit: Visit) -> Response:
        """Return the last report as it was made; after a press a new one, unless the last is young."""
        if not reads_report(visit.who):
            return visit.refused()
        last = self._last()
        if not visit.is_post:
            return self._show(visit, last)
        if last is not None and timedelta(0) <= visit.now - last.at < YOUNG:
            return self._show(visit, last, FRESH)
        if not self.making.acquire(blocking=False):
            return self._show(visit, last, BUSY)
        try:
            self._make(visit.who.person, visit.now)
        finally:
            self.making.release()
        return self._show(visit, self._last(), "The report was made.")

    def give(self, visit: Visit) -> Response:
        """Return the last report as a file."""
        if not reads_report(visit.who):
            return visit.refused()
        last, name = self._last(), visit.path["file"]
        if last is None or name not in ("report.csv", "report.json", "report.html"):
            return visit.words(404, *NONE_YET)
        if name == "report.csv":
            text, kind = report_csv(last.said), "text/csv"
        elif name == "report.json":
            text, kind = json.dumps(last.said, ensure_ascii=False) + "\n", "application/json"
        else:
            text, kind = report_page(last.said), "text/html"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, media_type=kind, headers=headers)

    def _last(self) -> Kept | None:
        with self.desk.store.read() as tx:
            return kept(tx)

    def _make(self, by: str, now: datetime) -> None:
        """Count the last twelve months, and keep what comes of it."""
        house, store = self.desk.house, self.desk.store
        span = Span(day_of(now) - YEAR, day_of(now), now)
        with store.read() as tx:
            found = gathered(tx, house.deciding, house.order, span)
        title = house.terms.title
        published = beside(own(title, store.authority))
        said = figures(found, span, house.deciding.calendar.days, title, published)
        with store.write() as tx:
            keep(tx, said, by, now)

    def _show(self, visit: Visit, last: Kept | None, done: str = "") -> Response:
        shown: dict[str, Any] = shown_on_page(last.said) if last else {}
        made = {"at": say(last.at), "by": last.by} if last else None
        return visit.page("partnership.html.j2", made=made, done=done, **shown)
