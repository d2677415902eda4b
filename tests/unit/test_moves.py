"""From how a case stood to how it stands: every move, and who hears of it."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from daemon.decide.duties.moves import Change, moves
from daemon.domain.facts import moment
from daemon.domain.obligation import MOVES, State
from daemon.domain.track import Fired

ID = "SC-1/icpc-invite-list/icpc-1"
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
FACTS = {
    State.OPEN: {},
    State.MET: {"invite_list_received": "2026-03-03"},
    State.WAIVED: {
        "obligation_waived": {
            "at": "2026-03-03",
            "value": "other",
            "about": "icpc-invite-list/icpc-1",
        }
    },
    State.WITHDRAWN: {"icpc_not_required": {"at": "2026-03-03", "value": "other"}},
}


def at(text):
    return moment(datetime.fromisoformat(text))[0]


NOW = at("2026-03-04T12:00")


@pytest.fixture
def decide(deciding, read, calendar):
    """Return what changes for the invite list, given its facts and how it stood."""

    def run(facts, before=None, now=NOW, enforce_from=None):
        record = read(pathway="stoke-on-trent", facts={**ENQUIRY, **facts})
        pack, _ = deciding.pack_for(record)
        answer = deciding.decide(record, now, pack=pack)
        obligations = [one for one in answer.obligations if one.id == ID]
        tracks = {ID: before} if before else {}
        return moves(obligations, tracks, "F-1", pack, now, calendar, enforce_from)

    return run


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_every_move_from_one_state_to_another(decide, before, after):
    (first,) = decide(FACTS[before])

    decisions = decide(FACTS[after], first.track, NOW.replace(hour=13))

    if before is after:
        assert decisions == []
        return
    (decision,) = decisions
    assert decision.track.state is after
    if after in MOVES[before]:
        assert decision.change is not Change.RECORDED
        assert decision.track.revision == first.track.revision + 1
    else:
        assert (decision.change, decision.correction) == (Change.RECORDED, None)
    assert decision.track.occurrence == (after is State.OPEN)
    assert (decision.track.next_at is not None) == (after is State.OPEN)


@pytest.mark.parametrize(
    ("after", "correction", "overdue_only"),
    [
        pytest.param(State.MET, "now-received", True, id="met"),
        pytest.param(State.WAIVED, None, True, id="waived"),
        pytest.param(State.WITHDRAWN, None, True, id="withdrawn"),
    ],
)
def test_who_hears_when_it_ends(decide, after, correction, overdue_only):
    (first,) = decide({})

    (decision,) = decide(FACTS[after], first.track)

    assert (decision.correction, decision.overdue_only) == (correction, overdue_only)


def test_what_is_over_when_first_seen_is_recorded_and_told_to_nobody(decide):
    (decision,) = decide(FACTS[State.MET])

    assert (decision.change, decision.correction, decision.track.next_at) == (
        Change.RECORDED,
        None,
        None,
    )


def test_what_the_record_no_longer_shows_is_withdrawn(decide):
    (first,) = decide({})

    (decision,) = decide(
        {"s47_decision_recorded": {"at": "2026-03-02", "value": "none"}}, first.track
    )

    assert (decision.change, decision.because) == (
        Change.WITHDRAWN,
        "the record no longer shows what it counted from",
    )


def moved(day):
    return {
        "strategy_discussion_held": day,
        "s47_decision_recorded": {"at": day, "value": "section_47"},
    }


def test_a_due_moment_that_moves_keeps_what_fired_and_says_from_when_to_when(decide):
    (first,) = decide({}, now=at("2026-03-05T10:00"))
    fired = replace(first.track, fired=(Fired("invite-list-reminder", 0, at("2026-03-05T09:00")),))

    (decision,) = decide(moved("2026-03-04"), fired, at("2026-03-05T11:00"))

    assert decision.change is Change.MOVED
    assert decision.because == "due Tuesday 10 March 2026, 5pm instead of Friday 6 March 2026, 5pm"
    assert decision.track.fired == fired.fired
    assert decision.track.next_at == at("2026-03-10T09:00")
    assert (decision.correction, decision.overdue_only) == ("due-moved", False)


def test_moved_into_the_past_before_anybody_was_told_it_begins_with_its_own_people(decide):
    (first,) = decide(moved("2026-03-09"), now=at("2026-03-09T10:00"))

    (decision,) = decide({}, first.track, at("2026-03-09T12:00"))

    assert decision.track.grace_until == at("2026-03-10T17:00")


def test_moved_to_before_enforcement_it_is_never_looked_at_again(decide):
    (first,) = decide(moved("2026-03-05"), now=at("2026-03-05T10:00"))

    (decision,) = decide({}, first.track, at("2026-03-09T12:00"), enforce_from=date(2026, 3, 9))

    assert decision.track.next_at is None


def test_a_new_rulebook_plans_an_open_one_anew_and_leaves_a_closed_one_alone(decide):
    (first,) = decide({})
    old = replace(first.track, pack_digest="older", next_at=at("2026-03-30T09:00"))
    (closed,) = decide(FACTS[State.MET])
    ended = replace(closed.track, pack_digest="older")

    (decision,) = decide({}, old)

    assert (decision.change, decision.correction) == (Change.RECORDED, None)
    assert decision.track.pack_digest == first.track.pack_digest
    assert decision.track.next_at == at("2026-03-05T09:00")
    assert decide(FACTS[State.MET], ended) == []
