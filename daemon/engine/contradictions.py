"""A record that contradicts itself: nobody is alarmed upon it, and the operator is told once what to have mended."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from daemon.decide.quality import Doubt
from daemon.decide.walk import group_of
from daemon.domain.record import Record
from daemon.engine.house import House
from daemon.engine.operator import tell_operator
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
