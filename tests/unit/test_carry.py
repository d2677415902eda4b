"""A decision that is carried over is the one that would be made anew."""

from dataclasses import replace
from datetime import datetime

import pytest

from daemon.decide.due.office import Calendar
from daemon.decide.duties.carry import Course
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.reads import readers_of
from daemon.decide.record.reading import read_record
from daemon.domain.times import OfficeHours
from daemon.rulebook import load_days, shipped
from daemon.testing.world import loaded
from tests.bench.quarter import quarter

CASES = 12


@pytest.fixture(scope="module")
def deciding():
    book = loaded(shipped())
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
            course: Course | None = None
            while at is not None:
                before, course = course, deciding.follow(record, at, readers, course)
                anew = deciding.decide(record, at, pack=pack)
                assert _made(pack, course) == _made(pack, anew)
                if before is not None:
                    carried += sum(course.made[rule] is made for rule, made in before.made.items())
                moments += 1
                at = anew.looks_again_at

    assert moments > CASES * 10
    assert carried > moments


def _made(pack, found):
    return {
        rule.name: [(scene.subject, one) for scene, one in found.made.get(rule.name, ())]
        for rule in pack.rules
    }
