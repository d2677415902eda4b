"""Several feeds, one case: who is believed, and what nobody can take back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.decide.record.merge import merge
from daemon.decide.record.reading import read_record

ORDER = {"*": ["cases", "diary"], "icpc_held": ["diary", "cases"]}


def merged(cases, diary, order=ORDER):
    return merge([("diary", diary), ("cases", cases)], order)


def test_the_first_feed_in_the_order_that_has_a_value_gives_it():
    body = merged({"ref": "SC-1", "team": "", "family": "F-1"}, {"team": "north", "family": "F-9"})

    assert (body["team"], body["family"]) == ("north", "F-1")


def test_the_order_may_be_another_one_for_one_fact():
    facts = {"icpc_held": "2026-03-20", "strategy_discussion_held": "2026-03-02"}
    other = {"icpc_held": "2026-03-21", "strategy_discussion_held": "2026-03-03"}

    body = merged({"facts": facts}, {"facts": other})

    assert body["facts"] == {"icpc_held": "2026-03-21", "strategy_discussion_held": "2026-03-02"}


def test_a_fact_that_only_one_feed_has_is_kept():
    body = merged({"facts": {"icpc_held": None}}, {"facts": {"invite_list_received": "2026-03-05"}})

    assert body["facts"] == {"invite_list_received": "2026-03-05"}


@pytest.mark.parametrize(
    ("one", "other", "many"),
    [
        pytest.param({"id": "M-1"}, {"id": "M-1"}, 1, id="one id"),
        pytest.param(
            {"id": "A", "scheduled_at": "2026-03-20T10:00"},
            {"id": "B", "held_on": "2026-03-20"},
            1,
            id="two ids, one day",
        ),
        pytest.param(
            {"id": "A", "scheduled_at": "2026-03-20"},
            {"id": "B", "scheduled_at": "2026-03-21"},
            2,
            id="two days",
        ),
        pytest.param(
            {"id": "A", "scheduled_at": "2026-03-20"},
            {"id": "B", "scheduled_at": "2026-03-20", "kind": "rcpc"},
            2,
            id="two kinds",
        ),
    ],
)
def test_two_feeds_speak_of_one_meeting(one, other, many):
    body = merged(
        {"meetings": [{"kind": "icpc", **one}]}, {"meetings": [{"kind": "icpc", **other}]}
    )

    assert len(body["meetings"]) == many


def test_two_meetings_of_one_feed_on_one_day_stay_two():
    pair = [{"id": name, "kind": "core_group", "held_on": "2026-03-20"} for name in ("A", "B")]

    assert len(merged({"meetings": pair}, {})["meetings"]) == 2


def test_what_any_feed_restricts_is_restricted_and_whom_any_excludes_is_excluded():
    body = merged(
        {"restricted": False, "excluded": ["sam"]},
        {"restricted": True, "excluded": ["sue", "sam"]},
    )

    assert body["restricted"] is True
    assert body["excluded"] == ["sam", "sue"]


def test_one_word_and_a_list_of_excluded_people_come_together():
    assert merged({"excluded": "sam"}, {"excluded": ["sue"]})["excluded"] == ["sam", "sue"]


def test_what_was_answered_adds_to_whom_a_feed_lists_and_makes_nobody():
    known = {"invited_at": "2026-03-05T11:00", "delivered": True}
    ours = {"id": "M-1", "invitees": [{"id": "I-1", **known}, {"id": "I-2", **known}]}
    listed = {"id": "M-1", "invitees": [{"id": "I-1", "agency": "police"}]}

    body = merge([("daykeeper", {"meetings": [ours]}), ("diary", {"meetings": [listed]})], ORDER)

    assert body["meetings"][0]["invitees"] == [{"id": "I-1", "agency": "police", **known}]


def test_the_newest_knowledge_dates_the_whole():
    body = merged({"as_known_at": "2026-03-05T08:00:00Z"}, {"as_known_at": "2026-03-06T08:00:00Z"})

    assert body["as_known_at"] == "2026-03-06T08:00:00Z"


@pytest.mark.parametrize("key", ["facts", "roles", "meetings", "plans", "actions"])
@pytest.mark.parametrize("wrong", ["a word", 7, {"a": 1}, ["x"], [["x"]]])
def test_a_field_of_the_wrong_shape_is_left_for_the_reading_to_report(words, key, wrong):
    for one, other in (({key: wrong}, {}), ({key: wrong}, {key: []}), ({}, {key: wrong})):
        body = merged({"ref": "SC-1", **one}, other)

        reading = read_record(body, words)

        assert reading.record is not None
        assert reading.problems


junk = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["facts", "meetings", "invitees", "id", "excluded", "plans"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
bodies = st.dictionaries(
    st.sampled_from(["facts", "roles", "meetings", "plans", "excluded", "restricted", "team"]), junk
)


@given(bodies, bodies)
def test_nothing_that_feeds_hold_can_stop_a_merge(one, other):
    body = merged({"ref": "SC-1", **one}, other)

    assert body["ref"] == "SC-1"


@given(bodies)
def test_one_feed_merged_alone_says_what_it_said(words_body):
    body = merge([("cases", {"ref": "SC-1", **words_body})], {})

    assert merge([("cases", body)], {}) == body
