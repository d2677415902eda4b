"""The long form: the storm under three seeds, and ten thousand at once. It prints a report.

python -m tests.faults
"""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults.burst import burst
from tests.faults.storm import CONNECTIONS, KILLS, storm

SEEDS = (1, 2, 3)
MIB = 1024 * 1024


def main() -> int:
    """Print every figure; 1 where one of them may not be."""
    begun = time.monotonic()
    failed = []
    for seed in SEEDS:
        with TemporaryDirectory(prefix="faults-") as folder:
            result = storm(Path(folder), seed)
        print(f"\nstorm, seed {seed}: {result.seconds:.0f} s, exit code {result.exit_code}")
        print(result.verdict.table())
        print(f"copies allowed: {KILLS} kills x {CONNECTIONS} sends, and one for each reply lost")
        if result.verdict.faults() or result.unfinished or result.exit_code:
            failed.append(f"storm {seed}: {result.verdict.faults() | result.unfinished}")
    with TemporaryDirectory(prefix="faults-") as folder:
        found = burst(Path(folder))
    print(
        f"\n{found.verdict.mails} due at once: {found.seconds:.0f} s, {found.per_second:.0f} a second,"
    )
    print(f"peak resident memory {found.peak_rss_bytes / MIB:.0f} MiB")
    if found.verdict.faults():
        failed.append(f"burst: {found.verdict.faults()}")
    print(
        f"\n{'; '.join(failed) or 'nothing lost, nothing doubled'} ({time.monotonic() - begun:.0f} s)"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
