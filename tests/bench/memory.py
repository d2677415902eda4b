"""Goal 12: what a hundred thousand open cases hold in memory and in the file, and what an idle turn costs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.app import build
from daemon.settings.whole import load
from daemon.store import create
from daemon.testing.fakes import HandClock
from daemon.testing.world import at
from tests.bench.cases import NOW, fill, refs
from tests.bench.cold import ROOT
from tests.bench.row import Row, Sizes
from tests.small import SMALL

FEED = "diary"
SETTINGS = f"""
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty@council.example"
pathway_default = "stoke-on-trent"
rulebook = "{SMALL}"
enforce_from = 2018-01-01

[feeds.{FEED}]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
read_every = "1 hour"
options = {{ folder = "diary" }}

[people]
adapter = "people_csv"
read_every = "1 hour"
options = {{ file = "people.csv" }}

[channels.email]
adapter = "smtp"
options = {{ host = "127.0.0.1", port = 9, security = "none", sender = "daykeeper@council.example" }}
"""
PEOPLE = "staff_id,email,role,team\nsam,sam@council.example,social_worker,north\n"


@dataclass(frozen=True, slots=True)
class Held:
    """What a filled store and the service on it were found to take. Sizes in bytes and millions of them."""

    waiting: int
    rung_bytes: float
    bare_mb: float
    idle_mb: float
    audited_mb: float
    read_mb: float
    idle_s: float
    audit_s: float


def measure(sizes: Sizes) -> Iterator[Row]:
    """Yield the memory, a waiting rung in the file, an idle turn and an audit, with few cases and with many."""
    few, many = hold(sizes.few_cases, rungs_behind=1), hold(sizes.cases)
    cases, by = f"{sizes.cases:,} open cases", f"with {sizes.few_cases:,}"
    rungs = f"{many.waiting:,} rungs waiting"
    yield Row(
        12, f"resident memory, {cases}, {rungs}", many.idle_mb, "MB", few.idle_mb, by, at_most=150
    )
    yield Row(
        12, "resident memory after an audit of them all", many.audited_mb, "MB", few.audited_mb, by,
        at_most=150,
    )  # fmt: skip
    yield Row(
        12, "resident memory after the diary of them all was read", many.read_mb, "MB",
        few.read_mb, by, at_most=150,
    )  # fmt: skip
    yield Row(12, "of which the program itself, before a store is open", many.bare_mb, "MB")
    yield Row(12, "a waiting rung in the file", many.rung_bytes, "bytes", at_most=200)
    yield Row(12, "the same, where one rung of its ladder has fired", few.rung_bytes, "bytes")
    idle_ms, few_idle_ms = many.idle_s * 1000, few.idle_s * 1000
    yield Row(
        12,
        f"an idle turn of the whole line, {rungs}",
        idle_ms,
        "ms",
        few_idle_ms,
        f"with {few.waiting:,}",
    )
    yield Row(12, f"an audit, {cases}", many.audit_s, "s")


def hold(cases: int, rungs_behind: int = 0) -> Held:
    """Return what so many open cases take."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "state").mkdir()
        (folder / "diary").mkdir()
        (folder / "diary" / "conference.csv").write_text(diary(cases), "utf-8")
        (folder / "people.csv").write_text(PEOPLE, "utf-8")
        file = folder / "daykeeper.toml"
        file.write_text(SETTINGS, "utf-8")
        settings = load(file)
        create(settings.database)
        app = build(settings, clock=HandClock(at(NOW)))  # it notes its rulebook as in force
        waiting, rung_bytes = fill(app.store, FEED, cases, rungs_behind)
        app.close()
        words = (sys.executable, "-m", "tests.bench.resident", str(file), at(NOW).isoformat())
        said = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    return Held(waiting, rung_bytes, **json.loads(said))


def diary(cases: int) -> str:
    """Return a conference sheet with one row a case."""
    rows = (f"M-{ref},{ref},icpc,requested" for ref in refs(cases))
    return "\n".join(("conference_id,case_refs,kind,status", *rows, ""))
