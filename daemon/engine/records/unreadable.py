"""Cases of which something that is stored cannot be read: set aside, told, and asked for anew."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from daemon.domain.errors import Problem
from daemon.engine.house import House
from daemon.engine.telling.operator import tell_operator
from daemon.store import CaseRow, Tx, apart

log = structlog.get_logger("daykeeper.assess")
DATABASE = "database"  # the quarantine's name for what was spoilt here, and not by a feed
AGAIN = timedelta(minutes=1)
DAY_S = 86_400


def set_aside(
    tx: Tx, house: House, spoilt: Mapping[str, Problem], well: Collection[str], now: datetime
) -> list[CaseRow]:
    """Quarantine these cases, release those that are well again, and return what stands of them until then.

    Their ladders go on: what is due is fired, and its messages wait at the claim. Who may know of
    a case is kept as it was last read.
    """
    rows = []
    if spoilt:
        before, _ = apart(tx.cases.of, spoilt, "cases")
        tx.fragments.ask_again(spoilt)
        for problem in tx.quarantine.add(DATABASE, list(spoilt.values()), now):
            _tell(tx, house, problem, before.get(problem.where), now)
        rows = [
            replace(before.get(ref) or CaseRow(ref, restricted=True), next_assess_at=now + AGAIN)
            for ref in spoilt
        ]
    stands = [row.problem for row in tx.quarantine.open() if row.feed == DATABASE]
    mended = [problem for problem in stands if problem.where in well]
    if mended:
        tx.quarantine.put(DATABASE, [one for one in stands if one not in mended], now)
        for problem in mended:
            tx.journal.write(now, "record.recovered", problem.where, "it can be read again", {})
    return rows


def _tell(tx: Tx, house: House, problem: Problem, before: CaseRow | None, now: datetime) -> None:
    log.error("record.spoilt", case_ref=problem.where)
    tx.journal.write(now, "record.spoilt", problem.where, problem.what, {})
    is_secret = before is None or before.restricted
    said = replace(problem, where="a restricted case") if is_secret else problem
    mark = sha256(problem.where.encode()).hexdigest()[:12]
    topic, outbreak = f"quarantine/{DATABASE}/{mark}", int(now.timestamp()) // DAY_S
    tell_operator(tx, house, now, topic, "operator-quarantine", str(said), outbreak)
