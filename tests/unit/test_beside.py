"""Two adapters of one word, asked what became of a message: a doubt of either is no "no"."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.domain.errors import Unsettled, Unsupported, WireError
from daemon.domain.message import Receipt
from daemon.engine.telling.ways import Beside
from daemon.testing.fakes import FakeChannel, HandClock

NOT_SETTLED, CANNOT = Unsettled(timedelta(minutes=5)), Unsupported("cannot")
FOUND = Receipt("theirs")


class Says(FakeChannel):
    """A channel that says one thing."""

    def __init__(self, said: Receipt | WireError | None) -> None:
        super().__init__("teams", HandClock(datetime(2026, 3, 6, 17, tzinfo=UTC)))
        self.said = said

    def find(self, key: str) -> Receipt | None:
        """Say it."""
        if isinstance(self.said, WireError):
            raise self.said
        return self.said


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(FOUND, CANNOT, FOUND, id="the first has it"),
        pytest.param(NOT_SETTLED, FOUND, FOUND, id="the second has it"),
        pytest.param(None, None, None, id="neither has it"),
        pytest.param(NOT_SETTLED, None, Unsettled, id="the first may have it"),
        pytest.param(None, NOT_SETTLED, Unsettled, id="the second may have it"),
        pytest.param(NOT_SETTLED, CANNOT, Unsettled, id="one may have it, one cannot tell"),
        pytest.param(CANNOT, NOT_SETTLED, Unsettled, id="one cannot tell, one may have it"),
        pytest.param(None, CANNOT, Unsupported, id="one cannot tell"),
    ],
)
def test_a_doubt_is_passed_on(first, second, expected):
    both = Beside("teams", Says(first), Says(second))

    if expected is None or expected == FOUND:
        assert both.find("m-1") == expected
        return
    with pytest.raises(expected):
        both.find("m-1")
