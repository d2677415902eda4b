"""The report as one page, complete in itself: each chart with the table of its figures under it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import daemon.pages
from daemon.domain.times import say, say_day
from daemon.report.published import ENGLAND, SOURCE
from daemon.report.tables import ALL

PAGES = Path(daemon.pages.__file__).parent
WIDTH = 360  # units of a drawing: as wide as a phone, so that its words stay readable there
TOP, LANE, BAR = 18, 42, 14
LONGEST = 46  # letters of a row's words
MOST = 12  # rows of a table that the console shows without being asked
LEFT_OUT = "small counts: not shown"
SECTIONS = (
    ("Initial conferences", ("icpc_working_days", "icpc_by", "icpc_local_by")),
    ("Core groups", ("first_core_group_by", "later_core_group_by")),
    ("Reviews", ("reviews_by",)),
    ("Invite lists, reports and minutes", ("invite_lists_by", "own_reports_by", "shared_reports_by", "minutes_by")),
    ("Agencies", ("agency_reports_by", "attendance_")),
    ("Escalations", ("escalations",)),
    ("What is ahead", ("overdue", "forecast")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: its words, and under them a bar, none where the figure is not shown."""

    y: int
    words: str
    length: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing and the sentence that says what it shows."""

    id: str
    title: str
    says: str
    height: int
    bars: tuple[Bar, ...]


def report_page(said: Mapping[str, Any]) -> str:
    """Return the page of a report, from its figures."""
    folders = [str(Path(__file__).parent / "templates"), str(PAGES / "templates")]
    env = Environment(
        loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )  # fmt: skip
    style = Markup((PAGES / "pages.css").read_text("utf-8"))  # noqa: S704 - our own file
    return env.get_template("report.html.j2").render(style=style, **shown_on_page(said))


def shown_on_page(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the template `figures.html.j2` shows of a report."""
    sections = [(name, _of(said["tables"], words)) for name, words in SECTIONS]
    return {
        "said": said,
        "parts": [one for one in sections if one[1]],
        "empty": [one["title"] for one in said["tables"] if not one["rows"]],
        "chart": chart,
        "span": [say_day(date.fromisoformat(said[key])) for key in ("from", "to")],
        "known": say(datetime.fromisoformat(said["at"])),
        "day": lambda text: say_day(date.fromisoformat(text)),
        "published": said["published"],
        "places": _published_chart(said),
        "source": SOURCE,
        "row_name": row_name,
        "width": WIDTH,
        "bar": BAR,
        "most": MOST,
    }


def chart(table: Mapping[str, Any]) -> Chart:
    """Return a table's drawing: the share that it shows, or else its last count."""
    has_share = bool(table["share_is"])
    rows = table["rows"] if has_share else [one for one in table["rows"] if one["label"] != ALL]
    last = table["columns"][-1]["name"]
    most = max((one[last] or 0 for one in rows), default=0) or 1
    bars = []
    for row in rows:
        value = row["share"] if has_share else row[last]
        if value is None:
            says = LEFT_OUT
        elif has_share:
            says = f"{value}%" + _of_how_many(row["total"], table["rounded_to"])
        else:
            says = f"{value:,}"
        bars.append((row_name(row["label"]), value, says))
    what = f"the part that was {table['share_is']}, in a hundred" if has_share else "how many"
    return _drawn(f"chart-{table['id']}", table["title"], what, bars, 100 if has_share else most)


def _of_how_many(total: int | None, rounded_to: int | None) -> str:
    about = "about " if rounded_to else ""
    return "" if total is None else f" of {about}{total:,}"


def row_name(label: str) -> str:
    """Return a row's label as people read it: "2026-03" is "March 2026"."""
    try:
        return f"{date.fromisoformat(f'{label}-01'):%B %Y}" if label[:2] == "20" else label
    except ValueError:
        return label


def _drawn(
    id: str, title: str, what: str, rows: Sequence[tuple[str, float | None, str]], most: float
) -> Chart:  # fmt: skip
    scale = WIDTH / most
    bars = tuple(
        Bar(TOP + LANE * at, _short(f"{label}: {says}"), None if value is None else round(value * scale, 1))
        for at, (label, value, says) in enumerate(rows)
    )  # fmt: skip
    says = f"{len(bars)} bars: {what}. The table below has the same figures."
    return Chart(id, title, says, TOP + LANE * len(bars), bars)


def _published_chart(said: Mapping[str, Any]) -> Chart | None:
    """Return our share of conferences within 15 working days beside the published ones."""
    if not said["published"]:
        return None
    ours = next(one for one in said["tables"] if one["id"] == "icpc_working_days")
    rows: list[tuple[str, float | None, str]] = []
    if ours["rows"]:
        share = ours["rows"][-1]["share"]
        rows.append(("This report", share, LEFT_OUT if share is None else f"{share}%"))
    for place in sorted(said["published"], key=lambda one: (one["name"] == ENGLAND, one["year"])):
        share = place["icpc_in_time_share"]
        name = f"{place['name']}, year to March {place['year']}"
        rows.append((name, share, "not published" if share is None else f"{share}%"))
    title = "Initial conferences within 15 working days, beside the published figures"
    return _drawn(
        "chart-published", title, "the part within 15 working days, in a hundred", rows, 100
    )


def _of(tables: Sequence[Mapping[str, Any]], words: Sequence[str]) -> list[Mapping[str, Any]]:
    return [one for one in tables if one["rows"] and one["id"].startswith(tuple(words))]


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
