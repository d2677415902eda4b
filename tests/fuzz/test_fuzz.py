"""A second of fuzzing each parser, and that a fault would be found. `make fuzz` goes on for as long as one likes."""

from importlib.util import find_spec

import pytest

from tests.fuzz.__main__ import fuzz
from tests.fuzz.parsers import PARSERS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no wheel for this system"),
]


@pytest.mark.parametrize("name", PARSERS)
def test_no_bytes_bring_a_parser_down(name, tmp_path):
    ended = fuzz(name, tmp_path, seconds=1)

    print(f"{name}: {ended.runs} inputs")
    assert ended.told == ""
    assert ended.runs > 0


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_good_is_read_and_not_refused(name):
    for good in PARSERS[name].good[:1]:
        PARSERS[name].reads(good)
