"""A connection to PostgreSQL that gives up a server which says nothing.

TCP cannot: the kernel of a machine whose server stands still goes on acknowledging, and so does a
pooler before it.
"""

from collections.abc import Callable
from functools import cache
from time import monotonic
from typing import Any, TypeVar

from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout
from psycopg.rows import TupleRow

RV = TypeVar("RV")


@cache
def opener(silent_s: float) -> Callable[..., Connection[TupleRow]]:
    """Return what connects, so that no statement is waited for longer than that without a byte in answer.

    Raises ConnectionTimeout in place of the answer, and closes: nobody can know where the
    conversation stands.
    """

    class Impatient(Connection[TupleRow]):
        def wait(self, gen: PQGen[RV], *args: Any, **kwargs: Any) -> RV:
            try:
                return super().wait(_while_answered(gen, silent_s), *args, **kwargs)
            except ConnectionTimeout:
                self.close()
                raise

    return Impatient.connect


def _while_answered(gen: PQGen[RV], silent_s: float) -> PQGen[RV]:
    """Be the driver's own generator, ended with an error where its socket has not been ready for so long."""
    try:
        wanted = next(gen)
        end = monotonic() + silent_s
        while True:
            ready = yield wanted
            if ready:
                end = monotonic() + silent_s
            elif monotonic() >= end:
                raise ConnectionTimeout("no answer")
            wanted = gen.send(ready)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]  # what a generator returns has no type here
