"""The public sample messages, none of which keeps to any year's schema, are read whole."""

import json
from pathlib import Path

import pytest

from daemon.testing.contracts import CANARIES
from tests.feed_read import feed_read, is_as_before
from tests.integrations.cin_census.conftest import FILE, Returns

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.xml"))
CHILDREN = {
    "CIN2rows": (1, 1),
    "CIN_Census_2021": (1, 0),  # of 1970: none of its dates can be used
    "CIN_Census_2024": (2, 1),  # the other is only in need
    "fake_CIN_data": (332, 301),
}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_every_child_of_a_sample_is_read(returns: Returns, sample: Path) -> None:
    returns.put_bytes(sample.read_bytes(), FILE)

    page = returns.read()

    assert (page.rows, len(page.records)) == CHILDREN[sample.stem]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_feed_read_shows_its_cases_and_what_is_wrong_with_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sample: Path
) -> None:
    lines = feed_read(capsys, tmp_path, "cin_census", sample)

    assert is_as_before(lines, f"cin_census-{sample.stem}")
    assert all(set(json.loads(line)) < {"record", "problem"} for line in lines)
    assert not [one for one in CANARIES if one in "".join(lines)]
