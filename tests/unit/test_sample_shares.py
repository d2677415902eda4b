"""The shares of the sample authority: how many lists, conferences and decisions are late, as published."""

from collections import Counter
from collections.abc import Callable

import pytest

from daemon.demo.dealing import published_figures
from daemon.demo.families import draw
from daemon.demo.histories import Family
from daemon.domain.times import day_of
from tests.unit.sample import DAYS, END, START, held

SEEDS = range(200)


def working_days_to_conference(family: Family) -> int:
    """Return how long a family waits for its conference."""
    assert family.held_at
    return DAYS.between(family.strategy_on, day_of(family.held_at))


def is_late(family: Family) -> bool:
    """Return whether the conference is past the statutory limit."""
    return working_days_to_conference(family) > 15


def list_is_late(family: Family) -> bool:
    """Return whether the invite list comes after Day 5, or never."""
    due_on = DAYS.shift(family.strategy_on, 4)
    return family.list_received_at is None or day_of(family.list_received_at) > due_on


def core_group_is_late(family: Family) -> bool:
    """Return whether the first core group is held past its limit."""
    assert family.held_at
    assert family.core_group
    return DAYS.between(day_of(family.held_at), day_of(family.core_group.held_at)) > 10


def decisions_are_late(family: Family) -> bool:
    """Return whether the decisions went out past the working day after the conference."""
    assert family.held_at
    assert family.papers
    return DAYS.between(day_of(family.held_at), day_of(family.papers.sent_at)) > 1


def report_is_late(family: Family) -> bool:
    """Return whether our report was authorised later than five working days before the conference."""
    sitting = family.sittings[-1]
    return DAYS.between(day_of(sitting.report_authorised_at), day_of(sitting.starts_at)) < 5


def share(families: list[Family], has_it: Callable[[Family], bool]) -> float:
    """Return the share of families of which something is true."""
    return sum(map(has_it, families)) / len(families)


@pytest.mark.parametrize(
    ("measure", "least", "most"),
    [
        pytest.param(lambda all_: share(held(all_), is_late), 0.12, 0.28, id="conferences late"),
        pytest.param(
            lambda all_: sum(len(family.children) for family in held(all_)) / len(held(all_)),
            1.7, 2.3, id="children to a conference",
        ),
        pytest.param(
            lambda all_: share(all_, lambda family: not family.is_at_risk),
            0.15, 0.25, id="enquiries that end not at risk",
        ),
        pytest.param(
            lambda all_: share(held(all_), lambda family: family.has_plan),
            0.78, 0.95, id="conferences that decide a plan",
        ),
        pytest.param(
            lambda all_: share([one for one in held(all_) if one.has_plan], core_group_is_late),
            0.1, 0.3, id="first core groups late",
        ),
        pytest.param(
            lambda all_: share([one for one in held(all_) if one.list_received_at], list_is_late),
            0.15, 0.35, id="invite lists late",
        ),
        pytest.param(
            lambda all_: share(held(all_), lambda one: one.sittings[0].booked_at.date() > one.strategy_on),
            0.05, 0.15, id="conferences booked late",
        ),
        pytest.param(
            lambda all_: share(held(all_), lambda one: DAYS.between(one.strategy_on, day_of(one.concluded_at)) > 4),
            0.1, 0.3, id="enquiries concluded late",
        ),
        pytest.param(lambda all_: share(held(all_), report_is_late), 0.05, 0.15, id="reports late"),
        pytest.param(lambda all_: share(held(all_), decisions_are_late), 0.05, 0.15, id="decisions late"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("families", [14, 60])
def test_every_authority_shows_the_shares(
    measure: Callable[[list[Family]], float], least: float, most: float, families: int
) -> None:
    found = [measure(draw(seed, START, families, DAYS)) for seed in SEEDS]

    assert least <= min(found)
    assert max(found) <= most


def test_the_published_figures_give_one_conference_in_five_late() -> None:
    figures = published_figures()

    late = sum(figures[f"conference in {band} working days"] for band in ("16 to 20", "21 or more"))
    whole = late + figures["conference within 10 working days"]
    whole += figures["conference in 11 to 15 working days"]

    assert round(late / whole, 3) == 0.203


def test_about_as_many_late_conferences_are_held_within_twenty_days_as_after() -> None:
    waits = Counter(
        working_days_to_conference(family) > 20
        for seed in SEEDS
        for family in held(draw(seed, START, 14, DAYS))
        if is_late(family)
    )

    assert 0.6 <= waits[False] / waits[True] <= 1.4


@pytest.mark.parametrize("seed", range(25))
def test_in_three_weeks_something_is_met_something_is_late_and_something_never_comes(
    seed: int,
) -> None:
    families = held(draw(seed, START, 14, DAYS))

    lists = [one for one in families if START <= DAYS.shift(one.strategy_on, 4) <= END]
    limits = [one for one in families if START <= DAYS.shift(one.strategy_on, 15) <= END]
    groups = [
        one for one in families
        if one.has_plan and one.held_at and START <= DAYS.shift(day_of(one.held_at), 10) <= END
    ]  # fmt: skip

    ended = [one for one in families if one.held_at and START <= day_of(one.held_at) <= END]

    assert sum(one.list_received_at is None for one in lists) == 1
    assert any(one.list_received_at and list_is_late(one) for one in lists)
    assert {is_late(one) for one in limits} == {True, False}
    assert {core_group_is_late(one) for one in groups} == {True, False}
    assert any(decisions_are_late(one) for one in ended)
    assert any(report_is_late(one) for one in ended)
    assert sum(len(one.sittings) == 2 for one in families) == 1
