"""What the next reading of a feed shows of when a meeting was brought forward."""

from datetime import UTC, datetime

import pytest

from daemon.decide.sooner import with_dates_seen

NOW = datetime(2026, 3, 23, 10, tzinfo=UTC)
SEEN = {
    "brought_forward_at": "2026-03-23T10:00:00+00:00",
    "brought_forward_from": "2026-04-02T09:00:00+00:00",
}
BEFORE = {"id": "M-1", "scheduled_at": "2026-04-02T10:00"}
SOONER = {"id": "M-1", "scheduled_at": "2026-03-27T10:00"}


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([BEFORE], [SOONER], [{**SOONER, **SEEN}], id="a sooner date"),
        pytest.param([{**SOONER, **SEEN}], [SOONER], [{**SOONER, **SEEN}], id="seen a while ago"),
        pytest.param([SOONER], [BEFORE], [BEFORE], id="a later date takes no time"),
        pytest.param(None, [SOONER], [SOONER], id="a case that is new to us"),
        pytest.param([BEFORE], [BEFORE, {**SOONER, "id": "M-2"}], [BEFORE, {**SOONER, "id": "M-2"}],
                     id="another meeting"),
        pytest.param(
            [BEFORE], [{**BEFORE, "rearranged_to": "M-2"}, {**SOONER, "id": "M-2"}],
            [{**BEFORE, "rearranged_to": "M-2"}, {**SOONER, "id": "M-2", **SEEN}],
            id="in a row of its own",
        ),
        pytest.param([{**BEFORE, "scheduled_at": "soon"}], [SOONER], [SOONER], id="no date before"),
    ],
)  # fmt: skip
def test_a_meeting_was_brought_forward_when_we_first_saw_it_sooner(before, now, expected):
    stood = None if before is None else {"meetings": before}

    body = with_dates_seen({"meetings": now}, stood, NOW)

    assert body == {"meetings": expected}
