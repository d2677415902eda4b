"""YAML in, a compiled Rulebook or a list of Problems out."""

from daemon.rulebook.holidays import load_days
from daemon.rulebook.load import load, load_texts, shipped, sources

__all__ = ["load", "load_days", "load_texts", "shipped", "sources"]
