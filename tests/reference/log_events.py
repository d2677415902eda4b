"""docs/reference/log-events.md: every event of the log, its level, its fields, and what to do about it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from tests.reference.logged import Line, lines
from tests.reference.page import HERE, Page, page

GRAVEST = ("critical", "error", "warning", "info", "debug")
GRAVE = GRAVEST[:3]  # somebody may have to do something
SAID = HERE / "log-events.yaml"
Described = Mapping[str, Mapping[str, str]]


def made() -> Page:
    """Return the page, in the groups of log-events.yaml."""
    return built(yaml.safe_load(SAID.read_text("utf-8")), lines())


def built(said: Mapping[str, Any], found: Sequence[Line]) -> Page:
    """Return the page of these lines as these words describe them."""
    by_event: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        by_event[line.event].append(line)
    groups = [
        (name, [_row(event, one, by_event[event]) for event, one in group.items() if event in by_event])
        for name, group in said["events"].items()
    ]  # fmt: skip
    described = {event: one for group in said["events"].values() for event, one in group.items()}
    lacking = [*_lacking_events(described, by_event), *_lacking_fields(said["fields"], found)]
    return page("log-events", lacking, groups=groups, fields=said["fields"])


def _lacking_events(described: Described, by_event: Mapping[str, Sequence[Line]]) -> Iterator[str]:
    for event, found in by_event.items():
        if event not in described:
            yield f"{found[0].place}: {event} has no description; write into {SAID.name} what it means"
        elif "do" not in described[event] and _levels(found)[0] in GRAVE:
            yield f"{SAID.name}: {event}: a {_levels(found)[0]} that says nothing about what to do; add `do`"
    for event in described.keys() - by_event.keys():
        yield f"{SAID.name}: {event}: nothing in the code logs it; take it out"


def _lacking_fields(described: Mapping[str, str], found: Sequence[Line]) -> Iterator[str]:
    places = {name: line.place for line in found for name in line.fields}
    for name in sorted(places.keys() - described.keys()):
        yield f"{places[name]}: the field {name} has no description; write one into {SAID.name}"
    for name in sorted(described.keys() - places.keys()):
        yield f"{SAID.name}: fields: {name}: no line has it; take it out"


def _levels(found: Sequence[Line]) -> list[str]:
    return sorted({line.level for line in found}, key=GRAVEST.index)


def _row(event: str, said: Mapping[str, str], found: Sequence[Line]) -> dict[str, Any]:
    fields = dict.fromkeys(name for line in found for name in line.fields)
    return {"event": event, "levels": _levels(found), "fields": list(fields), **said}
