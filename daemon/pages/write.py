"""The pages as files: templates filled, style and pictures within, nothing fetched from anywhere."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from daemon.domain.times import day_of, say, say_day
from daemon.pages import charts, timeline
from daemon.pages.charts import chart
from daemon.pages.example import STARTS_ON
from daemon.pages.pathway import Pathway
from daemon.rulebook.language.schema import SOURCE_KINDS
from daemon.rulebook.packs.clauses import Coverage

HERE = Path(__file__).parent
MOST_BARS, MOST_PEOPLE = 20, 50


def pathway_page(page: Pathway) -> str:
    """Return one pathway's page."""
    return _fill(
        "pathway.html.j2", page=page, starts=say_day(STARTS_ON), width=timeline.WIDTH, right=timeline.RIGHT
    )  # fmt: skip


def index_page(pages: list[Pathway], coverage: Coverage) -> str:
    """Return the page that leads to all of them, with what carries their clauses."""
    rows = [(page, coverage.of(page.name).counts) for page in pages]
    return _fill("index.html.j2", rows=rows, kinds=SOURCE_KINDS, clauses=len(coverage.clauses))


def rehearsal_page(said: Mapping[str, Any]) -> str:
    """Return the page of a rehearsal, from its figures; of one that is kept it says who had it made, and when."""
    first, last = (day_of(datetime.fromisoformat(said[key])) for key in ("from", "to"))
    drawn = {
        "by_rule": chart(
            "chart-rules", "Notices by rule", _pairs(said["by_rule"][:MOST_BARS], "title")
        ),
        "by_role": chart(
            "chart-roles", "Notices by role", _pairs(said["by_role"][:MOST_BARS], "title")
        ),
        "by_week": chart("chart-weeks", "Notices by week", _pairs(said["by_week"], "from")),
    }
    made = said.get("made_at")
    return _fill(
        "rehearsal.html.j2", said=said, first=say_day(first), last=say_day(last), **drawn,
        made=made and say(datetime.fromisoformat(made)),
        people=said["by_person"][:MOST_PEOPLE], day=lambda text: say_day(date.fromisoformat(text)),
        width=charts.WIDTH, left=charts.LEFT, bar=charts.BAR,
    )  # fmt: skip


def _pairs(rows: Iterable[Mapping[str, Any]], name: str) -> Iterator[tuple[str, int, int]]:
    for row in rows:
        label = say_day(date.fromisoformat(row[name])) if name == "from" else row[name]
        yield label, row["present"], row["draft"]


def _fill(name: str, **given: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    style = Markup((HERE / "pages.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return environment.get_template(name).render(style=style, **given)
