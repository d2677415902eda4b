"""The auditor as the service sees it: what it last said of itself, and when it is late.

The auditor is a process of its own and says how it is by marks. The leader reads them: who watches is watched.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from daemon.decide.due.office import Calendar
from daemon.domain.times import DAY, day_of, iso, london
from daemon.engine.house import House
from daemon.engine.telling.operator import tell_operator
from daemon.store import Store, Tx

MARK = "auditor/"
LATE = 1.5  # periods without an end: whoever is told of it is told within two
MAIL_LATE = timedelta(hours=1)
TOPIC, MESSAGE = "auditor", "operator-auditor"


class Expected(NamedTuple):
    """What the settings ask of the auditor: how often it looks, and at what time of day its mail goes."""

    every: timedelta
    alive_at: time | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """What the auditor last said. Moments are when a thing last went well, None where it never has.

    `heartbeat_wrong`, `mail_wrong` and `alive_wrong` say why they did not, empty where all is well.
    """

    at: datetime | None = None
    by: str = ""
    took_ms: int = 0
    cases: int = 0
    expected: int = 0
    missed: int = 0
    unexplained: int = 0
    is_whole: bool = True
    balanced_at: datetime | None = None
    heartbeat_at: datetime | None = None
    heartbeat_wrong: str = ""
    mail_at: datetime | None = None
    mail_wrong: str = ""
    alive_at: datetime | None = None
    alive_wrong: str = ""

    @property
    def balances(self) -> bool:
        """Its last audit came to its end and found nothing."""
        return self.at is not None and self.is_whole and not (self.missed or self.unexplained)


def watched(tx: Tx) -> Watch:
    """Return what the auditor last said."""
    said = {name.removeprefix(MARK): value for name, value in tx.marks.starting(MARK).items()}
    return Watch(**{
        name: datetime.fromisoformat(str(value)) if name == "at" or name.endswith("_at")
        else bool(value) if name == "is_whole"
        else value
        for name, value in said.items()
        if name in Watch.__slots__
    })  # type: ignore[arg-type]  # each value has the type of its field  # fmt: skip


def put(tx: Tx, **said: datetime | int | str) -> None:
    """Keep what the auditor says of itself."""
    for name, value in said.items():
        tx.marks.put(f"{MARK}{name}", value)


def late_in_words(watch: Watch, now: datetime, every: timedelta) -> str:
    """Return what to say of an auditor that has not come to the end of an audit for too long; empty where it has."""
    if watch.at is None:
        return "the auditor has never finished"
    is_late = now - watch.at > LATE * every
    return f"the auditor has not finished since {iso(watch.at)}" if is_late else ""


def last_due(now: datetime, at: time, calendar: Calendar) -> datetime:
    """Return the last moment up to now at which the daily mail was to go: that time on a day when the office opens."""
    day = day_of(now)
    while not (calendar.is_office_day(day) and london(day, at) <= now):
        day -= DAY
    return london(day, at)


def silent_in_words(
    watch: Watch, now: datetime, expected: Expected, calendar: Calendar | None
) -> list[str]:
    """Return what to say of a daily mail that has not gone an hour after its time."""
    if expected.alive_at is None or calendar is None:
        return []
    due = last_due(now, expected.alive_at, calendar)
    is_first = watch.alive_at is None and day_of(due) != day_of(now)
    is_there = watch.alive_at is not None and watch.alive_at >= due
    if is_first or is_there or now - due < MAIL_LATE:
        return []
    return [f"the daily mail that was to go at {iso(due)} has not gone"]


def watch_in_words(
    watch: Watch, now: datetime, expected: Expected | None, calendar: Calendar | None
) -> list[str]:
    """Return what needs attention about an auditor that is expected, and the ways by which it is heard."""
    if expected is None:
        return []
    late = late_in_words(watch, now, expected.every)
    said = [f"{late}: is `daykeeper audit` running?"] if late else []
    said += silent_in_words(watch, now, expected, calendar)
    if not watch.is_whole:
        said.append("the auditor does not come to the end of an audit in the time that it has")
    if watch.missed or watch.unexplained:
        what = f"{watch.missed} missed, {watch.unexplained} unexplained"
        said.append(
            f"the auditor finds that it does not balance: {what}; see `daykeeper audit --once`"
        )
    ways = (
        ("the monitor outside did not take the auditor's heartbeat", watch.heartbeat_wrong, watch.heartbeat_at),
        ("the auditor's own mail cannot go", watch.mail_wrong, watch.mail_at),
        ("the daily mail could not go", watch.alive_wrong, watch.alive_at),
    )  # fmt: skip
    for what, why, last_at in ways:
        if why:
            last = f"last at {iso(last_at)}" if last_at else "it never has been well"
            said.append(f"{what} ({why}); {last}")
    return said


def in_json(watch: Watch, expected: Expected | None) -> dict[str, Any]:
    """Return it as `status` tells it."""

    def moment(at: datetime | None) -> str | None:
        return iso(at) if at else None

    return {
        "expected_every_s": int(expected.every.total_seconds()) if expected else None,
        "at": moment(watch.at), "by": watch.by or None, "took_s": watch.took_ms / 1000,
        "cases": watch.cases, "expected": watch.expected,
        "missed": watch.missed, "unexplained": watch.unexplained, "balances": watch.balances,
        "balanced_at": moment(watch.balanced_at),
        "heartbeat": {"at": moment(watch.heartbeat_at), "failure": watch.heartbeat_wrong or None},
        "mail": {"at": moment(watch.mail_at), "failure": watch.mail_wrong or None},
        "alive": {"at": moment(watch.alive_at), "failure": watch.alive_wrong or None},
    }  # fmt: skip


class Overseer:
    """Looks, for the leader, whether the auditor does its work and can be heard, and tells the operator if not."""

    def __init__(self, store: Store, house: House, every: timedelta) -> None:
        """`every`: the auditor's own period."""
        self.store, self.house, self.every = store, house, every
        self._since: datetime | None = None

    def look(self, now: datetime) -> list[str]:
        """Return what was told to the operator: once an outbreak, and again each day that it lasts.

        Whoever has only just come to lead gives an auditor that starts beside it a period.
        """
        self._since = self._since or now
        with self.store.read() as tx:
            watch = watched(tx)
        is_new = now - self._since <= (self.every if watch.at else LATE * self.every)
        late = "" if is_new else late_in_words(watch, now, self.every)
        found = [("late", late, watch.at)] if late else []
        if watch.mail_wrong:
            what = f"the auditor's own mail cannot go ({watch.mail_wrong})"
            found.append(("mail", what, watch.mail_at))
        return [
            what for topic, what, at in found if self._tell(topic, what, at or self._since, now)
        ]

    def _tell(self, topic: str, what: str, since: datetime, now: datetime) -> bool:
        """Tell the operator of an outbreak, known by when all was last well, once and again each day."""
        times = int(since.timestamp() // 60) + (now - since).days
        with self.store.write() as tx:
            return tell_operator(tx, self.house, now, f"{TOPIC}/{topic}", MESSAGE, what, times)
