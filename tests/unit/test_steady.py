"""A clock is held against one that nobody can set: a leap forward is doubted for a lease, nothing else is."""

from datetime import UTC, datetime

import pytest

from daemon.engine.sending.steady import Steady

LEASE_S = 30.0
BEGUN_S = 1_000_000.0

COURSES = [
    pytest.param([(60, 60)], True, id="it runs"),
    pytest.param([(60, 60.5)], True, id="it is drawn right, slowly"),
    pytest.param([(7200, 7200)], True, id="the machine slept"),
    pytest.param([(60, -7140)], True, id="it is set back"),
    pytest.param([(60, 7260)], False, id="it is set forward"),
    pytest.param([(29, 29)], False, id="nobody has looked at it for as long as a lease"),
    pytest.param([(60, 7260), (29, 29)], False, id="it was set forward, less than a lease ago"),
    pytest.param([(60, 7260), (31, 31)], True, id="it was set forward, more than a lease ago"),
    pytest.param([(60, 7260), (20, 20), (20, 7220)], False, id="it is set forward twice"),
]


@pytest.mark.parametrize(("course", "is_steady"), COURSES)
def test_leases_are_believed_unless(course: list[tuple[float, float]], is_steady: bool) -> None:
    shown = {"wall": BEGUN_S, "ticks": 0.0}
    steady = Steady(
        lambda: datetime.fromtimestamp(shown["wall"], UTC), LEASE_S, lambda: shown["ticks"]
    )

    for passed_s, moved_s in course:
        shown["ticks"] += passed_s
        shown["wall"] += moved_s
        believed = steady()

    assert believed is is_steady
