"""No style sheet carries what no page uses: neither a class nor a colour."""

import re
from pathlib import Path

import pytest

from tests.reference.page import ROOT

SHEETS = {  # by sheet the folders whose templates and code it dresses
    "daemon/pages/pages.css": ("daemon/pages", "daemon/report", "daemon/evidence"),
    "daemon/web/style.css": ("daemon/web", "daemon/demo", "daemon/report"),
    "daemon/web/console/style.css": ("daemon/web", "daemon/demo", "daemon/report"),
    "daemon/demo/style.css": ("daemon/demo",),
}


def text_of(folders: tuple[str, ...]) -> str:
    files = (file for one in folders for file in Path(ROOT, one).rglob("*"))
    return "\n".join(file.read_text("utf-8") for file in files if file.suffix in (".j2", ".py"))


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_class_stands_in_a_page_and_every_colour_in_a_rule(sheet):
    style, pages = Path(ROOT, sheet).read_text("utf-8"), text_of(SHEETS[sheet])
    selectors = re.sub(r"\{[^{}]*\}", " ", style)
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", selectors))
    given = re.findall(r'"[^"\n]*"|block shape %\}\w+', pages)
    quoted = set(re.findall(r"[\w-]+", " ".join(given)))
    colours = set(re.findall(r"(--[\w-]+):", style))

    assert sorted(classes - quoted) == []
    assert sorted(one for one in colours if f"var({one})" not in style) == []
