"""docs/reference/settings.md: every key of the settings, how it is written, what holds without it, what it means."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from daemon.plugins import find
from daemon.settings.homes import MOVED
from daemon.settings.whole import Settings
from tests.reference import example
from tests.reference.forms import form_of, table_in
from tests.reference.page import ROOT, Page, page
from tests.reference.told import beside_fields, first_paragraph

# what stands for a name of one's own
NAMES = {
    "feeds": "NAME",
    "inbox": "NAME",
    "channels": "WORD",
}
UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def made() -> Page:
    """Return the page: the top of the file, then a section for each table."""
    return built(Settings)


def built(model: type[BaseModel]) -> Page:
    """Return the page of a model of settings."""
    sections = list(_sections(model, ""))
    lacking = [
        f"{section['path'] or 'the top'}: {row['key']}: {what}"
        for section in sections
        for row in section["rows"]
        for what in _lacking(section, row)
    ]
    adapters = [
        {
            "name": one.name, "title": one.title, "extra": one.extra,
            "does": sorted(one.provides),
            "is_ours": (ROOT / "integrations" / one.name).is_dir(),
        }
        for one in find().values()
    ]  # fmt: skip
    ours = [one for one in adapters if one["is_ours"]]
    return page("settings", lacking, sections=sections, adapters=ours)


def _lacking(section: dict[str, Any], row: dict[str, Any]) -> Iterator[str]:
    if not row["means"]:
        yield "it has no description; write one under it, as a string"
    if row["form"] is None:
        yield "nobody says how it is written; name its reader in tests/reference/forms.py"
    if row["key"] not in section["shown"]:
        yield f"{example.FILE.name} shows no example of it; add a line, as a comment where it is seldom used"


def _sections(model: type[BaseModel], path: str, says: str = "") -> Iterator[dict[str, Any]]:
    """Yield a table and those within it; `says` is what the table around it says of it."""
    values, inner = {}, []
    for name, field in model.model_fields.items():
        found = table_in(field.annotation)
        if found is None:
            values[name] = field
        else:
            place = f"{path}.{name}".removeprefix(".")
            inner.append((name, found[0], f"{place}.{NAMES[name]}" if found[1] else place))
    if not path:
        del values["folder"]  # where the file lies: nobody says it
    shown, lines = example.shown(path, set(values))
    told = beside_fields(model)
    rows = [_row(name, field, told, path) for name, field in values.items()]
    homes = {row["home"] for row in rows}
    yield {
        "path": path, "says": says or (first_paragraph(model) if path else ""), "rows": rows,
        "home": homes.pop() if len(homes) == 1 else "", "shown": shown, "example": lines,
    }  # fmt: skip
    for name, one, place in inner:
        yield from _sections(one, place, told.get(name, ""))


def _row(name: str, field: FieldInfo, told: dict[str, str], path: str) -> dict[str, Any]:
    try:
        form = form_of(name, field)
    except KeyError:
        form = None
    place = f"{path}.{name}".removeprefix(".")
    home = MOVED.get(place.partition(".")[0]) or ("feeds" if name == "fresh_within" else None)
    return {
        "key": name,
        "form": form,
        "needed": field.is_required(),
        "default": ""
        if field.is_required()
        else _say(field.get_default(call_default_factory=True)),
        "means": told.get(name, ""),
        "home": home,
    }


def _say(value: Any) -> str:
    """Return a default as it would stand in the file; empty where there is none."""
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, timedelta):
        length_s = int(value.total_seconds())
        count, unit = next((length_s // by, word) for by, word in UNITS if length_s % by == 0)
        return f'`"{count} {unit}{"s" if count > 1 else ""}"`'
    if isinstance(value, tuple):
        return f"`{[str(one) for one in value]}`".replace("'", '"')
    if isinstance(value, time):
        return f'`"{value:%H:%M}"`'
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f'`"{value}"`' if isinstance(value, str | Path | date) else f"`{value:g}`"
