"""Who gets which outcome: dealt like cards, so that even a small authority shows the shares.

The shares are those of README.md.  Who gets what is by chance, but what ought to be seen goes
first to a family for whom it falls within the three weeks.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from random import Random
from typing import TypeVar

FIRST_SLOT, LAST_SLOT = -20, 8  # working days from the start to a family's strategy discussion
BANDS = {  # published: working days from the strategy discussion to the conference
    "conference within 10 working days": (8, 10),
    "conference in 11 to 15 working days": (11, 15),
    "conference in 16 to 20 working days": (16, 20),
    "conference in 21 or more working days": (21, 26),
}
STATUTORY_WORKING_DAYS = 15
NOT_AT_RISK, LIST_LATE, CORE_GROUP_LATE = 0.2, 0.25, 0.2  # ours: nothing is published
ENQUIRY_LATE, BOOKED_LATE, REPORT_LATE, DECISIONS_LATE = 0.2, 0.1, 0.1, 0.1  # ours, too
CHILDREN = {1: 0.35, 2: 0.35, 3: 0.2, 4: 0.1}
ANYWHERE = (FIRST_SLOT, LAST_SLOT)
Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class Lot:
    """What one family is dealt, in working days; None is what never happens.

    `slot` counts from the start to the strategy discussion; `booked_after`, `concluded_after`,
    `list_after` and `conference_after` from there to the booking, the end of the enquiry, the invite
    list and the conference; `core_group_after` from the conference to the first core group;
    `report_before` from our report back from the conference.  `decisions_slip` is by how much the
    papers after it are late.  `conference_after` None: the child is not at risk.
    """

    slot: int
    children: int
    conference_after: int | None
    list_after: int | None
    core_group_after: int | None
    is_put_off: bool
    booked_after: int
    concluded_after: int
    report_before: int
    decisions_slip: int


def published_figures() -> dict[str, int]:
    """Return England's counts of children for 2024, by the names of figures.csv."""
    text = files("daemon.demo").joinpath("figures.csv").read_text(encoding="utf-8")
    return {row["figure"]: int(row["children"]) for row in csv.DictReader(text.splitlines())}


def deal(shares: Mapping[Card, float], count: int) -> list[Card]:
    """Return `count` cards in proportion to `shares`, rounded so that they add up."""
    whole = sum(shares.values())
    exact = {card: count * share / whole for card, share in shares.items()}
    cards = [card for card, number in exact.items() for _ in range(int(number))]
    by_remainder = sorted(exact, key=lambda card: int(exact[card]) - exact[card])
    return cards + by_remainder[: count - len(cards)]


def slots_of(families: int) -> dict[int, int]:
    """Return on which working day each family's strategy discussion lies, spread evenly."""
    span = LAST_SLOT - FIRST_SLOT
    return {
        index: FIRST_SLOT + round(span * index / max(families - 1, 1)) for index in range(families)
    }


def picked(
    rng: Random,
    slots: Mapping[int, int],
    count: int,
    among: Iterable[int],
    window: tuple[int, int] = ANYWHERE,
    days: Mapping[int, int] | None = None,
) -> list[int]:
    """Return `count` families by chance, those whose day (else their slot) lies in the window before others."""
    order, days = sorted(among), slots if days is None else days
    rng.shuffle(order)
    order.sort(key=lambda family: not window[0] <= days[family] <= window[1])
    return order[:count]


def deal_lots(rng: Random, families: int) -> list[Lot]:
    """Return what each family is dealt, in the order of their strategy discussions."""
    slots = slots_of(families)
    pick = partial(picked, rng, slots)
    everybody = set(range(families))
    calm_count = round(families * NOT_AT_RISK)
    figures = published_figures()
    bands = deal({BANDS[name]: figures[name] for name in BANDS}, families - calm_count)
    slow = [band for band in bands if band[0] > STATUTORY_WORKING_DAYS]
    quick = [band for band in bands if band[0] <= STATUTORY_WORKING_DAYS]

    late = pick(len(slow), everybody, (-12, -4))
    unlisted = pick(1, everybody - {*late}, (-2, 4))
    calm = pick(calm_count, everybody - {*late, *unlisted}, (-9, -2))
    met = everybody - {*calm}
    bands_of = dict(zip((*late, *pick(len(quick), met - {*late})), (*slow, *quick), strict=True))
    listed_late = pick(round(len(met) * LIST_LATE), met - {*unlisted}, (-5, 5))
    plans = round(len(met) * figures["plans started"] / figures["initial conferences"])
    planned = met - {*pick(len(met) - plans, met, (-12, LAST_SLOT))}
    grouped_late = pick(round(plans * CORE_GROUP_LATE), planned, (-18, -15))
    put_off = pick(1, late or met)
    concluded_late = pick(round(len(met) * ENQUIRY_LATE), met, (-3, 7))
    booked_late = pick(round(len(met) * BOOKED_LATE), met, (0, 7))
    waits = {family: rng.randint(*bands_of[family]) for family in sorted(met)}
    held = {family: slots[family] + waits[family] for family in waits}
    report_late = pick(round(len(met) * REPORT_LATE), met - {*put_off}, (5, 14), held)
    decisions_late = pick(round(len(met) * DECISIONS_LATE), met, (0, 11), held)
    sizes: dict[int, int] = {}
    for group in (calm, [*met]):
        sizes |= zip(pick(len(group), group), deal(CHILDREN, len(group)), strict=True)

    def lot(family: int) -> Lot:
        listed = family in met and family not in unlisted
        days = (5, 8) if family in listed_late else (1, 4)
        group_days = (11, 14) if family in grouped_late else (5, 10)
        return Lot(
            slot=slots[family],
            children=sizes[family],
            conference_after=waits.get(family),
            list_after=rng.randint(*days) if listed else None,
            core_group_after=rng.randint(*group_days) if family in planned else None,
            is_put_off=family in put_off,
            booked_after=rng.randint(1, 2) if family in booked_late else 0,
            concluded_after=rng.randint(5, 7) if family in concluded_late else rng.randint(2, 4),
            report_before=3 if family in report_late else 5,
            decisions_slip=2 if family in decisions_late else 0,
        )

    return [lot(family) for family in sorted(everybody)]
