"""Which of the lists that a stop missed goes out: the last one, so that an older one that went already hides it not."""

from datetime import timedelta

import pytest

from daemon.decide.telling.digests import last_missed
from daemon.testing.world import at

MONDAY = at("2026-03-02 09:00")


def a_week_on(moment):
    return moment + timedelta(days=7)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        pytest.param("2026-02-27 12:00", "2026-03-02 09:00", id="before it is due"),
        pytest.param("2026-03-02 09:00", "2026-03-02 09:00", id="when it is due"),
        pytest.param("2026-03-09 08:59", "2026-03-02 09:00", id="until the next one is due"),
        pytest.param("2026-03-16 09:00", "2026-03-16 09:00", id="the third, when that is due"),
        pytest.param("2026-03-20 18:00", "2026-03-16 09:00", id="the third, days after it"),
    ],
)
def test_of_the_lists_that_were_missed_the_last_one_goes(now, found):
    assert last_missed(MONDAY, at(now), a_week_on) == at(found)
