"""From what a family is dealt to its history, with dates, people and references."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from daemon.demo.dealing import Lot, deal_lots
from daemon.demo.histories import Child, CoreGroup, Family, Papers, Sitting
from daemon.demo.staff import CHAIRS, RELATED, SOCIAL_WORKERS
from daemon.domain.times import day_of, london
from daemon.domain.working_days import WorkingDays

FIRST_REF, FIRST_FAMILY, FIRST_MEETING = 100231, 5501, 8801
CATEGORIES = ("NEG", "PHY", "SAB", "EMO", "MUL")
CONFERENCE_HOURS = (time(10), time(13, 30))
FIRST_BIRTHDAY, LAST_BIRTHDAY = date(2010, 1, 1), date(2025, 12, 31)
LAST_BOOKED_AFTER = 13  # working days: a first date is always meant to be in time


def draw(seed: int, start: date, count: int, days: WorkingDays) -> list[Family]:
    """Return the families of one sample authority; the same arguments give the same families."""
    rng = Random(seed)
    lots = deal_lots(rng, count)
    refs = iter(range(FIRST_REF, FIRST_REF + sum(lot.children for lot in lots)))
    author = Author(rng, days.roll_on(start), days, refs)
    families = [author.family(number, lot) for number, lot in enumerate(lots)]
    guarded = next((one for one in families if one.is_at_risk), None)
    return [replace(one, excluded=RELATED[one.team]) if one is guarded else one for one in families]


@dataclass(frozen=True, slots=True)
class Author:
    """Writes histories: chance chooses the hours, and the days within what was dealt."""

    rng: Random
    start: date
    days: WorkingDays
    refs: Iterator[int]

    def family(self, number: int, lot: Lot) -> Family:
        """Return the history that a lot leads to."""
        day1 = self.days.shift(self.start, lot.slot)
        worker = list(SOCIAL_WORKERS)[number % len(SOCIAL_WORKERS)]
        is_at_risk = lot.conference_after is not None
        concluded_at = self.on(day1, lot.concluded_after)
        meeting = f"M-{FIRST_MEETING + 2 * number}"
        booked_at = self.on(day1, lot.booked_after)
        family = Family(
            id=f"F-{FIRST_FAMILY + number}",
            children=tuple(self.child(day1) for _ in range(lot.children)),
            social_worker=worker,
            team=SOCIAL_WORKERS[worker],
            chair=CHAIRS[number % len(CHAIRS)],
            category=self.rng.choice(CATEGORIES),
            strategy_at=london(day1, time(9, self.rng.randrange(0, 60, 5))),
            concluded_at=concluded_at,
            is_at_risk=is_at_risk,
            sittings=(self.sitting(meeting, booked_at, day1, LAST_BOOKED_AFTER),),
            not_required_at=None if is_at_risk else concluded_at + timedelta(hours=1),
        )
        if lot.conference_after is None:
            return family
        return replace(
            family,
            sittings=self.sittings(meeting, booked_at, day1, lot),
            list_received_at=self.on(day1, lot.list_after) if lot.list_after else None,
            has_plan=lot.core_group_after is not None,
            papers=self.papers(self.days.shift(day1, lot.conference_after), lot.decisions_slip),
            core_group=self.core_group(day1, lot),
            apologies_from=self.rng.choice((None, None, "health", "education")),
        )

    def on(self, day1: date, count: int) -> datetime:
        """Return an instant in the office hours of the working day `count` after Day 1.

        Never after 15:55, so that the export of 16:30 shows it before business closes.
        """
        clock = time(self.rng.randint(10, 15), self.rng.randrange(0, 60, 5))
        return london(self.days.shift(day1, count), clock)

    def sitting(
        self, meeting: str, booked_at: datetime, day1: date, held_after: int, report_before: int = 5
    ) -> Sitting:
        """Return an attempt `held_after` working days after Day 1, with the reports for it."""
        day = self.days.shift(day1, held_after)

        def before(count: int, hour: int) -> datetime:
            return london(self.days.shift(day, -count), time(hour))

        return Sitting(
            meeting, booked_at, london(day, self.rng.choice(CONFERENCE_HOURS)),
            report_authorised_at=before(report_before, 12),
            report_shared_at=before(report_before - 2, 15),
            agencies_reported_at=before(2, 14),
        )  # fmt: skip

    def sittings(
        self, meeting: str, booked_at: datetime, day1: date, lot: Lot
    ) -> tuple[Sitting, ...]:
        """Return the attempts: one, or two where the first is put off the working day before it."""
        held_after = lot.conference_after or 0
        if not lot.is_put_off:
            return (self.sitting(meeting, booked_at, day1, held_after, lot.report_before),)
        first_after = min(held_after - 2, LAST_BOOKED_AFTER)
        put_off_at = london(self.days.shift(day1, first_after - 1), time(11, 15))
        second = f"M-{int(meeting.removeprefix('M-')) + 1}"
        return (
            replace(self.sitting(meeting, booked_at, day1, first_after), put_off_at=put_off_at),
            self.sitting(second, put_off_at + timedelta(minutes=30), day1, held_after),
        )

    def papers(self, held_on: date, slip: int) -> Papers:
        """Return what is written after a conference; `slip` working days later than it ought to be."""

        def after(count: int, hour: int) -> datetime:
            return london(self.days.shift(held_on, count), time(hour))

        return Papers(
            drafted_at=after(slip, 16), approved_at=after(slip + 1, 11), sent_at=after(slip + 1, 15),
            minutes_at=after(18, 15), minutes_shared_at=after(19, 15),
        )  # fmt: skip

    def core_group(self, day1: date, lot: Lot) -> CoreGroup | None:
        """Return the first core group, whose papers go out three working days later; None without a plan."""
        if lot.conference_after is None or lot.core_group_after is None:
            return None
        held_at = self.on(day1, lot.conference_after + lot.core_group_after)
        held_on = day_of(held_at)
        return CoreGroup(
            held_at,
            london(self.days.shift(held_on, 3), time(15)),
            self.days.roll_back(held_on + timedelta(days=28)),
        )

    def child(self, today: date) -> Child:
        """Return a child born in 2010 to 2025, and at least a month ago."""
        number = next(self.refs)
        latest = min(today - timedelta(days=30), LAST_BIRTHDAY)
        age_days = self.rng.randrange((latest - FIRST_BIRTHDAY).days + 1)
        return Child(f"SC-{number}", FIRST_BIRTHDAY + timedelta(days=age_days), f"P-{number}")
