"""A review that is booked: whoever is reminded of its limit reads so, and is not asked to book it."""

import pytest

from daemon.rulebook import shipped
from daemon.testing.world import at

HELD = {
    "id": "M-1", "kind": "icpc", "status": "held", "scheduled_at": "2025-11-26T10:00",
    "held_on": "2025-11-26", "facts": {"conference_decision_recorded": {"at": "2025-11-26", "value": "plan"}},
}  # fmt: skip
BOOKED_LATE = {"id": "R-1", "kind": "rcpc", "status": "booked", "scheduled_at": "2026-03-05T10:00"}
BOOKED = {"id": "R-1", "kind": "rcpc", "status": "booked", "scheduled_at": "2026-02-24T10:00"}
TO_BOOK = "No date is booked yet: book it for that day or earlier."
PAST = "That day has passed and no date is booked: book the earliest possible day."


@pytest.mark.parametrize(
    ("meetings", "said", "unsaid"),
    [
        pytest.param([HELD, BOOKED], "A date is booked.", TO_BOOK, id="booked"),
        pytest.param([HELD], TO_BOOK, "A date is booked.", id="not booked"),
    ],
)
def test_the_reminder_of_a_review_says_whether_it_is_booked(story, meetings, said, unsaid):
    world = story("2026-02-05 08:00", policies=shipped())
    world.opens("SC-1", family="F-1", meetings=meetings)
    world.turn()
    world.clock.now = at("2026-02-05 09:00")
    world.turn()

    title = "First review conference"
    texts = [
        " ".join(text.split()) for to, text in world.texts() if to == "conor" and title in text
    ]
    assert texts
    assert all(said in text and unsaid not in text for text in texts)


@pytest.mark.parametrize(
    ("meetings", "said", "unsaid"),
    [
        pytest.param([HELD], PAST, "A date is booked.", id="not booked"),
        pytest.param([HELD, BOOKED_LATE], "A date is booked.", PAST, id="booked late"),
    ],
)  # fmt: skip
def test_once_its_day_has_passed_nobody_is_told_to_book_for_that_day(story, meetings, said, unsaid):
    world = story("2026-02-25 08:00", policies=shipped())
    world.opens("SC-1", family="F-1", meetings=meetings)
    world.turn()
    world.clock.now = at("2026-03-02 09:00")
    world.turn()

    title = "First review conference"
    texts = [" ".join(text.split()) for _, text in world.texts()]
    late = [text for text in texts if f"{title} was due by" in text]
    assert late
    assert all(said in text and unsaid not in text and TO_BOOK not in text for text in late)
