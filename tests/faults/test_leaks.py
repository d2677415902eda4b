"""The scan for canaries finds what it is there to find."""

import pytest

from tests.faults.leaks import CANARIES, NAME, found


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"delivery.recorded to={NAME}", id="as it is"),
        pytest.param(NAME.upper(), id="in capitals"),
        pytest.param(f"\\x00{NAME.lower()}@", id="amid other bytes"),
        pytest.param(NAME.lower().encode().hex(), id="in hexadecimal"),
    ],
)
def test_the_scan_finds_a_canary_however_it_is_written(text):
    assert found({"a log": text.encode()}) == [f"{NAME} in a log"]


def test_a_text_without_one_is_clean():
    assert found({"a log": b"delivery.recorded case_ref=SC-1042"}) == []
    assert len(CANARIES) == len(set(CANARIES))
