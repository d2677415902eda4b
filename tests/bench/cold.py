"""Goal 11: how long a person waits for a command, from a cold start to its end."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.cases import body
from tests.bench.row import Row, Sizes, medians, seconds

ROOT = Path(__file__).parents[2]
DAYKEEPER = ("-c", "import sys; from daemon.cli import main; sys.exit(main())")  # its entry point
OTHERS = ("-c", "import holidays, dateutil.parser, dateutil.relativedelta, dateutil.rrule")
PASS = ("-c", "pass")
UNCOMPILED = "PYTHONDONTWRITEBYTECODE"  # an installation has its modules compiled


def measure(sizes: Sizes) -> Iterator[Row]:
    """Yield a row for each command, and the floor: Python that does nothing."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "case.json"
        file.write_text(json.dumps(body("SC-100234")), "utf-8")
        commands = (
            (*DAYKEEPER, "check", "--quick"),
            (*DAYKEEPER, "check"),
            (*DAYKEEPER, "explain", str(file)),
        )
        works = [partial(seconds, partial(run, each)) for each in (*commands, OTHERS, PASS)]
        quick, check, explain, others, bare = medians(sizes.runs, *works)
    peer = partial(Row, 11, unit="s", peer=others, peer_is="import holidays, dateutil")
    yield peer("check --quick, all shipped packs", quick, at_most=1.0)
    yield peer("check, with the scenarios", check, at_most=10.0)
    yield peer("explain, one record of a file", explain, at_most=0.4)
    yield Row(11, "python -c pass, within each of these", bare, "s")


def run(words: Sequence[str]) -> None:
    """Run Python once, as a person would wait for it; raises where it fails."""
    settings = {name: text for name, text in os.environ.items() if name != UNCOMPILED}
    subprocess.run(
        (sys.executable, *words), cwd=ROOT, env=settings, check=True, stdout=subprocess.DEVNULL
    )
