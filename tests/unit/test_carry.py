"""A decision that is carried over is the one that would be made anew."""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.decide.carry import Earlier, readers_of
from daemon.decide.obligations import Deciding
from daemon.decide.office import Calendar
from daemon.decide.reading import read_record
from daemon.domain.times import OfficeHours
from daemon.rulebook import load, load_days, shipped
from tests.bench.quarter import quarter

CASES = 12


@pytest.fixture(scope="module")
def deciding():
    book, _ = load(shipped())
    return Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))


def test_what_is_carried_over_is_what_would_be_decided_anew(deciding):
    moments = carried = 0

    for name, pack in deciding.rulebook.packs.items():
        readers = readers_of(pack)
        for body in quarter(CASES, pack.rules, deciding.words, name):
            found = read_record(body, deciding.words).record
            assert found is not None
            record = replace(found, as_known_at=None)
            at: datetime | None = min(fact.at for fact in record.facts)
            earlier: Earlier | None = None
            while at is not None:
                step = deciding.decide(record, at, pack=pack, earlier=earlier)
                anew = deciding.decide(record, at, pack=pack)
                assert step.obligations == anew.obligations
                assert _waiting(step) == _waiting(anew)
                if earlier is not None:
                    carried += sum(step.made[rule] is made for rule, made in earlier.made.items())
                moments += 1
                earlier = Earlier(step.case, step.made, readers)
                at = step.looks_again_at

    assert moments > CASES * 10
    assert carried > moments


def _waiting(answer):
    return [(rule.name, scene.subject) for rule, scene in answer.not_started]
