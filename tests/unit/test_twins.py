"""Brothers and sisters with one story are walked once, and told of as each would be alone."""

from dataclasses import replace

import pytest

from daemon.decide.people.recipients import People
from daemon.decide.record.reading import read_record
from daemon.decide.trying.simulate import Simulation
from daemon.decide.trying.walk import Walk, introduce, leaders
from tests.bench.quarter import quarter
from tests.small import SMALL
from tests.unit.test_rehearse import END, START, deciding


@pytest.fixture(scope="module")
def present():
    return deciding(SMALL)


@pytest.fixture(scope="module")
def records(present):
    pack = present.rulebook.packs["stoke-on-trent"]
    found = [
        read_record(one, present.words).record for one in quarter(9, pack.rules, present.words)
    ]
    return [replace(one, as_known_at=None) for one in found if one]


def lines(present, records):
    told = Simulation(present, People([])).run(records, START, END)
    return [line for line in told if line["ref"]]


def test_each_of_a_family_is_told_of_as_it_would_be_alone(present, records):
    together = lines(present, records)

    assert len(leaders([Walk([one]) for one in records])) == 6
    alone = [line for one in records for line in lines(present, [one])]
    assert sorted(together, key=str) == sorted(alone, key=str)
    assert len({line["ref"] for line in together}) > 6


def test_a_list_counts_each_of_a_family(present, records):
    told = list(Simulation(present, People([])).run(records, START, END))

    listed = {ref for line in told if line["ref"] is None for ref in line["refs"]}
    own = {
        ref
        for one in records
        for line in Simulation(present, People([])).run([one], START, END)
        if line["ref"] is None
        for ref in line["refs"]
    }
    assert own
    assert listed == own


@pytest.mark.parametrize("change", [{"restricted": True}, {"team": "another"}, {"family": None}])
def test_whoever_has_a_story_of_their_own_is_walked_alone(records, change):
    sister = replace(records[0], ref="SC-2", **change)
    walks = [Walk([records[0]]), Walk([sister])]

    introduce(walks)

    assert leaders(walks) == walks


def test_nobody_is_walked_with_another_where_a_death_may_hold_the_family(records):
    died = replace(records[0].facts[0], name="child_died")
    sister = replace(records[0], ref="SC-2")
    brother = replace(records[0], ref="SC-3", facts=(*records[0].facts, died))
    walks = [Walk([one]) for one in (records[0], sister, brother)]

    introduce(walks)

    assert leaders(walks) == walks
