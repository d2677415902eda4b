"""Goal 10: a quarter of records under two rulebooks that differ in one rule, as the command itself does it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.rulebook import load, shipped
from tests.bench.quarter import FIRST, LAST, quarter
from tests.bench.row import Row, Sizes, medians, seconds

PACK, RULE = "stoke-on-trent", "icpc-invite-list"
AT_MOST_S = 30


def measure(sizes: Sizes) -> Iterator[Row]:
    """Yield how long it takes, the whole command with its processes."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        draft, records, rules = (
            place / "draft",
            place / "records.jsonl",
            prepare(place, sizes.rehearsed),
        )
        command = [
            sys.executable, "-m", "daemon.cli", "rehearse", str(records), "--present", str(shipped()),
            "--draft", str(draft), "--from", str(FIRST), "--to", str(LAST), "--json",
        ]  # fmt: skip
        (taken,) = medians(
            1, partial(seconds, partial(subprocess.run, command, check=True, capture_output=True))
        )
    what = f"rehearse {sizes.rehearsed:,} records under two rulebooks of {rules} rules"
    yield Row(10, what, taken, "s", at_most=AT_MOST_S, note=f"{os.cpu_count()} processes")


def prepare(place: Path, cases: int) -> int:
    """Write the records, and a draft in which one rule tells people sooner; return how many rules there are."""
    book, _ = load(shipped())
    if book is None:
        raise ValueError("the shipped policies do not load")
    rules = book.packs[PACK].rules
    with (place / "records.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(
            f"{json.dumps(one)}\n" for one in quarter(cases, rules, book.vocabulary, PACK)
        )
    shutil.copytree(shipped(), place / "draft")
    changed = place / "draft" / PACK / "rules" / f"{RULE}.yaml"
    changed.write_text(
        changed.read_text("utf-8").replace("4 working hours after", "2 working hours after"),
        "utf-8",
    )
    return len(rules)
