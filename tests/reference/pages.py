"""Which pages the reference has, and what makes each."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.reference import commands, contracts, language, log_events, metrics, settings
from tests.reference.page import ROOT, Page

FOLDER = ROOT / "docs" / "reference"
PAGES: Mapping[str, Callable[[], Page]] = {
    "settings": settings.made,
    "commands": commands.made,
    "metrics": metrics.made,
    "log-events": log_events.made,
    "json-contracts": contracts.made,
    "policy-language": language.made,
}


def place(page: Page) -> Path:
    """Return where a page lies."""
    return FOLDER / page.name
