"""How a database in a file is made, refused, brought up to date, and lost."""

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from daemon.domain.errors import Refusal, Severity
from daemon.domain.person import Person, Post
from daemon.store import Store, StoreLost, check, create, upgrade
from daemon.store.lifecycle import VERSION_TABLE, _config
from daemon.store.place.sqlite import SqliteFile
from daemon.store.tables import metadata


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Return where a database may be made."""
    return f"sqlite:///{tmp_path}/state/daykeeper.db"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    create(store_url)
    opened = Store.open(store_url, "stoke", busy_s=0.2)
    yield opened
    opened.close()


def at_revision(path: Path, revision: str) -> None:
    """Make a database as a release of that revision left it."""
    path.parent.mkdir(parents=True)
    path.touch(0o600)
    engine = SqliteFile.at(str(path)).engine()
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def lay(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def scribble(path: Path) -> None:
    """Overwrite the middle of the file, past its header."""
    whole = bytearray(path.read_bytes())
    whole[4096 : len(whole) // 2] = b"\xa5" * (len(whole) // 2 - 4096)
    path.write_bytes(whole)


def other_product(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE wp_posts (id INTEGER)")
    connection.close()


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


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_upgrade_brings_every_release_to_the_present_one(
    store_url: str, path: Path, revision: str
) -> None:
    at_revision(path, revision)

    upgrade(store_url)

    assert check(store_url) == []


def test_people_keep_what_they_hold_when_the_directory_grows_wider(
    store_url: str, path: Path
) -> None:
    at_revision(path, "0004")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO people VALUES ('stoke', 'ann', '{\"email\":\"ann@council.example\"}', '[\"lead\"]', 'north', "
            "'police', NULL, 'tom', 'bob', '2026-03-09', '2026-03-13', 0)"
        )
    engine.dispose()

    upgrade(store_url)

    store = Store.open(store_url, "stoke")
    with store.read() as tx:
        (ann,) = tx.people.all()
    store.close()
    assert ann == Person(
        "ann", {"email": "ann@council.example"}, posts=(Post("lead", "north", "police"),),
        manager="tom", absences=((date(2026, 3, 9), date(2026, 3, 13)),), delegate="bob",
    )  # fmt: skip


def test_answers_of_an_older_release_stay_in_their_order(store_url: str, path: Path) -> None:
    at_revision(path, "0010")
    engine = create_engine(store_url)
    with engine.begin() as connection:
        for name, ref, said_at in [
            ("b", "SC-1", 2),
            ("a", "SC-1", 2),
            ("c", "SC-1", 1),
            ("d", "SC-2", 0),
        ]:
            connection.exec_driver_sql(
                "INSERT INTO answers VALUES ('stoke', ?, ?, NULL, NULL, NULL, NULL, 'triaged', NULL, NULL, 0, ?, "
                "'chris', 'link', '', '')",
                (name, ref, said_at),
            )
    engine.dispose()

    upgrade(store_url)

    store = Store.open(store_url, "stoke")
    with store.read() as tx:
        found = tx.answers.of(["SC-1", "SC-2"])
    store.close()
    assert {ref: [one.id for one in each] for ref, each in found.items()} == {
        "SC-1": ["c", "a", "b"], "SC-2": ["d"],
    }  # fmt: skip


def test_upgrade_refuses_what_is_not_ours(store_url: str, path: Path) -> None:
    other_product(path)

    with pytest.raises(Refusal, match="another product"):
        upgrade(store_url)


def test_the_migrations_from_empty_make_exactly_the_tables_of_the_code(
    store_url: str, path: Path
) -> None:
    create(store_url)
    fresh = create_engine("sqlite://")

    metadata.create_all(fresh)
    with SqliteFile.at(str(path)).engine().connect() as migrated:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(migrated, opts=options)
        differences = compare_metadata(context, metadata)
        ours = migrated.exec_driver_sql(LAID_DOWN).all()
    with fresh.connect() as connection:
        expected = connection.exec_driver_sql(LAID_DOWN).all()

    assert differences == []
    assert ours == expected


LAID_DOWN = f"""
    SELECT name, sql FROM sqlite_master
    WHERE type IN ('table', 'index') AND name NOT LIKE '%{VERSION_TABLE}%' ORDER BY name
"""


def test_the_authority_leads_every_key() -> None:
    surrogates = {"journal", "words"}  # a row number for SQLite; their unique keys carry it

    for table in metadata.sorted_tables:
        keys = [key for key in table.constraints if hasattr(key, "columns") and key.columns]
        names = [[column.name for column in key.columns] for key in keys]
        if table.name in surrogates:
            names.remove([table.primary_key.columns[0].name])

        assert names
        assert all(columns[0] == "authority" for columns in names), table.name


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
