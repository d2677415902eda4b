"""No file can be opened any more: what is kept outside is not readable for now, which is neither lost nor another's."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.domain.delivery import DeliveryState
from daemon.domain.errors import Refusal
from daemon.domain.message import Lane
from daemon.domain.sent import Head, Sent
from daemon.engine.standing.guard import Guard
from daemon.store import NoFreeFiles, Outside

AT = datetime(2026, 3, 5, 9, tzinfo=UTC)
HEAD = Head(7, "f00", AT, "ba5e")
SENT = Sent("m-1", AT, DeliveryState.ACCEPTED, "pat", "email", "F-1", Lane.ROUTINE, ())


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    made = Outside(tmp_path / "testshire.state")
    made.note([SENT])
    made.keep(HEAD)
    return made


@contextmanager
def no_free_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_what_is_kept_outside_is_unreadable_for_the_moment_and_then_as_it_was(outside):
    with no_free_files(), pytest.raises(NoFreeFiles) as head:
        outside.head()
    with no_free_files(), pytest.raises(NoFreeFiles):
        outside.sent()
    with no_free_files(), pytest.raises(NoFreeFiles):
        outside.kept_from()

    assert "too many files are open" in head.value.hindrance
    assert str(outside.file) not in head.value.hindrance  # the health page shows it to anybody
    assert (outside.head(), outside.sent()) == (HEAD, [SENT])


def test_nothing_is_allowed_while_nobody_can_say_whether_the_database_is_ours(outside, store):
    guard = Guard(store, outside, lambda: AT)

    with no_free_files(), pytest.raises(NoFreeFiles):
        guard.allows()

    assert guard.held is None  # it was not taken for another database
    assert not guard.allows()  # which it is: what is kept is of one with seven entries
    assert "new" in str(guard.held)


def test_a_folder_that_cannot_be_looked_into_is_not_an_empty_one(outside):
    outside.folder.rename(outside.folder.with_suffix(".away"))
    outside.folder.write_text("no folder", "utf-8")

    with pytest.raises(Refusal):
        outside.sent()
