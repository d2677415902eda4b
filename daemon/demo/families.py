"""From what a family is dealt to its history, with dates, people and references."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from daemon.demo.dealing import Lot, deal_lots
from daemon.demo.histories import Child, Family, Sitting
from daemon.demo.staff import CHAIRS, SOCIAL_WORKERS
from daemon.domain.times import london
from daemon.domain.working_days import WorkingDays

FIRST_REF, FIRST_FAMILY, FIRST_MEETING = 100231, 5501, 8801
CATEGORIES = ("NEG", "PHY", "SAB", "EMO", "MUL")
CONFERENCE_HOURS = (time(10), time(13, 30))
FIRST_BIRTHDAY, LAST_BIRTHDAY = date(2010, 1, 1), date(2025, 12, 31)
CALM_AFTER = (2, 3, 6)  # working days to the end of an enquiry that finds no risk
LAST_BOOKED_AFTER = 13  # working days: a first date is always meant to be in time


def draw(seed: int, start: date, count: int, days: WorkingDays) -> list[Family]:
    """Return the families of one sample authority; the same arguments give the same families."""
    rng = Random(seed)
    lots = deal_lots(rng, count)
    refs = iter(range(FIRST_REF, FIRST_REF + sum(lot.children for lot in lots)))
    author = Author(rng, days.roll_on(start), days, refs)
    return [author.family(number, lot) for number, lot in enumerate(lots)]


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
        ends_after = self.rng.randint(4, 7) if is_at_risk else self.rng.choice(CALM_AFTER)
        concluded_at = self.on(day1, ends_after)
        asked_at = self.on(day1, self.rng.randint(1, 2))
        asked_for = Sitting(f"M-{FIRST_MEETING + 2 * number}", asked_at, None)
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
            sittings=(asked_for,),
            not_required_at=None if is_at_risk else concluded_at + timedelta(hours=1),
        )
        if lot.conference_after is None:
            return family
        group_after = lot.core_group_after
        return replace(
            family,
            sittings=self.sittings(asked_for, day1, lot.conference_after, lot.is_put_off),
            list_received_at=self.on(day1, lot.list_after) if lot.list_after else None,
            has_plan=group_after is not None,
            core_group_at=self.on(day1, lot.conference_after + group_after)
            if group_after
            else None,
            apologies_from=self.rng.choice((None, None, "health", "education")),
        )

    def on(self, day1: date, count: int) -> datetime:
        """Return an instant in the office hours of the working day `count` after Day 1.

        Never after 15:55, so that the export of 16:30 shows it before business closes.
        """
        clock = time(self.rng.randint(10, 15), self.rng.randrange(0, 60, 5))
        return london(self.days.shift(day1, count), clock)

    def sittings(
        self, asked_for: Sitting, day1: date, held_after: int, is_put_off: bool
    ) -> tuple[Sitting, ...]:
        """Return the attempts: one, or two where the first is put off the working day before it."""

        def start_on(count: int) -> datetime:
            return london(self.days.shift(day1, count), self.rng.choice(CONFERENCE_HOURS))

        if not is_put_off:
            return (replace(asked_for, starts_at=start_on(held_after)),)
        booked_after = min(held_after - 2, LAST_BOOKED_AFTER)
        put_off_at = london(self.days.shift(day1, booked_after - 1), time(11, 15))
        second = f"M-{int(asked_for.id.removeprefix('M-')) + 1}"
        return (
            replace(asked_for, starts_at=start_on(booked_after), put_off_at=put_off_at),
            Sitting(second, put_off_at + timedelta(minutes=30), start_on(held_after)),
        )

    def child(self, today: date) -> Child:
        """Return a child born in 2010 to 2025, and at least a month ago."""
        number = next(self.refs)
        latest = min(today - timedelta(days=30), LAST_BIRTHDAY)
        age_days = self.rng.randrange((latest - FIRST_BIRTHDAY).days + 1)
        return Child(f"SC-{number}", FIRST_BIRTHDAY + timedelta(days=age_days), f"P-{number}")
