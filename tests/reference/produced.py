"""What the product gives to other programs, from an invented authority: the documents of each contract."""

import io
import json
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from daemon.cli.main import main
from daemon.decide.contract import (
    ACTION_KEYS,
    FACT_KEYS,
    INVITEE_KEYS,
    MEETING_KEYS,
    PLAN_KEYS,
    RECORD_KEYS,
)
from daemon.telemetry import set_up_logs
from daemon.testing.world import World
from tests.reference.page import HERE
from tests.small import SMALL

Json = dict[str, Any]
SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty@council.example"
pathway_default = "stoke-on-trent"
database = "sqlite:///daykeeper.sqlite"
rulebook = "{rulebook}"

[web]
secret_file = "link.key"

[feeds.diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
options = {{ folder = "diary", as_known = "read" }}
"""
DIARY = """conference_id,kind,case_refs,strategy_date,venue
M-881,icpc,SC-100234,2026-03-02,Civic Centre
M-882,icpc,SC-100235,2026-31-03,Civic Centre
"""
RECORD = HERE / "record.json"


@cache
def produced() -> Mapping[str, tuple[Json, ...]]:
    """Return by each contract the documents that the product made, the one to show first."""
    set_up_logs("json", "critical", stream=io.StringIO())  # only what a verb prints is looked at
    with TemporaryDirectory() as folder:
        return {**_of_files(), **_of_store(Path(folder))}


def taken() -> set[str]:
    """Return every key of a case record that is read, as a path."""
    tables = (
        ("", RECORD_KEYS), ("meetings[].", MEETING_KEYS), ("meetings[].invitees[].", INVITEE_KEYS),
        ("plans[].", PLAN_KEYS), ("actions[].", ACTION_KEYS), ("facts.NAME.", FACT_KEYS),
    )  # fmt: skip
    return {f"{place}{key}" for place, keys in tables for key in keys}


def _of_files() -> Mapping[str, tuple[Json, ...]]:
    known, policies = ("--at", "2026-03-06T17:30"), ("--policies", str(SMALL), "--json")
    span = ("--from", "2026-03-05", "--to", "2026-03-16")
    return {
        "record": (json.loads(RECORD.read_text("utf-8")),),
        "explain": tuple(
            one
            for more in ((), ("--all",))
            for one in _said("explain", str(RECORD), *known, *more, *policies)
        ),
        "simulate": _said("simulate", str(RECORD), "--pack", "stoke-on-trent", *span, *policies),
        "coverage": _said("docs", "--coverage", "--json"),
    }


def _of_store(folder: Path) -> Mapping[str, tuple[Json, ...]]:
    """Return what a store tells in which people were told, something is paused and a row cannot be read."""
    world, config = _begun(folder)
    world.until("2026-03-09 10:00")
    world.close()
    stored = _said("explain", "--ref", "SC-100234", "--at", "2026-03-09T10:00", *config)
    calm = _said("status", *config)
    pause = (
        "--until",
        "2199-03-06T17:00",
        "--reason",
        "the mail server is moved",
        "--by",
        "A. Name",
    )
    _said("pause", *pause, *config)
    return {
        "stored": stored,
        "status": (*calm, *_said("status", *config)),
        "feed": tuple(_said("feed", "read", "diary", *config)),
    }


def _begun(folder: Path) -> tuple[World, tuple[str, ...]]:
    (folder / "diary").mkdir()
    (folder / "daykeeper.toml").write_text(SETTINGS.format(rulebook=SMALL), "utf-8")
    (folder / "diary" / "conference.csv").write_text(DIARY, "utf-8")
    world = World(folder, "2026-03-02 16:00", policies=SMALL)
    with world.case("SC-100234") as body:
        body["facts"] |= json.loads(RECORD.read_text("utf-8"))["facts"]
    with world.case("SC-100235") as body:
        body["facts"]["strategy_discussion_held"] = "the day before"
    return world, ("--config", str(folder / "daykeeper.toml"), "--json")


def _said(*words: str) -> tuple[Json, ...]:
    """Return the JSON documents that a verb prints, one a line."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        main(list(words))
    if not out.getvalue():
        raise ValueError(f"daykeeper {words[0]}: {err.getvalue()}")
    return tuple(json.loads(line) for line in out.getvalue().splitlines())
