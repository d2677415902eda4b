"""A case's pack as a page for people."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import daemon.pages
from daemon.domain.delivery import IN_WORDS
from daemon.domain.times import say

PAGES = Path(daemon.pages.__file__).parent


def case_page(said: Mapping[str, Any]) -> str:
    """Return the page of one case's evidence."""
    folders = [str(Path(__file__).parent / "templates"), str(PAGES / "templates")]
    env = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    style = Markup((PAGES / "pages.css").read_text("utf-8"))  # noqa: S704 - our own file
    due = {one["id"]: one for one in said["due"]}
    invited = {
        one["invitation"]: f"invitation to the {one['meeting'].replace('_', ' ')}"
        for one in said["invited"]
    }
    return env.get_template("case.html.j2").render(
        said=said, style=style, due=due, invited=invited, when=_when, words=IN_WORDS
    )


def _when(text: str | None) -> str:
    return say(datetime.fromisoformat(text)) if text else "–"
