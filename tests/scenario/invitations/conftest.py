"""A conference is being arranged: an authority with calendars, on Thursday 5 March 2026."""

import pytest

from tests.scenario.invited import Invited


@pytest.fixture
def world(folder, backend, make_url):
    """Return an authority whose invite list is in, with a calendar for everybody."""
    made = Invited(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    yield made
    made.close()
