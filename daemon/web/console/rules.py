"""The rulebook in force, with its history: which edition, since when, who put it there, and what it changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from daemon.domain.rules import Basis
from daemon.domain.times import say
from daemon.engine.rules.editions import WAITING, WRONG, in_force
from daemon.engine.rules.shadow import DRAFT, SINCE
from daemon.engine.standing.sight import runs_it
from daemon.store import Tx
from daemon.web.console.desk import Desk
from daemon.web.visits import Visit

SAID = {
    "rulebook.changed": "Put in force",
    "rulebook.refused": "Refused",
    "rulebook.waits": "Waits for its day",
}
MOST = 50  # entries of the history


@dataclass(frozen=True, slots=True)
class RulePages:
    """Shows the rules. They are changed in their folder, never here."""

    desk: Desk

    def routes(self) -> list[BaseRoute]:
        """Return the one page."""
        return [self.desk.visits.route("/service/rules", self.show)]

    def show(self, visit: Visit) -> Response:
        """Return what is in force, what waits or was refused, and what was in force before."""
        if not runs_it(visit.who):
            return visit.refused()
        book = self.desk.house.deciding.rulebook
        with self.desk.store.read() as tx:
            edition = in_force(tx)
            draft = tx.marks.get(DRAFT)
            return visit.page(
                "rules.html.j2",
                packs=[
                    {"title": pack.title, "rules": len(pack.rules), "digest": book.digests.get(name, "")[:12],
                     "house": sum(rule.basis is Basis.HOUSE for rule in pack.rules)}
                    for name, pack in sorted(book.packs.items())
                ],
                edition={"digest": edition.digest[:12], "by": edition.written_by, "since": say(edition.in_force_from)}
                if edition else None,
                waits=str(tx.marks.get(WAITING) or ""), is_refused=bool(tx.marks.get(WRONG)),
                draft=str(tx.marks.get(SINCE) or "") if draft else "", history=list(self._history(tx)),
            )  # fmt: skip

    def _history(self, tx: Tx) -> Iterator[dict[str, Any]]:
        """Yield each change of the rules with who signed it off and what it said, the newest first."""
        for line in tx.lists.entries(about="rulebook", limit=MOST):
            entry = line.entry
            if entry.kind in SAID:
                yield {
                    "when": say(entry.at), "what": SAID[entry.kind], "because": entry.because,
                    "by": str(entry.data.get("by") or ""),
                    "digest": str(entry.data.get("digest") or "")[:12],
                    "changes": [str(one) for one in entry.data.get("differences", ())][:20],
                }  # fmt: skip
