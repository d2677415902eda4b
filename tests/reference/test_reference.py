"""The reference says what the code says: its pages are as `make reference` writes them, and nothing is undescribed."""

from difflib import unified_diff
from pathlib import Path

import pytest

from daemon.settings.whole import Settings
from tests.reference import example
from tests.reference.pages import PAGES, place

MEND = "the code says otherwise now; run `make reference` and commit docs/reference"
SHOWN = 12  # lines of a difference


@pytest.fixture(scope="module", params=PAGES, ids=str)
def page(request):
    return PAGES[request.param]()


def test_each_page_says_what_the_code_says_now(page):
    file = place(page)
    committed = file.read_text("utf-8") if file.exists() else ""

    told = "\n".join(_differing(committed, page.text))
    assert page.text == committed, f"docs/reference/{page.name}: {MEND}; the first lines:\n{told}"


def _differing(committed: str, made: str) -> list[str]:
    """Return the first lines that went away (-) or came (+)."""
    compared = list(unified_diff(committed.splitlines(), made.splitlines(), n=0))[2:]
    return [line[:200] for line in compared if not line.startswith("@@")][:SHOWN]


def test_everything_that_a_page_lists_is_described(page):
    assert not page.lacking, "\n".join(page.lacking)


def test_what_the_example_of_the_settings_shows_can_be_written_comments_and_all():
    values = example.whole()

    settings = Settings(**values, folder=Path("/etc/daykeeper"))

    assert settings.model_fields_set == set(Settings.model_fields)
