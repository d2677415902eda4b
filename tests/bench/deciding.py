"""Goals 3 and 4: a whole rulebook decided for one case and for very many, beside one rule in the hands of others.

A rule is looked at for each of its subjects (a case has several conferences, core groups and agencies); theirs
answer for one, so that ours is the time for one rule and one subject.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing import get_context
from time import perf_counter, process_time
from typing import Any

from holidays import country_holidays

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.reading import read_record
from daemon.domain.record import Record
from daemon.domain.times import OfficeHours
from daemon.rulebook import load, load_days, shipped
from daemon.testing.world import PACK
from tests.bench.peers import by_hand, engines, values_of, waiting, with_packages
from tests.bench.quarter import quarter
from tests.bench.row import Row, Sizes, medians

FIVE_TIMES = 1 / 5
FAIR_SHARE = 0.85  # of a process each: what is linear on a machine that does other things, too
DIFFERENT = 500  # cases; larger numbers are these again and again


def deciding() -> Deciding:
    """Return the shipped rulebook with the calendar of an ordinary office."""
    book, problems = load(shipped())
    if book is None:
        raise ValueError(problems)
    return Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()), PACK)


def bodies(decides: Deciding, many: int) -> list[dict[str, Any]]:
    """Return invented cases of a quarter, as their system shows them."""
    return list(quarter(many, decides.rulebook.packs[PACK].rules, decides.words))


def read(decides: Deciding, shown: Sequence[dict[str, Any]]) -> list[Record]:
    """Return the records of the cases that can be read."""
    readings = (read_record(body, decides.words, str(body["ref"])) for body in shown)
    return [one.record for one in readings if one.record is not None]


def decide(decides: Deciding, records: Sequence[Record], many: int) -> int:
    """Decide so many cases, these in turn; return how often a rule was looked at for a subject."""
    found = 0
    for number in range(many):
        record = records[number % len(records)]
        assert record.as_known_at is not None
        answer = decides.decide(record, record.as_known_at)
        found += len(answer.obligations) + len(answer.not_started)
    return found


def busy_s(work: Callable[[], object]) -> float:
    """Return how long the processor works on one call: what others do at the same time does not count."""
    start = process_time()
    work()
    return process_time() - start


def measure_one(sizes: Sizes) -> Iterator[Row]:
    """Yield the time for a rule of one case, beside the same rule in the hands of others."""
    decides = deciding()
    shown = bodies(decides, min(sizes.pairs, DIFFERENT))
    records = read(decides, shown)
    now = max(one.as_known_at for one in records if one.as_known_at)
    days = decides.calendar.days
    rules = len(decides.rulebook.packs[PACK].rules)
    values = [values_of(one, now) for one in records]
    answers = engines()
    works: list[Callable[[], float]] = [
        partial(busy_s, partial(decide, decides, records, len(records))),
        partial(busy_s, lambda: [by_hand(one, now, days) for one in records]),
        *(partial(busy_s, partial(_each, answer, values)) for answer in answers.values()),
    ]
    ours, hand, *others = (took / len(records) * 1e6 for took in medians(sizes.runs, *works))
    looks = decide(decides, records, len(records)) / len(records)
    ours /= looks
    what = f"one case, {rules} rules, looked at {looks:.0f} times: each look, with its dates"
    note = f"{len(records)} different cases, no sentence made"
    yield Row(
        3, what, ours, "µs", hand, "one rule, written by hand", at_least_times=FIVE_TIMES, note=note
    )
    for name, other in zip(answers, others, strict=True):
        goal = None if name == "rule-engine" else 1.0
        yield Row(3, what, ours, "µs", other, f"{name}: the state only", at_least_times=goal)


def _each(answer: Callable[[Any], object], values: Sequence[object]) -> None:
    for one in values:
        answer(one)


def measure_many(sizes: Sizes) -> Iterator[Row]:
    """Yield the time for a rule of very many cases, and what a second process adds."""
    decides = deciding()
    shown = bodies(decides, min(sizes.decided, DIFFERENT))
    records = read(decides, shown)
    now = max(one.as_known_at for one in records if one.as_known_at)
    rules = len(decides.rulebook.packs[PACK].rules)
    last = decides.calendar.days.known_until.year
    holidays = country_holidays("GB", subdiv="ENG", years=range(2018, last + 2))
    looks = decide(decides, records, len(records)) / len(records)
    few, flow = min(sizes.decided, 10 * DIFFERENT), waiting()
    ours, packages, spiff = medians(
        sizes.long_runs,
        lambda: busy_s(partial(decide, decides, records, sizes.decided)) / sizes.decided / looks,
        lambda: busy_s(
            lambda: [with_packages(shown[at % len(shown)], now, holidays) for at in range(few)]
        ) / few,
        lambda: busy_s(lambda: [flow.refresh_waiting_tasks() for _ in range(few)]) / few,
    )  # fmt: skip
    what = f"{sizes.decided:,} cases, {rules} rules: each look"
    packages, spiff, ours = packages * 1e6, spiff * 1e6, ours * 1e6
    yield Row(4, what, ours, "µs", packages, "datetime, holidays, dateutil", at_least_times=5)
    yield Row(4, what, ours, "µs", spiff, "SpiffWorkflow refreshes one", at_least_times=10)
    crew = os.cpu_count() or 1
    alone, together = medians(
        sizes.long_runs,
        lambda: sizes.decided / spread(decides, records, sizes.decided, 1),
        lambda: sizes.decided / spread(decides, records, sizes.decided, crew),
    )
    yield Row(
        4, f"{sizes.decided:,} cases, {crew} processes", together, "cases a second", alone,
        "one process", more_is_better=True, at_least_times=FAIR_SHARE * crew,
    )  # fmt: skip


def spread(decides: Deciding, records: Sequence[Record], many: int, crew: int) -> float:
    """Return how long so many processes take for so many cases between them, once they stand."""
    context = get_context("fork")
    ready, go = context.Barrier(crew + 1), context.Barrier(crew + 1)

    def work() -> None:
        gc.freeze()
        ready.wait()
        go.wait()
        decide(decides, records, many // crew)

    workers = [context.Process(target=work) for _ in range(crew)]
    for worker in workers:
        worker.start()
    ready.wait()
    start = perf_counter()
    go.wait()
    for worker in workers:
        worker.join()
    took = perf_counter() - start
    assert all(worker.exitcode == 0 for worker in workers)
    return took
