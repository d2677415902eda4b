"""A record on which nobody is alarmed, for it contradicts itself or its plan is another authority's: told once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from daemon.decide.case.quality import Doubt
from daemon.decide.record.elsewhere import said_elsewhere
from daemon.decide.trying.walk import group_of
from daemon.domain.record import Record
from daemon.domain.rules import Pack
from daemon.engine.house import House
from daemon.engine.telling.operator import OF_CASE, THEN, may_read, tell_operator
from daemon.store import Tx


def tell_contradictions(
    tx: Tx, house: House, record: Record, doubts: Iterable[Doubt], now: datetime
) -> None:
    """Tell the operator of each contradiction, of a family's in one mail; a restricted case is not named.

    Source: FEEDS 2.3.
    """
    for one in doubts:
        problem = one.problem
        said = replace(problem, where="a restricted case") if record.restricted else problem
        mark = sha256(f"{problem.where}: {problem.what}".encode()).hexdigest()[:12]
        topic, group = f"doubted/{mark}", f"doubted/{group_of(record)}"
        tell_operator(tx, house, now, topic, "operator-doubted", str(said), group=group)


def tell_elsewhere(tx: Tx, house: House, record: Record, pack: Pack, now: datetime) -> None:
    """Tell the operator once of a case that another authority's name takes off our clocks; of many in one mail.

    Source: READINGS section 2, 7: a word in a field must not silence a child unseen.
    """
    said = said_elsewhere(record, pack)
    if said is None:
        return
    is_shown = not record.restricted and may_read(tx, house, record)
    which = f"{OF_CASE}{record.ref}" if is_shown else " for a case"
    mark = sha256(record.ref.encode()).hexdigest()[:12]
    detail = f"another authority is said to hold the plan{which}{THEN}{said.mend}"
    tell_operator(
        tx, house, now, f"elsewhere/{mark}", "operator-elsewhere", detail, group="elsewhere"
    )
