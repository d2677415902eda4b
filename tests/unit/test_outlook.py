"""Of a past that nobody is shown only what bears on the present is walked, and what is told stays the same."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from daemon.decide.duties.reads import readers_of
from daemon.decide.people.recipients import People
from daemon.decide.record.reading import read_record
from daemon.decide.trying.outlook import outlook
from daemon.decide.trying.simulate import Simulation
from daemon.domain.obligation import State
from daemon.domain.person import Person, Post
from tests.bench.quarter import quarter
from tests.small import SMALL
from tests.unit.test_rehearse import END, START, STOKE, deciding

BEFORE_ALL = datetime(2024, 12, 1, tzinfo=UTC)
HANDOVER = date(2025, 9, 30), date(2025, 10, 1)


@pytest.fixture(scope="module")
def present():
    return deciding(SMALL)


@pytest.fixture(scope="module")
def people(present):
    """Return somebody for each role until the day before START, and somebody else from then on."""
    last, first = HANDOVER
    return People([
        *(Person(f"{role}-1", posts=(Post(role, valid_to=last),)) for role in present.words.roles),
        *(Person(f"{role}-2", posts=(Post(role, valid_from=first),)) for role in present.words.roles),
    ])  # fmt: skip


@pytest.fixture(scope="module")
def records(present):
    rules = present.rulebook.packs[STOKE].rules
    found = (read_record(one, present.words).record for one in quarter(12, rules, present.words))
    return [replace(one, as_known_at=None) for one in found if one]


@pytest.fixture(scope="module")
def whole(present, people, records):
    """Return what goes out about the cases where all of their past is shown."""
    return told(present, people, records, BEFORE_ALL)


def told(present, people, records, start):
    found = Simulation(present, people).notices(records, start, END)
    return [one for one in found if one.ref]


@pytest.mark.parametrize(
    "start", [datetime(2025, 7, 1, 12, tzinfo=UTC), START, datetime(2025, 11, 3, tzinfo=UTC)]
)
def test_what_is_told_is_the_same_as_where_the_whole_past_is_shown(
    present, people, records, whole, start
):
    shown = told(present, people, records, start)

    assert shown
    assert shown == [one for one in whole if one.at >= start]


def test_whoever_was_told_in_a_past_that_is_not_shown_hears_that_it_is_done(
    present, people, records
):
    shown = told(present, people, records, START)

    done = [one for one in shown if one.rung == "now-received" and one.ref == "SC-100002"]
    heard = {one.to for one in done if one.role == "safeguarding_service_manager"}
    assert "safeguarding_service_manager-1" in heard  # no longer in post, and told before


def test_what_was_over_and_begins_again_is_told_of_as_ever(present, people):
    facts = {
        "strategy_discussion_held": "2025-09-15",
        "s47_decision_recorded": {"at": "2025-09-15", "value": "section_47"},
        "icpc_threshold_decision_recorded": [
            {"at": "2025-09-19", "value": "not_met"},
            {"at": "2025-10-06", "value": "met"},
        ],
    }
    body = {"ref": "SC-1", "pathway": STOKE, "facts": facts}
    record = read_record(body, present.words).record

    shown = told(present, people, [record], START)

    whole = told(present, people, [record], BEFORE_ALL)
    assert shown == [one for one in whole if one.at >= START]
    assert {one.obligation for one in shown} & {one.obligation for one in whole if one.at < START}


def test_the_past_of_what_is_over_is_not_walked(present, records):
    pack = present.rulebook.packs[STOKE]
    readers = readers_of(pack)
    walked = settled = 0

    for record in records:
        found = outlook(present, record, readers, START, END)
        walked += len(found.past.rules)
        settled += len(found.settled)
        stood = {one.id: one for made in found.courses[0].made.values() for _, one in made if one}
        open_ones = {name for name, one in stood.items() if one.state is State.OPEN}
        assert open_ones.isdisjoint(found.settled)
        assert {stood[name].rule for name in open_ones} <= found.past.rules.keys()

    assert settled > len(records)
    assert walked < len(records) * len(readers.rules) / 2
