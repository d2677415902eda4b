"""Writes the bill of materials (CycloneDX) of each lock from which an installation is made: `make sbom`."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from tests.supply.locks import INSTALLED, ROOT, file_of, pins


def write(lock: Path, to: Path) -> int:
    """Write the bill of one lock; return how many parts it names. Raises ValueError where one is missing."""
    to.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", "--output-reproducible"]
    command += [
        "--pyproject",
        str(ROOT / "pyproject.toml"),
        "--of",
        "JSON",
        "-o",
        str(to),
        str(lock),
    ]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise ValueError(f"{lock.name}: {made.stderr.strip()[-500:]}")
    bill = json.loads(to.read_text("utf-8"))
    named = {(one["name"].lower(), one.get("version")) for one in bill.get("components", [])}
    wanted = {(one.name.lower(), str(one.specifier)[2:]) for one in pins(lock.read_text("utf-8"))}
    if not wanted or named != wanted or len(bill["components"]) != len(wanted):
        differ = ", ".join(sorted(name for name, _ in named ^ wanted))
        raise ValueError(
            f"{lock.name}: its bill is another than the lock: {differ or 'it is empty'}"
        )
    return len(named)


def main() -> int:
    """Write every bill; 1 where one is not what its lock says."""
    parser = argparse.ArgumentParser(prog="python -m tests.supply.sbom", description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "build" / "sbom")
    folder = parser.parse_args().to
    for lock in INSTALLED:
        file = folder / f"{lock}.cdx.json"
        try:
            print(f"{file}: {write(file_of(lock), file)} parts")
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
