"""The least that a settings file says, and what a person reads about a wrong one."""

from pathlib import Path

import pytest

from daemon.domain.errors import Refusal
from daemon.settings.whole import load

LEAST = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"
"""
FEED = """
[feeds.diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
"""


def lines(file: Path) -> list[str]:
    """Return what a person reads about a file, without its folder."""
    with pytest.raises(Refusal) as refused:
        load(file)
    return [str(problem).replace(f"{file.parent}/", "") for problem in refused.value.problems]
