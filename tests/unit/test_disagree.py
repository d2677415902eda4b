"""Feeds that disagree about a case: what is reported, and what is nobody's matter."""

import pytest

from daemon.decide.record.disagree import disagreements
from daemon.decide.record.orphans import orphans

ORDER = {"*": ["cases", "diary"], "strategy_discussion_held": ["diary", "cases"]}


def differing(cases, diary):
    return [*disagreements("SC-1", [("diary", diary), ("cases", cases)], ORDER)]


def test_each_feed_is_quoted_and_whose_word_counts_is_said():
    (one,) = differing(
        {"facts": {"strategy_discussion_held": "2026-03-02"}},
        {"facts": {"strategy_discussion_held": "2026-03-03"}},
    )

    assert (one.ref, one.what) == ("SC-1", "strategy_discussion_held")
    assert one.said == {"cases": "2026-03-02", "diary": "2026-03-03"}
    assert one.counts == "2026-03-03"


def test_meetings_are_compared_by_what_they_are_whatever_their_place():
    (one,) = differing(
        {"meetings": [{"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-20T10:00"}]},
        {
            "meetings": [
                {"id": "R-7", "kind": "rcpc", "held_on": "2026-01-05"},
                {"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-23T10:00"},
            ]
        },
    )

    assert (one.what, one.counts) == ("M-1: scheduled_at", "2026-03-20T10:00")


@pytest.mark.parametrize(
    ("cases", "diary"),
    [
        pytest.param({"team": "north"}, {}, id="one is silent"),
        pytest.param({"team": "north"}, {"team": ""}, id="one is empty"),
        pytest.param(
            {"facts": {"icpc_held": "2026-03-20"}}, {"facts": {"icpc_held": "2026-03-20T10:00"}},
            id="a day, and a moment of it",
        ),
        pytest.param(
            {"facts": {"icpc_held": ["2025-01-06", "2026-03-20"]}}, {"facts": {"icpc_held": "2026-03-20"}},
            id="one knows more of them",
        ),
        pytest.param({"excluded": ["ann"]}, {"excluded": ["ben"]}, id="who is excluded is joined"),
        pytest.param({"restricted": True}, {"restricted": False}, id="the safer counts"),
        pytest.param({"as_known_at": "2026-03-06"}, {"as_known_at": "2026-03-07"}, id="how old it is"),
        pytest.param(
            {"meetings": [{"id": "M-1", "venue": "a"}]}, {"meetings": [{"id": "M-1", "venue": "b"}]},
            id="a place",
        ),
    ],
)  # fmt: skip
def test_what_is_no_disagreement(cases, diary):
    assert differing(cases, diary) == []


def test_what_a_feed_sends_in_the_wrong_shape_stops_no_report():
    assert differing({"facts": "2026", "meetings": {"id": 1}}, {"facts": 7, "meetings": [3]}) == []


@pytest.mark.parametrize(
    ("ref", "nearest"),
    [
        ("0010234", "10234"),
        ("p-88", "P88"),
        ("904471", "904417"),
        ("77777777", ""),
    ],
)
def test_an_orphan_is_shown_with_the_nearest_reference_and_joined_to_nobody(ref, nearest):
    (one,) = orphans({ref: {"diary"}}, ["10234", "P88", "904417"])

    assert (one.ref, one.feeds, one.nearest) == (ref, ("diary",), nearest)
