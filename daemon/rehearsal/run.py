"""A whole rehearsal: every part read, walked under both rulebooks and counted, a bad record told and passed over."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from daemon.decide.record.reading import read_record
from daemon.decide.trying.rehearse import Comparison, rehearse
from daemon.decide.trying.tally import Tally
from daemon.domain.errors import Problem
from daemon.domain.record import Record
from daemon.rehearsal.crew import spread
from daemon.rehearsal.records import Placed, Records, said_by_feed


class Answer(NamedTuple):
    """What one part comes to: its counts, what is wrong with its records, and how many there were."""

    tally: Tally
    problems: tuple[Problem, ...]
    records: int


def run(
    comparison: Comparison,
    records: Records,
    start: datetime,
    end: datetime,
    processes: int,
    progress: Callable[[int, Sequence[Problem]], None],
) -> Tally:
    """Return the counts of all records; `progress` is told of each part: how many records, what is wrong."""
    work = partial(walk, comparison, start, end)
    total = Tally()
    for answer in spread(records.parts(), work, processes):
        total.add(answer.tally)
        progress(answer.records, answer.problems)
    total.close()
    return total


def walk(comparison: Comparison, start: datetime, end: datetime, part: Sequence[Placed]) -> Answer:
    """Return what one part comes to."""
    found: list[Record] = []
    problems: list[Problem] = []
    for place, body in part:
        if told := said_by_feed(place, body):
            problems.append(told)
            continue
        reading = read_record(body, comparison.shared.deciding.words, place)
        problems += reading.problems
        if reading.record is not None:
            found.append(reading.record)
            shared = comparison.shared
            problems += shared.deciding.pack_for(reading.record, shared.forced)[1]
    try:
        return Answer(rehearse(comparison, found, start, end), tuple(problems), len(part))
    except Exception as error:  # noqa: BLE001 - one case must not stop ten thousand others
        if len({one.ref for one in found}) > 1:
            return _one_by_one(comparison, start, end, part)
        what = f"cannot be decided ({type(error).__name__})"
        place = found[0].ref if found else part[0][0]
        problems.append(Problem(place, what, "leave it out, and report it with its record"))
        return Answer(Tally(), tuple(problems), len(part))


def _one_by_one(
    comparison: Comparison, start: datetime, end: datetime, part: Sequence[Placed]
) -> Answer:
    total, problems = Tally(), list[Problem]()
    by_ref: dict[str, list[Placed]] = {}
    for place, body in part:
        ref = body.get("ref") if isinstance(body, dict) else None
        by_ref.setdefault(str(ref or place), []).append((place, body))
    for versions in by_ref.values():
        tally, wrong, _ = walk(comparison, start, end, versions)
        total.add(tally)
        problems += wrong
    return Answer(total, tuple(problems), len(part))
