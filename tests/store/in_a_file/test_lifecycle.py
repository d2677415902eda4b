"""How a database in a file is made, and which one is refused."""

import sqlite3
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from daemon.domain.errors import Refusal, Severity
from daemon.store import Store, check, create
from daemon.store.lifecycle import VERSION_TABLE
from tests.store.in_a_file.already_there import at_revision, other_product


def lay(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def scribble(path: Path) -> None:
    """Overwrite the middle of the file, past its header."""
    whole = bytearray(path.read_bytes())
    whole[4096 : len(whole) // 2] = b"\xa5" * (len(whole) // 2 - 4096)
    path.write_bytes(whole)


def rewrite(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


FAULTS: list[object] = [
    pytest.param(lambda _url, _path: None, "no database here", "database create", id="missing"),
    pytest.param(lambda _url, path: lay(path, b""), "empty", "last backup", id="empty file"),
    pytest.param(
        lambda _url, path: lay(path, b"ref,kind\nSC-1,icpc\n" * 400),
        "not a database",
        "last backup",
        id="not a database",
    ),
    pytest.param(lambda _url, path: path.mkdir(parents=True), "not a file", "name", id="a folder"),
    pytest.param(
        lambda url, path: (create(url), lay(path, path.read_bytes()[:-40_000])),
        "damaged",
        "last backup",
        id="cut short",
    ),
    pytest.param(
        lambda url, path: (create(url), scribble(path)),
        "damaged",
        "last backup",
        id="scribbled over",
    ),
    pytest.param(
        lambda _url, path: at_revision(path, "0002"),
        "older release",
        "database upgrade",
        id="written by an older release",
    ),
    pytest.param(
        lambda url, path: (
            create(url),
            rewrite(path, f"UPDATE {VERSION_TABLE} SET version_num = '9999'"),
        ),
        "newer release",
        "install that release",
        id="written by a newer release",
    ),
    pytest.param(
        lambda _url, path: other_product(path),
        "another product",
        "name our own",
        id="another product's",
    ),
    pytest.param(
        lambda url, path: (create(url), rewrite(path, "DROP TABLE links")),
        "table links is missing",
        "last backup",
        id="a table short",
    ),
]


@pytest.mark.parametrize(("spoil", "what", "mend"), FAULTS)
def test_a_database_that_is_not_in_order_is_refused_in_one_line_and_never_touched(
    store_url: str, path: Path, spoil: Callable[[str, Path], object], what: str, mend: str
) -> None:
    spoil(store_url, path)
    before = path.read_bytes() if path.is_file() else None

    with pytest.raises(Refusal) as refusal:
        Store.open(store_url, "stoke")

    assert what in refusal.value.problems[0].what
    assert mend in refusal.value.problems[0].mend
    assert "\n" not in str(refusal.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_what_create_makes_is_in_order_and_readable_by_its_owner_only(
    store_url: str, path: Path
) -> None:
    create(store_url)

    assert check(store_url) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_log_beside_the_file_is_readable_by_its_owner_only(
    store: Store, path: Path, now: datetime
) -> None:
    with store.write() as tx:
        tx.cases.touch(["SC-1"], now)

    beside = [path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm")]
    assert [stat.S_IMODE(each.stat().st_mode) for each in beside] == [0o600, 0o600]


def test_create_refuses_a_file_with_something_in_it(store_url: str, path: Path) -> None:
    lay(path, b"notes")

    with pytest.raises(Refusal, match="something in this file"):
        create(store_url)

    assert path.read_bytes() == b"notes"


def test_a_file_that_others_may_read_is_a_warning_and_is_opened(store_url: str, path: Path) -> None:
    create(store_url)
    path.chmod(0o644)

    problems = check(store_url)
    Store.open(store_url, "stoke").close()

    assert [problem.severity for problem in problems] == [Severity.WARNING]
    assert problems[0].mend == "chmod 600 daykeeper.db"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://host/db",
        "postgresql://host",
        "postgresql://host:port/db",
        "postgresql+psycopg2://host/db",
    ],
)
def test_only_the_address_of_a_database_that_we_can_use_is_taken(url: str) -> None:
    with pytest.raises(Refusal, match="write sqlite:///PATH"):
        create(url)
