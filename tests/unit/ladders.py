"""Ladders to climb: rules of some rungs, a duty on one, and what fires until a moment."""

from datetime import date, datetime, time, timedelta

from hypothesis import strategies as st

from daemon.decide.due.ladder import Fresh, look, opened
from daemon.decide.due.office import Calendar
from daemon.domain.facts import moment
from daemon.domain.obligation import State
from daemon.domain.rules import Basis, Rule, Rung
from daemon.domain.times import OfficeHours, london
from daemon.domain.track import Track
from daemon.rulebook import load_days, shipped
from daemon.rulebook.language.moments import deadline, rung_time

CALENDAR = Calendar(load_days(shipped(), "england-and-wales"), OfficeHours())
PHRASES = (
    "3 working days before due, 09:00",
    "1 working day before due, 09:00",
    "day of due, 09:00",
    "due",
    "4 working hours after due",
    "2 working days after due, 09:00",
    "10 working days after due, 09:00",
)
ALWAYS = Fresh(datetime.max.replace(tzinfo=london(date(2026, 1, 1)).tzinfo))
DUE = london(date(2026, 3, 6), time(17))


def at(text):
    return moment(datetime.fromisoformat(text))[0]


def rule_of(*phrases, basis=Basis.LOCAL, demanded=(), urgent=False):
    ladder = [
        Rung(
            f"rung-{n}",
            rung_time(phrase),
            ("somebody",),
            ("email",),
            f"rung-{n}",
            house=n not in demanded,
            urgent=urgent,
            repeat_working_days=5 if n == len(phrases) - 1 else None,
        )
        for n, phrase in enumerate(phrases)
    ]
    return Rule(
        "duty",
        "pack",
        "A duty",
        "",
        (),
        basis,
        "case",
        deadline("day 5 of icpc_held"),
        None,
        (),
        tuple(ladder),
        ("social_worker",),
    )


def track_of(now, due_at=DUE):
    track = Track(
        id="SC-1/duty/case",
        ref="SC-1",
        family=None,
        rule="duty",
        pack="pack",
        pack_digest="",
        subject="case",
        state=State.OPEN,
        opened_at=now,
        due_at=due_at,
    )
    return opened(track, now, CALENDAR, enforced=True)


def climb(track, rule, until, fresh=ALWAYS):
    """Return (moment, rung, occurrence, rung's own moment) of all that fires until a moment, and the track."""
    fired: list[tuple[datetime, str, int, datetime]] = []
    now = track.next_at
    for _ in range(500):
        if now is None or now > until:
            return fired, track
        seen = look(track, rule, now, CALENDAR, fresh)
        fired += [(now, one.rung.name, one.occurrence, one.at) for one in seen.firings]
        assert seen.track.next_at is None or seen.track.next_at > now
        track, now = seen.track, seen.track.next_at
    raise AssertionError("the ladder never comes to rest")


ladders = st.lists(st.sampled_from(range(len(PHRASES))), min_size=1, unique=True).map(
    lambda picked: rule_of(*(PHRASES[n] for n in sorted(picked)))
)
starts = st.integers(-8 * 24 * 4, 12 * 24 * 4).map(
    lambda quarters: DUE + timedelta(minutes=15 * quarters)
)
