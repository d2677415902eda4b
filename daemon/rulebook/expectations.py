"""Scenarios as expectations: each is walked through time, and differs from what it expects in no notice."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from daemon.decide.obligations import Deciding
from daemon.decide.office import Calendar
from daemon.decide.reading import read_record
from daemon.decide.recipients import People
from daemon.decide.simulate import Simulation
from daemon.domain.errors import Problem
from daemon.domain.rules import Rulebook
from daemon.domain.times import OfficeHours
from daemon.rulebook.holidays import load_days
from daemon.rulebook.load import sources
from daemon.rulebook.scenarios import Expected, Scenario, read_scenarios

DIVISION = "england-and-wales"


def run_scenarios(folder: Path, book: Rulebook) -> tuple[int, list[Problem]]:
    """Return how many scenarios a folder has, and a problem for each notice that differs."""
    scenarios, problems = read_scenarios(sources(folder), folder.name)
    deciding = Deciding(book, Calendar(load_days(folder, DIVISION), OfficeHours()))
    for scenario in scenarios:
        problems += differences(scenario, deciding)
    return len(scenarios), problems


def differences(scenario: Scenario, deciding: Deciding) -> list[Problem]:
    """Return what a scenario expects and does not get, and what it gets and does not expect.

    Only its own rule's notices count, each once whatever its channels.
    """
    reading = read_record(scenario.record, deciding.words, scenario.place)
    problems = [
        Problem(f"{scenario.place}: record", one.what, one.mend) for one in reading.problems
    ]
    if reading.record is None or problems:
        return problems
    simulation = Simulation(deciding, People([]), scenario.pack)
    got: Counter[Expected] = Counter()
    seen: set[tuple[Expected, str | None]] = set()
    for line in simulation.run([reading.record], scenario.starts_at, scenario.ends_at):
        if line["obligation"] is None or f"/{scenario.rule}/" not in line["obligation"]:
            continue
        one = Expected(datetime.fromisoformat(line["at"]), line["rung"], line["role"])
        if (one, line["to"]) not in seen:
            seen.add((one, line["to"]))
            got[one] += 1
    wanted = Counter(scenario.expected)
    mend = "change the rule or the scenario"
    problems += [
        Problem(f"{scenario.place}: expect", f"is not told: {one}", mend)
        for one in sorted((wanted - got).elements())
    ]
    problems += [
        Problem(f"{scenario.place}: expect", f"is told too: {one}", mend)
        for one in sorted((got - wanted).elements())
    ]
    return problems
