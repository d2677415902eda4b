"""The search of the journal: what was decided and why, as far as it is somebody's to see."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.times import say
from daemon.engine.standing.sight import Sight, runs_it
from daemon.rulebook.language.private import misworded
from daemon.store import Entry, JournalLine
from daemon.store.ground.columns import canonical
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit

AT_ONCE, BATCH, MOST = 25, 500, 5000  # shown on a page, read together, looked at for one page
MESSAGE = "message."
CODED = re.compile(r"[a-z]+(_[a-z]+)+")  # a reason from a closed list
LONGEST = 18  # digits of an entry's place
OF_SERVICE = (
    "person.", "sending.", "brake.", "rulebook.", "feed.", "directory.", "inbox.", "restore.", "service.",
    "state.", "channel.", "report.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JournalPages:
    """Shows entries about cases that are shown; what is about the service, to whoever runs it; nothing else."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the one page. What is looked for stands in no address."""
        return [self.desk.visits.route("/journal", self.show, ("GET", "POST"))]

    def show(self, visit: Visit) -> Response:
        """Return the newest entries, or those that are looked for."""
        fields = visit.fields
        about, kind = fields.get("about", "").strip(), fields.get("kind", "").strip()
        said = fields.get("before", "")
        before = int(said) if said.isdecimal() and len(said) < LONGEST else None
        with self.desk.store.read() as tx:
            sight = self.desk.sight(tx, visit, of_service=True)
            found, goes_on = self._page(sight, visit, about, kind, before)
        return visit.page(
            "journal.html.j2",
            entries=found,
            about=about,
            kind=kind,
            goes_on=goes_on,
            is_later=before is not None,
        )

    def _page(
        self, sight: Sight, visit: Visit, about: str, kind: str, before: int | None
    ) -> tuple[list[dict[str, Any]], int | None]:
        """Return what a page shows, and before which entry the next one begins; None where there is none."""
        found: list[dict[str, Any]] = []
        for looked_at, line in enumerate(self._lines(sight, about, before), 1):
            is_asked = line.entry.kind.startswith(kind)
            if is_asked and self._is_theirs(sight, visit, line.entry, about):
                found.append(self._entry(sight, line.entry))
            if len(found) == AT_ONCE or looked_at == MOST:
                return found, line.id
        return found, None

    def _lines(self, sight: Sight, about: str, before: int | None) -> Iterator[JournalLine]:
        while lines := sight.tx.lists.entries(before, about, BATCH):
            yield from lines
            before = lines[-1].id

    def _is_theirs(self, sight: Sight, visit: Visit, entry: Entry, about: str) -> bool:
        if (
            about
            and not entry.about.startswith((f"{about}/", f"{about}|"))
            and entry.about != about
        ):
            return False
        refs = sight.named(entry.about, entry.because, canonical(entry.data))
        if refs is None:
            return False
        of_message = _carried(sight, entry)
        if sight.records(list(of_message)).keys() != of_message:
            return False
        return bool(refs | of_message) or (runs_it(visit.who) and entry.kind.startswith(OF_SERVICE))

    def _entry(self, sight: Sight, entry: Entry) -> dict[str, Any]:
        name, _, verb = entry.kind.partition(".")
        because = "" if any(misworded(entry.because)) else entry.because
        if CODED.fullmatch(because):
            because = because.replace("_", " ")
        about = entry.about
        if entry.kind.startswith(MESSAGE):  # its own id says nothing to anybody
            about = f"a message about {', '.join(sorted(_carried(sight, entry))) or 'no case'}"
        who = entry.data.get("person") or entry.data.get("by") or ""
        return {
            "when": say(entry.at), "what": f"{name} {verb.replace('-', ' ')}".capitalize(),
            "about": about, "because": because, "who": str(who).partition("@")[0],
            "is_sealed": entry.number is not None,
        }  # fmt: skip


def _carried(sight: Sight, entry: Entry) -> set[str]:
    """Return the cases of which a message speaks, where an entry is about one."""
    carried = sight.tx.notices.of_message(entry.about) if entry.kind.startswith(MESSAGE) else []
    return {ref for one in carried for ref in one.refs}
