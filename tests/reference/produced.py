"""What the product gives to other programs, from an invented authority: the documents of each contract."""

import io
import json
import shutil
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from daemon.app import build
from daemon.cli.main import main
from daemon.decide.record.contract import (
    ACTION_KEYS,
    FACT_KEYS,
    INVITEE_KEYS,
    MEETING_KEYS,
    PLAN_KEYS,
    RECORD_KEYS,
)
from daemon.rehearsal.kept import to_keep
from daemon.settings.whole import load
from daemon.store import create
from daemon.telemetry import set_up_logs
from daemon.testing.world import World
from tests.reference import states
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
also = ["case_system"]
fresh_within = "4 hours"
options = {{ folder = "diary", as_known = "read" }}
"""
DIARY = """conference_id,kind,case_refs,strategy_date,venue
M-881,icpc,SC-100234,2026-03-02,Civic Centre
M-882,icpc,SC-100235,2026-31-03,Civic Centre
"""
FEEDS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty@council.example"
pathway_default = "stoke-on-trent"
database = "sqlite:///feeds.sqlite"
rulebook = "{rulebook}"
web.secret_file = "link.key"
merge_order."*" = ["cases", "diary"]
"""
FEED = """
[feeds.{name}]
adapter = "csv_files"
role = "{role}"
fresh_within = "1 day"
options = {{ folder = "{name}", as_known = "read" }}
"""
HEAD = "conference_id,kind,case_refs,strategy_date,booked_start,status\n"
SAID_BY = {
    "cases": "M-1,ICPC,10234,2026-03-02,2026-03-20 10:00,booked\n"
    "M-2,ICPC,10235,2026-03-03,,requested\n",
    "diary": "M-1,ICPC,10234,2026-03-03,2026-03-23 10:00,booked\n"
    "M-9,ICPC,0010235,2026-03-03,2026-03-24 10:00,booked\n"
    "M-8,ICPC,10235,2026-31-03,,requested\n",
}
RECORD = HERE / "record.json"
A_RULE = Path("stoke-on-trent/rules/icpc-invite-list.yaml")


@cache
def produced() -> Mapping[str, tuple[Json, ...]]:
    """Return by each contract the documents that the product made, the one to show first."""
    set_up_logs("json", "critical", stream=io.StringIO())  # only what a verb prints is looked at
    with TemporaryDirectory() as folder:
        return {
            **_of_files(),
            **_of_drafts(Path(folder)),
            **_of_store(Path(folder)),
            "questions": states.asked(),
            "challenges": states.raised(),
            "shadow": states.contrasted(),
            "moved": states.announced(),
        }


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


def _of_drafts(folder: Path) -> Mapping[str, tuple[Json, ...]]:
    """Return what is said of a draft in which one step comes two days sooner."""
    draft = shutil.copytree(SMALL, folder / "draft")
    text = (draft / A_RULE).read_text("utf-8")
    text = text.replace("at: 1 working day before due", "at: 3 working days before due")
    (draft / A_RULE).write_text(text, "utf-8")
    unsound = shutil.copytree(SMALL, folder / "my-policies")
    (unsound / A_RULE).write_text(text.replace("day 5 of strategy_", "day 5 of strtegy_"), "utf-8")
    span = ("--from", "2026-03-02", "--to", "2026-03-16", "--processes", "1")
    books = ("--draft", str(draft), "--present", str(SMALL), "--pack", "stoke-on-trent")
    (rehearsed,) = _said("rehearse", str(RECORD), *books, *span, "--json")
    return {
        "check": _said("check", str(unsound), "--quick", "--json"),
        "diff": _said("diff", str(SMALL), str(draft), "--json"),
        "rehearsal": (rehearsed, to_keep(rehearsed, draft, "A. Name", states.NOON)),
    }


def _of_feeds(folder: Path) -> tuple[Json, ...]:
    """Return what is to be mended in two feeds of which one lacks a row and says another day."""
    folder.mkdir()
    file = folder / "daykeeper.toml"
    roles = {"cases": "case_system", "diary": "conference_diary"}
    each = (FEED.format(name=name, role=role) for name, role in roles.items())
    file.write_text(FEEDS.format(rulebook=SMALL) + "".join(each), "utf-8")
    for name, rows in SAID_BY.items():
        (folder / name).mkdir()
        (folder / name / "conference.csv").write_text(HEAD + rows, "utf-8")
    settings = load(file)
    create(settings.database)
    app = build(settings, worker="reference")
    app.line.turn()
    app.close()
    return _said("feed", "report", "--config", str(file), "--json")


def _of_store(folder: Path) -> Mapping[str, tuple[Json, ...]]:
    """Return what a store tells in which people were told, something is paused and a row cannot be read."""
    world, config = _begun(folder)
    world.until("2026-03-09 10:00")
    look = states.unbalanced(world)
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
    paused = _said("pause", *pause, *config)
    states.trouble(folder)
    (troubled,) = _said("status", *config)
    blind = _said("explain", "--ref", "SC-100234", "--at", "2026-03-09T10:00", *config)
    (report,) = _said("report", *config, "--from", "2026-03-02", "--to", "2026-03-31")
    (brake,) = _said("release", "brake", *config)
    (refused,) = _said("release", "refused", *config)
    (restore,) = _said("release", *config)
    reports, fed = (
        _of_feeds(folder / "feeds"),
        ("--config", str(folder / "feeds/daykeeper.toml"), "--json"),
    )
    chain = (*_said("journal", "verify", *fed), *_said("journal", "verify", "--head", "1:0", *fed))
    return {
        "journal": chain,
        "purge": _said("purge", *fed),
        "database": _said("database", "check", *fed),
        "pause": paused,
        "held": _said("held", *config),
        "audit": look,
        "doctor": _said("doctor", *config),
        "report": (report | {"tables": [states.timely()]},),
        "brake": (brake | states.braked(),),
        "refused": (refused | {"refused": states.undelivered()},),
        "feed_report": (*reports, *_said("feed", "report", *config)),
        "restore": (restore | states.restored(),),
        "stored": (*stored, *blind),
        "status": (*calm, troubled | {"by_hand": states.by_hand()}),
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
