"""Who may do what only one may do, and until when; and what is kept under a name."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Integer, Text, bindparam, delete, select

from daemon.store.ground.columns import Instant, Json, table
from daemon.store.ground.gateway import Gateway, batches
from daemon.store.ground.prepared import OURS, Prepared

leases = table(
    "leases",
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("until", Instant, nullable=False),
)
marks = table(
    "marks",
    Column("name", Text, primary_key=True),
    Column("value", Json, nullable=False),
)
MARK = Prepared(  # asked twice for every message that goes out
    lambda _: select(marks.c.value).where(
        marks.c.authority == OURS, marks.c.name == bindparam("name")
    )
)


class Leases(Gateway):
    """Leases by name. The epoch rises with every change of hands."""

    def take(self, name: str, holder: str, now: datetime, for_s: float) -> int | None:
        """Take or renew a lease; return its epoch, or None while somebody else holds it.

        A holder who comes back after the end gets a new epoch, as anybody would. One that ends later than
        anybody may hold it was given by a clock that was ahead, and is over.
        """
        until = now + timedelta(seconds=for_s)
        first = {"name": name, "holder": holder, "epoch": 1, "until": until}
        if self._insert(leases, [first]):
            return 1
        c = leases.c
        query = self._select(leases, c.holder, c.epoch, c.until).where(c.name == name)
        found = self._found(self._held(query))
        if not found:  # it was over, and is forgotten since we tried
            return self.take(name, holder, now, for_s)
        held_by, epoch, held_until = found[0]
        is_over = held_until <= now or held_until > until + timedelta(seconds=for_s)
        if held_by != holder and not is_over:
            return None
        epoch += is_over
        change = self._update(leases).where(c.name == name)
        self._change(change.values(holder=holder, epoch=epoch, until=until))
        return int(epoch)

    def release(self, name: str, holder: str, now: datetime) -> bool:
        """End a lease at once; return False where it was somebody else's."""
        c = leases.c
        change = self._update(leases).where(c.name == name, c.holder == holder, c.until > now)
        return bool(self._change(change.values(until=now)))

    def held(self, prefix: str, now: datetime) -> list[str]:
        """Return who holds a lease whose name begins so."""
        c = leases.c
        query = self._select(leases, c.holder).where(c.name.startswith(prefix, autoescape=True))
        return [holder for (holder,) in self._found(query.where(c.until > now).order_by(c.name))]

    def ends(self, prefix: str) -> dict[str, datetime]:
        """Return when each lease whose name begins so ends or has ended, by its holder."""
        c = leases.c
        query = self._select(leases, c.holder, c.until)
        return dict(self._found(query.where(c.name.startswith(prefix, autoescape=True))))  # type: ignore[arg-type]

    def forget(self, prefix: str, now: datetime) -> int:
        """Delete the leases of that prefix that are over; return how many. Their epochs begin again."""
        c = leases.c
        is_ours = (c.authority == self.authority, c.name.startswith(prefix, autoescape=True))
        return self._change(delete(leases).where(*is_ours, c.until <= now))


class Marks(Gateway):
    """Moments and counts by name: when the next summary goes out, what the last audit found."""

    def get(self, name: str) -> int | str | None:
        """Return the count or word of that name; a moment reads as ISO 8601."""
        found = self._ask(MARK, name=name)
        return found[0][0] if found else None

    def of_all(self, name: str) -> dict[str, datetime]:
        """Return the moment of that name of each authority of this database that has one."""
        query = select(marks.c.authority, marks.c.value).where(marks.c.name == name)
        found = self._found(query.order_by(marks.c.authority))
        return {authority: _moment(value) for authority, value in found}

    def starting(self, prefix: str) -> dict[str, int | str]:
        """Return every value whose name begins so."""
        begins = marks.c.name.startswith(prefix, autoescape=True)
        return dict(self._found(self._select(marks, marks.c.name, marks.c.value).where(begins)))  # type: ignore[arg-type]

    def moment(self, name: str) -> datetime | None:
        """Return the moment of that name."""
        value = self.get(name)
        return None if value is None else _moment(value)

    def put(self, name: str, value: datetime | int | str) -> None:
        """Keep a value in the place of an earlier one of that name."""
        plain = value.isoformat() if isinstance(value, datetime) else value
        self._upsert(marks, [{"name": name, "value": plain}])

    def alone(self, name: str) -> None:
        """Wait until nobody else is about to look at that name and put it: until their transaction ends."""
        self._one_at_a_time(f"marks/{name}")

    def forget(self, names: Collection[str]) -> None:
        """Delete the values of those names."""
        for some in batches(names):
            is_ours = (marks.c.authority == self.authority, marks.c.name.in_(some))
            self._change(delete(marks).where(*is_ours))


def _moment(value: int | str) -> datetime:
    return datetime.fromisoformat(str(value)).astimezone(UTC)
