"""Two folders of an authority: its own, in which nothing has been changed, and a draft."""

import pytest

from tests.doors.tuning.potterby import EARLIER, TERMS


@pytest.fixture
def folder(tmp_path):
    """Return an authority's folder in which nothing has been changed."""
    made = tmp_path / "potterby"
    (made / "changes").mkdir(parents=True)
    (made / "authority.yaml").write_text(TERMS, "utf-8")
    return made


@pytest.fixture
def draft(tmp_path):
    made = tmp_path / "draft"
    (made / "changes").mkdir(parents=True)
    (made / "authority.yaml").write_text(TERMS, "utf-8")
    (made / "changes" / "earlier.yaml").write_text(EARLIER, "utf-8")
    return made
