"""What the next reading of a feed shows of when a meeting was dated, or brought forward, or somebody named."""

from datetime import UTC, datetime

import pytest

from daemon.decide.record.sooner import with_dates_seen

NOW = datetime(2026, 3, 23, 10, tzinfo=UTC)
SEEN = {
    "brought_forward_at": "2026-03-23T10:00:00+00:00",
    "brought_forward_from": "2026-04-02T09:00:00+00:00",
}
DATED = {"dated_at": "2026-03-23T10:00:00+00:00"}
BEFORE = {"id": "M-1", "scheduled_at": "2026-04-02T10:00"}
SOONER = {"id": "M-1", "scheduled_at": "2026-03-27T10:00"}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([BEFORE], [SOONER], [{**SOONER, **SEEN}], id="a sooner date"),
        pytest.param([{**SOONER, **SEEN}], [SOONER], [{**SOONER, **SEEN}], id="seen a while ago"),
        pytest.param([SOONER], [BEFORE], [BEFORE], id="a later date takes no time"),
        pytest.param(None, [SOONER], [{**SOONER, **DATED}], id="a case that is new in its feed"),
        pytest.param([], [SOONER], [{**SOONER, **DATED}], id="a meeting that is new"),
        pytest.param([{"id": "M-1"}], [SOONER], [{**SOONER, **DATED}], id="a meeting without a date"),
        pytest.param([{**BEFORE, **DATED}], [BEFORE], [{**BEFORE, **DATED}], id="dated a while ago"),
        pytest.param(
            [{**BEFORE, **DATED}], [SOONER], [{**SOONER, **DATED, **SEEN}], id="dated, then a sooner date"
        ),
        pytest.param(
            [BEFORE], [BEFORE, {**SOONER, "id": "M-2"}], [BEFORE, {**SOONER, "id": "M-2", **DATED}],
            id="another meeting",
        ),
        pytest.param(
            [BEFORE], [{**BEFORE, "rearranged_to": "M-2"}, {**SOONER, "id": "M-2"}],
            [{**BEFORE, "rearranged_to": "M-2"}, {**SOONER, "id": "M-2", **SEEN}],
            id="in a row of its own",
        ),
        pytest.param(
            [{**BEFORE, "scheduled_at": "soon"}], [SOONER], [{**SOONER, **DATED}], id="no date before"
        ),
    ],
)  # fmt: skip
def test_a_meeting_was_brought_forward_when_we_first_saw_it_sooner(before, now, expected):
    stood = None if before is None else {"meetings": before}

    body = with_dates_seen({"meetings": now}, stood, NOW)

    assert body == {"meetings": expected}


def test_of_what_the_first_reading_of_a_feed_shows_nobody_knows_how_long_it_has_stood():
    body = {"meetings": [SOONER]}

    assert with_dates_seen(body, None, NOW, is_first_reading=True) == body


@pytest.mark.parametrize(
    ("before", "named_at"),
    [
        pytest.param([], "2026-03-23T10:00:00+00:00", id="new on the list"),
        pytest.param([{"id": "I-7"}], "2026-03-23T10:00:00+00:00", id="for nobody until now"),
        pytest.param(
            [{"id": "I-7", "deputy_for": "I-3", "deputy_named_at": "2026-03-20T10:00:00+00:00"}],
            "2026-03-23T10:00:00+00:00", id="for somebody else until now",
        ),
        pytest.param(
            [{"id": "I-7", "deputy_for": "I-2", "deputy_named_at": "2026-03-20T10:00:00+00:00"}],
            "2026-03-20T10:00:00+00:00", id="seen a while ago",
        ),
    ],
)  # fmt: skip
def test_a_deputy_is_named_when_we_first_saw_them_in_that_place(before, named_at):
    stood = {"meetings": [{"id": "M-1", "invitees": before}]}
    listed = {"id": "I-7", "deputy_for": "I-2"}

    body = with_dates_seen({"meetings": [{"id": "M-1", "invitees": [listed]}]}, stood, NOW)

    assert body["meetings"][0]["invitees"] == [{**listed, "deputy_named_at": named_at}]
