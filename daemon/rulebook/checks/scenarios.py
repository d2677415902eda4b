"""Scenario files: a record, and the notices that a rule must send for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from daemon.domain.errors import Problem
from daemon.domain.obligation import State as Standing
from daemon.domain.times import LONDON, london
from daemon.rulebook.language.marks import Node, Rows, Table
from daemon.rulebook.language.moments import clock, day
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.language.schema import EXPECTED, SCENARIO, STATE, Desk, Sheet
from daemon.rulebook.language.words import one_of

STANDINGS = tuple(str(one) for one in Standing)
JSON_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """One notice, whatever the channels: the rung's moment (UTC), its name, the role told; where that is written."""

    at: datetime
    rung: str
    to: str
    line: int = field(default=0, compare=False)

    def __str__(self) -> str:
        """Return the notice as a scenario file writes it."""
        return f"{self.at.astimezone(LONDON):%Y-%m-%d %H:%M} {self.rung} to {self.to}"


@dataclass(frozen=True, slots=True)
class State:
    """How the duty must stand at a moment: its state's word, and when it is due where that is said.

    `subject` names which, where the rule has several.
    """

    at: datetime
    word: str
    due_at: datetime | None
    subject: str | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Records in their JSON form, walked from one moment to another under one pack.

    `about` is the rule, invitation or digest whose notices count; `line` is where they begin.
    """

    name: str
    pack: str
    about: str
    records: tuple[Mapping[str, object], ...]
    starts_at: datetime
    ends_at: datetime
    expected: tuple[Expected, ...]
    place: str
    line: int
    state: State | None = None


def read_scenarios(
    texts: Mapping[str, str], root: str = "policies"
) -> tuple[list[Scenario], list[Problem]]:
    """Return the scenarios of every pack, and what is wrong with those that cannot be read."""
    desk = Desk(texts, root, [])
    files = [file for file in texts if file.split("/")[1:2] == ["scenarios"]]
    found = [_scenario(desk, file) for file in files]
    return [scenario for scenario in found if scenario], desk.problems


def _scenario(desk: Desk, file: str) -> Scenario | None:
    before = len(desk.problems)
    sheet = desk.open(file, SCENARIO)
    name, about = sheet.text("scenario"), _about(sheet)
    starts_at, ends_at = sheet.read("from", _moment), sheet.read("to", _moment)
    if starts_at and ends_at and ends_at <= starts_at:
        sheet.wrong("to", 'this is not after "from"', "let the scenario end after it begins")
    records = _records(sheet)
    state = _state(sheet)
    expected = tuple(_expected(entry) for entry in sheet.sheets("expect", EXPECTED))
    if len(desk.problems) > before or not (records and starts_at and ends_at):
        return None
    return Scenario(
        name=str(name),
        pack=file.partition("/")[0],
        about=about,
        records=tuple(
            {str(key): _plain(node) for key, node in one.table.entries.items()} for one in records
        ),
        starts_at=starts_at,
        ends_at=ends_at,
        expected=tuple(sorted(each for each in expected if each)),
        place=sheet.path,
        line=next((key.line for key in sheet.keys if key == "expect"), 1),
        state=state,
    )


def _about(sheet: Sheet) -> str:
    given = [key for key in ("rule", "invitation", "digest") if sheet.has(key)]
    if not given:
        sheet.wrong("", "it does not say what it is about", 'add a line "rule: …"')
    elif len(given) > 1:
        sheet.wrong(given[1], f"it is about a {given[0]} already", "make two scenarios of it")
    return str(sheet.text(given[0])) if given else ""


def _records(sheet: Sheet) -> list[Sheet]:
    if sheet.has("records"):
        return sheet.sheets("records", None)
    one = sheet.sheet("record", None)
    if one is None and not sheet.has("record"):
        sheet.wrong("", 'the key "record" is missing', "add a case record")
    return [one] if one else []


def _state(sheet: Sheet) -> State | None:
    inner = sheet.sheet("state", STATE)
    at = inner.read("at", _moment) if inner else None
    if inner is None or at is None:
        return None
    subject = str(inner.text("for")) if inner.has("for") else None
    word = inner.read("is", partial(one_of, choices=STANDINGS, kind="state"))
    if word is None:
        return None
    return State(at, word, inner.read("due", _moment), subject)


def _expected(entry: Sheet) -> Expected | None:
    at = entry.read("at", _moment)
    rung, to = str(entry.text("rung")), str(entry.text("to"))
    return Expected(at, rung, to, entry.table.line) if at else None


def _moment(text: str) -> datetime:
    """Return the UTC instant of a London time written "2026-03-05 09:00". Raises Misread."""
    date_text, _, time_text = text.partition(" ")
    if not time_text:
        raise Misread(f'"{text}" has no time of day', 'write it like "2026-03-05 09:00"')
    return london(day(date_text), clock(time_text))


def _plain(node: Node) -> object:
    """Return a record's value as JSON has it: only what stands without quotes is more than text."""
    if isinstance(node, Table):
        return {str(key): _plain(value) for key, value in node.entries.items()}
    if isinstance(node, Rows):
        return [_plain(item) for item in node.items]
    if node.plain and node in JSON_WORDS:
        return JSON_WORDS[node]
    return int(node) if node.plain and re.fullmatch(r"-?[0-9]{1,15}", node) else str(node)
