"""The pages of the documentation: each is reached from the index, and each link leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")
FOLDERS = "docs|deploy|tests|daemon|integrations|policies"
NAMED = re.compile(rf"`((?:{FOLDERS})/[a-z0-9_./-]+\.(?:md|py|toml|yaml|sh|service|conf))`")


def links(page: Path) -> set[Path]:
    """Return the files that a page leads to."""
    return {(page.parent / found).resolve() for found in LINK.findall(page.read_text())}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_of_a_page_leads_to_a_file_that_is_there(page):
    assert [str(found) for found in sorted(links(page)) if not found.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_file_that_a_page_names_is_there(page):
    named = set(NAMED.findall(page.read_text())) if "decisions" not in page.parts else set()

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_each_page_is_in_the_index():
    reached = links(DOCS / "README.md")

    assert sorted(
        str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")
        if page not in reached and page.name != "README.md" and "decisions" not in page.parts
    ) == []  # fmt: skip
