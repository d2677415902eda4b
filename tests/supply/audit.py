"""Asks what is known against each version that an installation may be made of: `make audit`.

Red (1) where something is known, where a pin could not be asked about, and where nothing was audited at all: an audit
that audited nothing is no evidence, whatever the tool's own exit code says. It needs an advisory source (osv.dev, or
another that speaks as it does), so it stands outside the test command.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from tests.supply.locks import ALL, file_of, for_this_machine, pins

SOURCE = "https://api.osv.dev/v1/query"
WITHIN_S = 900
NO_EVIDENCE = (
    "nothing was audited: no advisory source answered at {source}; this is no evidence of anything. "
    "Run it where one can be reached, or name another with --source"
)


def ask(lock: Path, source: str) -> list[dict[str, Any]] | None:
    """Return what the tool says of each pin of a lock; None where it could not ask at all."""
    command = [sys.executable, "-m", "pip_audit", "--strict", "--disable-pip", "--require-hashes"]
    command += ["--requirement", str(lock), "--vulnerability-service", "osv", "--osv-url", source]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    asked = subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=False)
    try:
        return list(json.loads(asked.stdout)["dependencies"])
    except (ValueError, KeyError, TypeError):
        return None


def faults(lock: Path, source: str) -> tuple[int, list[str]]:
    """Return how many pins of a lock were audited, and each thing that makes it red."""
    said = ask(lock, source)
    if said is None:
        return 0, [NO_EVIDENCE.format(source=source)]
    wanted = {
        canonicalize_name(one.name) for one in for_this_machine(pins(lock.read_text("utf-8")))
    }
    audited = {canonicalize_name(one["name"]) for one in said if "skip_reason" not in one}
    found = [
        f"{one['name']} {one['version']}: {bad['id']}, mended in {', '.join(bad['fix_versions']) or 'no version yet'}"
        for one in said
        for bad in one.get("vulns", [])
    ]
    found += [f"{name}: it was not audited" for name in sorted(wanted - audited)]
    return len(audited), found or ([] if audited else [NO_EVIDENCE.format(source=source)])


def main() -> int:
    """Audit the locks; 1 where any is red."""
    parser = argparse.ArgumentParser(prog="python -m tests.supply.audit", description=__doc__)
    parser.add_argument(
        "--source", default=SOURCE, help="an advisory source that speaks as osv.dev"
    )
    parser.add_argument("locks", nargs="*", type=Path, default=[file_of(one) for one in ALL])
    options = parser.parse_args()
    is_red = False
    for lock in options.locks:
        many, wrong = faults(lock, options.source)
        print(f"{lock.name}: {many} audited, {'red' if wrong else 'nothing is known against them'}")
        for one in wrong:
            print(f"  {one}")
        is_red = is_red or bool(wrong)
        if not many:
            break  # the next would say the same
    return int(is_red)


if __name__ == "__main__":
    sys.exit(main())
