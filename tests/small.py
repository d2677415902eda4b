"""The small rulebook of the tests that are not about the rulebook: see tests/policies/README.md."""

from pathlib import Path

SMALL = Path(__file__).parent / "policies"
