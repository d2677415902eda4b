"""The fault plan in its long form: every row, three seeds, both back ends; a table, and a line for each thing done.

    python -m tests.faults
    python -m tests.faults --seeds 4,5 --backends postgres --only F1,F5 --quick

Ends with 1 where a row failed, and where nothing was run; with 2 where what is asked for is not there.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.catalogue import PLANS
from tests.faults.plans import BOTH, Plan, Result

FOLDER = Path("build/faults")
COLUMNS = (  # a figure of the judge's, and how it is headed
    ("told", "told"), ("lost", "lost"), ("duplicates", "dup"), ("crash_copies", "dup crash"),
    ("lost_reply_copies", "dup ambig"), ("replies_lost", "replies lost"), ("early", "early"),
    ("wrong_recipient", "wrong rcpt"), ("unexpected", "unexp"), ("keyless", "keyless"),
    ("msgid_changed", "msgid chg"),
)  # fmt: skip
WIDTHS = [max(5, len(head)) for _, head in COLUMNS]


def main() -> int:
    """Run what is asked for, and print a line for each."""
    options = read_options()
    chosen = list(choose(options))
    options.folder.mkdir(parents=True, exist_ok=True)
    begun, failed = time.monotonic(), 0
    with (options.folder / "faults.jsonl").open("w", encoding="utf-8") as lines:
        print(heading())
        for plan, backend, seed in chosen:
            result = run(plan, backend, seed, is_short=options.quick)
            failed += bool(result.faults())
            print(row(plan, backend, seed, result), flush=True)
            for one in result.injected:
                lines.write(
                    json.dumps({"row": plan.row, "on": backend, "seed": seed, **one}) + "\n"
                )
            verdict = asdict(result.verdict) if result.verdict else None
            ended = {"verdict": verdict, "figures": result.figures, "faults": result.faults()}
            lines.write(
                json.dumps(
                    {"row": plan.row, "title": plan.title, "on": backend, "seed": seed, **ended}
                )
                + "\n"
            )
    print(f"\n{len(chosen)} runs, {failed} failed, {time.monotonic() - begun:.0f} s; {lines.name}")
    return int(bool(failed) or not chosen)


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    rows = list(dict.fromkeys(plan.row for plan in PLANS))
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--backends", default=",".join(BOTH), type=some_of(BOTH))
    parser.add_argument("--only", default=",".join(rows), type=some_of(rows), help="rows, as F1,F5")
    parser.add_argument("--quick", action="store_true", help="the sizes of the short form")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where faults.jsonl goes")
    return parser.parse_args()


def some_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Return what reads names with commas between them; raises ArgumentTypeError where one is not known."""

    def read(text: str) -> list[str]:
        names = text.split(",")
        if strange := [one for one in names if one not in known]:
            said = f"there is no {' or '.join(strange)}; there are {', '.join(known)}"
            raise argparse.ArgumentTypeError(said)
        return names

    return read


def choose(options: argparse.Namespace) -> Iterator[tuple[Plan, str, int]]:
    """Yield each run that is asked for and possible here; say which are not."""
    seeds = [int(one) for one in options.seeds.split(",")]
    for plan in PLANS:
        if plan.row not in options.only:
            continue
        if missing := plan.missing():
            print(f"{plan.row} {plan.title}: left out, it needs {' and '.join(missing)}")
            continue
        for backend in (one for one in plan.backends if one in options.backends):
            for seed in seeds if plan.is_random else seeds[:1]:
                yield plan, backend, seed


def run(plan: Plan, backend: str, seed: int, *, is_short: bool) -> Result:
    """Return how it ended; a run that breaks off has failed, and the others go on."""
    with TemporaryDirectory(prefix="faults-") as folder:
        try:
            return plan.run(Path(folder), seed, backend, is_short)
        except Exception as error:  # noqa: BLE001 - it is told in the table
            return Result(None, wrong=(f"broke off: {type(error).__name__}: {error}",))


def heading() -> str:
    """Return the table's head."""
    figures = " ".join(f"{head:>{width}}" for (_, head), width in zip(COLUMNS, WIDTHS, strict=True))
    return (
        f"{'row':<4}{'on':<9}{'seed':>4} {figures} {'s':>5}  fault; its own figures; how it ended"
    )


def row(plan: Plan, backend: str, seed: int, result: Result) -> str:
    """Return one line of the table."""
    found = asdict(result.verdict) if result.verdict else {}
    figures = " ".join(
        f"{found.get(name, '-'):>{width}}" for (name, _), width in zip(COLUMNS, WIDTHS, strict=True)
    )
    own = "".join(f"; {figure}" for figure in result.figures)
    ended = f"FAILED: {'; '.join(result.faults())}" if result.faults() else "ok"
    return f"{plan.row:<4}{backend:<9}{seed:>4} {figures} {result.seconds:>5.0f}  {plan.title}{own}: {ended}"


if __name__ == "__main__":
    sys.exit(main())
