"""The stage for one telling of the story, in memory where there is one."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.stoke_story import conference
from tests.stoke_story.stage import Stage

MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture
def on(folder: Path, backend: str, make_url: Callable[[], str]) -> Iterator[Stage]:
    made = Stage(folder, make_url() if backend == "postgres" else None, start=conference.START)
    yield made
    made.close()
