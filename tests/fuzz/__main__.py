"""Every parser against bytes that nobody meant, each for so many seconds: `make fuzz`.

What breaks one is kept in build/fuzz/NAME, beside the inputs that led there; 1 where any was broken.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.parsers import PARSERS

ROOT = Path(__file__).parents[2]
MORE_S = 120  # for the start, with every module made ready to be watched
RSS_MIB, ONE_S, LONGEST_BYTES = 1500, 20, 65_536
RUNS = re.compile(r"Done (\d+) runs|^#(\d+)\s", re.MULTILINE)


class Ended(NamedTuple):
    """How it went: how many inputs, and the last words where it was broken."""

    runs: int
    told: str


def fuzz(name: str, folder: Path, seconds: int, seed: int = 1) -> Ended:
    """Feed one parser for so long; begin with what is good, and with what earlier runs found."""
    corpus = folder / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, good in enumerate(PARSERS[name].good):
        (corpus / f"good-{number}").write_bytes(good)
    # a child counts its parent's memory as its own, a shell's is small
    command = ["sh", "-c", '"$@"; exit $?', "sh"]
    command += [sys.executable, "-m", "tests.fuzz.one", name, str(corpus)]
    command += [f"-max_total_time={seconds}", f"-seed={seed}", f"-artifact_prefix={folder}/{name}-"]
    command += [f"-rss_limit_mb={RSS_MIB}", f"-timeout={ONE_S}", f"-max_len={LONGEST_BYTES}"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False,
        timeout=seconds + MORE_S, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    runs = max((int(one or two) for one, two in RUNS.findall(said)), default=0)
    return Ended(runs, said[-3000:] if ended.returncode else "")


def main() -> int:
    """Feed each parser that is asked for; 1 where one was broken, or read nothing."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="PARSER", help=", ".join(PARSERS))
    parser.add_argument("--seconds", type=int, default=60, help="for each")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if strangers := set(options.names) - PARSERS.keys():
        parser.error(f"no parser is called {min(strangers)}; there are {', '.join(PARSERS)}")
    broken = 0
    for name in options.names or PARSERS:
        ended = fuzz(name, ROOT / "build" / "fuzz", options.seconds, options.seed)
        is_broken = bool(ended.told) or not ended.runs
        print(
            f"{name}: {ended.runs} inputs, {'broken' if is_broken else 'nothing broke it'}",
            flush=True,
        )
        print(ended.told, end="")
        broken += is_broken
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
