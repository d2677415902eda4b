"""What a draft of the rules decides, kept apart: rows of an authority beside the real one, which no one sends."""

from sqlalchemy import delete

from daemon.store.cases.cases import cases
from daemon.store.cases.conferences import conference_cases, conferences, numbers
from daemon.store.leases import marks
from daemon.store.people.people import promises
from daemon.store.telling.invitations import invitations, seats
from daemon.store.telling.obligations import obligations
from daemon.store.telling.outbox import messages
from daemon.store.telling.queue import notices
from daemon.store.transaction import Tx

SUFFIX = "~shadow"  # no authority's own name has a tilde
TABLES = (
    *(seats, invitations, notices, messages, obligations, promises),
    *(numbers, conference_cases, conferences, cases, marks),
)


def clear(tx: Tx) -> None:
    """Take away what an earlier draft has decided. Raises ValueError for an authority that is real."""
    if not tx.authority.endswith(SUFFIX):
        raise ValueError(tx.authority)
    for table in TABLES:
        tx.marks.connection.execute(delete(table).where(table.c.authority == tx.authority))
