"""Scenarios as expectations: each is walked through time, and differs from what it expects in no notice."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.recipients import People
from daemon.decide.record.reading import read_record
from daemon.decide.trying.simulate import Simulation
from daemon.domain.errors import Problem, Severity
from daemon.domain.record import Record
from daemon.domain.rules import Pack, Rulebook
from daemon.domain.times import OfficeHours, say
from daemon.domain.vocabulary import guess
from daemon.rulebook.checks.scenarios import Expected, Scenario, read_scenarios
from daemon.rulebook.editions.edition import OWN, SCENARIOS, Edition, Written
from daemon.rulebook.packs.holidays import load_days
from daemon.rulebook.packs.load import sources

DIVISION = "england-and-wales"


def run_scenarios(folder: Path, book: Rulebook) -> tuple[int, list[Problem]]:
    """Return how many scenarios a folder has, and a problem for each notice that differs."""
    scenarios, problems = read_scenarios(sources(folder), folder.name)
    deciding = Deciding(book, Calendar(load_days(folder, DIVISION), OfficeHours()))
    for scenario in scenarios:
        problems += differences(scenario, deciding)
    return len(scenarios), problems


def run_own_scenarios(edition: Edition, own: str) -> tuple[int, list[Problem]]:
    """Return the same for an authority's scenarios, under its changes, its pack and its office hours."""
    if edition.authority is None:
        return 0, []
    below = f"{edition.authority.based_on}/"
    texts = {
        f"{below}{file}": text
        for file, text in Written(edition.written).below(OWN).items()
        if file.startswith(f"{SCENARIOS}/")
    }
    scenarios, problems = read_scenarios(texts, own)
    deciding = edition.deciding()
    for scenario in scenarios:
        problems += differences(scenario, deciding)
        if not scenario.expected and scenario.state is None:
            what = "it expects that nobody is told anything, and holds without its rule, too"
            mend = 'say how the duty stands, like "state: {at: …, is: met}", or leave it if that is meant'
            where = f"{scenario.place}:{scenario.line}: expect"
            problems.append(Problem(where, what, mend, Severity.WARNING))
    begin = f"{own}/{below}"
    own_problems = [replace(one, where=one.where.replace(begin, f"{own}/", 1)) for one in problems]
    return len(scenarios), own_problems


def differences(scenario: Scenario, deciding: Deciding) -> list[Problem]:
    """Return what a scenario expects and does not get, and what it gets and does not expect.

    Only its own rule's (invitation's, digest's) notices count, each once whatever its channels.
    """
    if scenario.about not in (known := _names(deciding.rulebook.pack(scenario.pack))):
        what = f'nothing in this pack is called "{scenario.about}"'
        return [Problem(f"{scenario.place}: rule", what, guess(scenario.about, known))]
    readings = [read_record(one, deciding.words, scenario.place) for one in scenario.records]
    problems = [
        Problem(f"{scenario.place}: record", one.what, one.mend)
        for reading in readings
        for one in reading.problems
    ]
    records = [reading.record for reading in readings if reading.record]
    if problems or not records:
        return problems
    pack = deciding.rulebook.pack(scenario.pack)
    # else: an invitation's, or a list's of all rules
    is_of_rule = pack.rule(scenario.about) is not None
    only = {pack.name: frozenset({scenario.about})} if is_of_rule else None
    simulation = Simulation(deciding, People([]), scenario.pack, only)
    got: Counter[Expected] = Counter()
    seen: set[tuple[Expected, str | None, str | None]] = set()
    for line in simulation.run(records, scenario.starts_at, scenario.ends_at):
        about = line["rung"] if line["kind"] == "digest" else line["obligation"]
        if f"/{scenario.about}/" not in f"/{about}/":
            continue
        one = Expected(datetime.fromisoformat(line["at"]), line["rung"], line["role"])
        if (one, line["to"], line["obligation"]) not in seen:
            seen.add((one, line["to"], line["obligation"]))
            got[one] += 1
    wanted = Counter(scenario.expected)
    mend = "change the rule or the scenario"
    problems += [
        Problem(f"{scenario.place}:{one.line}: expect", f"is not told: {one}", mend)
        for one in sorted((wanted - got).elements())
    ]
    problems += [
        Problem(f"{scenario.place}:{scenario.line}: expect", f"is told too: {one}", mend)
        for one in sorted((got - wanted).elements())
    ]
    return problems + _differences_of_state(scenario, records, deciding)


def _names(pack: Pack) -> tuple[str, ...]:
    """Return what a scenario can be about."""
    every = (pack.rules, pack.invitations, pack.digests)
    names = (one.name for part in every for one in part)
    return (*names, *((pack.summary.message,) if pack.summary else ()))


def _differences_of_state(
    scenario: Scenario, records: Sequence[Record], deciding: Deciding
) -> list[Problem]:
    """Return what of the state that a scenario names does not hold."""
    state = scenario.state
    if state is None:
        return []
    known = [one for one in records if one.as_known_at is None or one.as_known_at <= state.at]
    if not known:
        return [_wrong(scenario, "no record is known by then")]
    pack = deciding.rulebook.pack(scenario.pack)
    found = [
        one
        for one in deciding.decide(known[-1], state.at, pack=pack).obligations
        if one.rule == scenario.about and state.subject in (None, str(one.subject))
    ]
    problems = [] if found else [_wrong(scenario, "there is no such obligation")]
    for one in found:
        if one.state != state.word:
            problems.append(_wrong(scenario, f"{one.subject} is {one.state}, not {state.word}"))
        if state.due_at and one.due_at != state.due_at:
            due = say(one.due_at) if one.due_at else "at no time"
            problems.append(_wrong(scenario, f"{one.subject} is due {due}"))
    return problems


def _wrong(scenario: Scenario, what: str) -> Problem:
    return Problem(f"{scenario.place}: state", what, "change the rule or the scenario")
