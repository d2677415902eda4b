"""What every test stands on: a log that raises where it is given something private."""

import io

import pytest

from daemon.telemetry import set_up_logs


@pytest.fixture(autouse=True)
def strict_log():
    """Return what is logged during a test; a line that could tell who a case is about raises."""
    stream = io.StringIO()
    set_up_logs("json", "debug", stream=stream, strict=True)
    return stream
