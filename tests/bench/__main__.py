"""`python -m tests.bench`: every goal's figure with the peer beside it. Times are printed, never asserted."""

import argparse
import json
import os
import platform
import signal
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

from daemon.telemetry import set_up_logs
from tests.bench import (
    channels,
    cold,
    days,
    deciding,
    firing,
    idle,
    line,
    memory,
    paging,
    polling,
    rehearsing,
    replanning,
    reporting,
    sending,
)
from tests.bench.row import FULL, SMALL, Row, Sizes, by_workers, lines
from tests.bench.stage import Stage

ABOUT = (
    "Medians of several runs, taken in turns with the peer's; only ratios compare between machines."
)
ON_BOTH = {
    1: idle.measure,
    2: firing.measure_few,
    5: replanning.measure,
    6: firing.measure_herd,
    7: sending.measure,
    9: polling.measure,
    15: channels.measure,
}
ALONE = {
    3: deciding.measure_one,
    4: deciding.measure_many,
    10: rehearsing.measure,
    11: cold.measure,
    12: memory.measure,
    13: days.measure,
    14: line.measure_deciding,  # no goal of its own: for information
    16: reporting.measure,
    17: paging.measure,  # no goal: for information
}
GOALS = sorted((*ON_BOTH, *ALONE))


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=ABOUT)
    numbers = f"which goals ({', '.join(map(str, GOALS))}; default: all)"
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help=numbers)
    parser.add_argument("--json", action="store_true", help="one JSON object a row, one a line")
    parser.add_argument("--small", action="store_true", help="tiny sizes: to see that it works")
    parser.add_argument(
        "--full",
        action="store_true",
        help="ten million rungs, too, in a file of 9 GB: minutes longer",
    )
    parser.add_argument(
        "--size",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help=f"another size, as letters=300; the names: {', '.join(Sizes.__slots__)}",
    )
    options = parser.parse_args()
    for number in options.numbers:
        if number not in GOALS:
            parser.error(f"there is no goal {number}; choose from {', '.join(map(str, GOALS))}")
    rows: list[Row] = []
    sizes = SMALL if options.small else FULL if options.full else Sizes()
    try:
        wanted = (one.partition("=") for one in options.size)
        sizes = replace(sizes, **{name: int(number) for name, _, number in wanted})
    except (TypeError, ValueError):
        parser.error(f"--size: write one of {', '.join(Sizes.__slots__)}, as letters=300")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its servers end with it
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, Stage(sizes) as stage:
        set_up_logs("json", stream=nowhere)  # written as in a run, and read by nobody
        for number in options.numbers or GOALS:
            if sys.stderr.isatty():
                print(f"measuring goal {number}", file=sys.stderr)
            for row in ALONE[number](sizes) if number in ALONE else ON_BOTH[number](stage):
                rows.append(row)
                if options.json:
                    print(json.dumps(row.as_json(), ensure_ascii=False), flush=True)
    if not options.json:
        python = f"{platform.python_implementation()} {platform.python_version()}"
        print(f"{python}, SQLite {sqlite3.sqlite_version}, {os.cpu_count()} cores. {ABOUT}\n")
        print("\n".join(lines(rows)))
        if beside := list(by_workers(rows)):
            print("\n" + "\n".join(beside))


if __name__ == "__main__":
    main()
