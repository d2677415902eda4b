"""What the operator hears: the machine's own troubles, never a child's details."""

from datetime import datetime

from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.engine.house import House
from daemon.store import Tx

OPERATOR = "operator"


def tell_operator(
    tx: Tx, house: House, now: datetime, topic: str, message: str, detail: str, times: int = 0
) -> bool:
    """Queue one message to the operator about a topic; False where it was told before.

    Args:
        topic: what makes it the same trouble (`feed/conference-diary`); `times` tells a new
            outbreak of it from the last.
        detail: one sentence with no case reference where the case is restricted.
    """
    key = Key(f"{OPERATOR}/{topic}", message, times, house.terms.operator, "email")
    notice = Notice(
        key,
        Kind.TELL,
        message,
        now,
        now,
        Lane.URGENT,
        OPERATOR,
        (),
        None,
        because=detail,
        detail=detail,
    )
    if not tx.notices.insert([notice]):
        return False
    tx.journal.write(now, "operator.told", topic, detail, {"message": message})
    return True
