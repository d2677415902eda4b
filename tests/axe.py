"""axe-core in a real browser: what keeps people from reading or using a page of ours."""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from tests.chromium import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
GRAVE = ("serious", "critical")
WIDE = 1280  # CSS pixels
LONGEST_S = 180.0  # a pathway's page of 300 kB, on a machine with much else to do


def grave_faults(
    page: Page, place: str | Path, *, width: int = WIDE, dark: bool = False
) -> list[str]:
    """Return what is serious or critical on a page, a line a place: "rule: what is wrong: where".

    `place` is a page's file, or its address on this machine.
    """
    url = place.resolve().as_uri() if isinstance(place, Path) else place
    page.open(url, width=width, dark=dark)
    return grave_faults_shown(page)


def grave_faults_shown(page: Page) -> list[str]:
    """Return the same of what a tab already shows."""
    page.value(f"{script()};0")
    options = json.dumps({"runOnly": list(RULES), "resultTypes": ["violations"]})
    looked = f"axe.run(document, {options}).then(found => found.violations)"
    found = page.value(looked, within_s=LONGEST_S)
    return [
        f"{fault['id']}: {fault['help']}: {' '.join(map(str, node['target']))}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]


@cache
def script() -> str:
    """Return axe-core, as its package ships it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
