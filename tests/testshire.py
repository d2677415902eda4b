"""Testshire: the invented authority of tests that meet the commands, and the record of an enquiry of its own."""

from pathlib import Path

SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty"
database = "sqlite:///daykeeper.sqlite"
web.secret_file = "link.key"
"""
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
}


def settled(folder: Path, more: str = "") -> list[str]:
    """Write the settings into a folder, and return the words by which a command is given them."""
    file = folder / "daykeeper.toml"
    file.write_text(SETTINGS + more, "utf-8")
    return ["--config", str(file)]
