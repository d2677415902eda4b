"""What each fault happens to: a receiver of mail, in a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.receiver import Receiver


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Receiver]:
    with Receiver(tmp_path / "mail") as receiver:
        yield receiver
