"""A file that is lost while it is in use: nothing is acknowledged that it does not hold."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from daemon.store import Store, StoreLost


def delete(path: Path) -> None:
    path.unlink()


def replace(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.replace(path)


def cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(8192)


LOSSES = [
    pytest.param(delete, "deleted", id="deleted"),
    pytest.param(replace, "another file", id="replaced by its own copy"),
    pytest.param(cut, "cut short", id="cut short"),
]


@pytest.mark.parametrize(("lose", "what"), LOSSES)
def test_a_file_lost_between_two_transactions_stops_the_store(
    store: Store, path: Path, lose: Callable[[Path], None], what: str
) -> None:
    lose(path)

    with pytest.raises(StoreLost, match=what), store.read():
        pass
    with pytest.raises(StoreLost, match=what), store.write():
        pass

    assert path.exists() == (lose is not delete)


@pytest.mark.parametrize(("lose", "what"), LOSSES)
def test_nothing_is_acknowledged_in_a_file_lost_during_the_transaction(
    store: Store, path: Path, now: datetime, lose: Callable[[Path], None], what: str
) -> None:
    acknowledged = False

    with pytest.raises(StoreLost, match=what):
        with store.write() as tx:
            tx.cases.touch(["SC-1"], now)
            lose(path)
        acknowledged = True

    assert not acknowledged
