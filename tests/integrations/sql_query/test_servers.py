"""The same on each kind of server: SQLite, PostgreSQL and MariaDB, read and never written."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.dialects import mssql, oracle
from sqlalchemy.pool import NullPool

from daemon.ports import Unreadable
from integrations.sql_query.config import Config
from integrations.sql_query.reader import preparations
from integrations.sql_query.source import SqlQuery
from integrations.sql_query.ssd.tables import COLUMNS, statement
from tests.faults.runner import until
from tests.integrations.sql_query.conftest import NOW, CaseSystem
from tests.integrations.sql_query.sample import fill_sample
from tests.mariadb import MariaDB

ON_SERVERS = pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
WAIT = {
    "postgresql": "SELECT pg_sleep(20), 'SC-1' AS child",
    "mariadb": "SELECT SLEEP(20) AS child",
}
MANY = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {rows}) "
    "SELECT 'SC-1' AS child, replace(hex(zeroblob(500)), '0', 'x') AS filler FROM n",
    "postgresql": "SELECT 'SC-1' AS child, repeat('x', 1000) AS filler "
    "FROM generate_series(1, {rows})",
    "mariadb": "SELECT 'SC-1' AS child, repeat('x', 1000) AS filler FROM seq_1_to_{rows}",
}
OTHERS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
    "AND state = 'active' AND pid <> pg_backend_pid()",
    "mariadb": "SELECT id FROM information_schema.processlist WHERE db = database() "
    "AND command = 'Query' AND id <> connection_id()",
}
CUT = {"postgresql": "SELECT pg_terminate_backend({})", "mariadb": "KILL {}"}
PEAK = """
import resource, sys
from datetime import UTC, datetime
from integrations.sql_query.config import Config
from integrations.sql_query.source import SqlQuery
query = {"sql": sys.argv[2], "ref": "child"}
source = SqlQuery(Config(url=sys.argv[1], queries={"many": query}), lambda: datetime.now(UTC))
assert source.read(None).rows == int(sys.argv[3])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Return the one MariaDB server of this worker."""
    with MariaDB() as started:
        yield started


@pytest.fixture
def make_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Return a maker of databases with nothing in them, each on a kind of server, by their addresses."""
    made: list[tuple[Any, str]] = []

    def make(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path}/{len(made)}.sqlite"
        server = request.getfixturevalue("mariadb" if kind == "mariadb" else "server")
        made.append((server, server.make()))
        if kind == "mariadb":
            return str(server.url(made[-1][1]))
        return str(server.local_url(made[-1][1])).replace("postgresql:", "postgresql+psycopg:")

    yield make
    for server, name in made:
        server.drop(name)


@pytest.fixture
def run_on(kind: str, make_url: Callable[[str], str]) -> Iterator[Any]:
    """Return an engine of a database's owner on one kind of server."""
    engine = create_engine(
        make_url(kind), poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    yield engine
    engine.dispose()


def feed(engine: Any, sql: str, **options: Any) -> SqlQuery:
    """Return a feed with one query of the authority's own."""
    query = {"sql": sql, "ref": "child"} | options.pop("query", {})
    url = engine.url.render_as_string(hide_password=False)
    given = {"url": url, "queries": {"cases": query}} | options
    return SqlQuery(Config.model_validate(given), lambda: NOW)


def change(engine: Any, *statements: str) -> None:
    """Change the database as its owner would."""
    with engine.connect() as connection:
        for one in statements:
            connection.exec_driver_sql(one)


@pytest.mark.parametrize("version", ["1.2", "1.4"])
def test_the_dataset_is_read_back_alike_from_all_three(
    tmp_path: Path, make_url: Callable[[str], str], version: str
) -> None:
    shown = {}
    for kind in ("sqlite", "postgresql", "mariadb"):
        system = CaseSystem(tmp_path, make_url(kind), version)
        fill_sample(system)
        page = system.read(former_id_types=["Unborn ID"])
        bodies = {one.body["ref"]: (one.place, one.body) for one in page.records}
        shown[kind] = bodies, list(page.problems), page.rows

    assert len(shown["sqlite"][0]) == 5
    assert shown["sqlite"] == shown["postgresql"] == shown["mariadb"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_of_rows_that_are_versions_of_one_another_the_newest_alone_counts(
    kind: str, run_on: Any
) -> None:
    change(
        run_on,
        "CREATE TABLE m (child VARCHAR(9), meeting VARCHAR(9), day DATE, changed TIMESTAMP NULL)",
        "INSERT INTO m VALUES ('SC-1', 'M1', '2026-03-20', '2026-03-02 10:00:00'), "
        "('SC-1', 'M1', '2026-03-27', '2026-03-03 10:00:00'), "
        "('SC-1', 'M1', '2026-03-18', '2026-03-01 10:00:00'), ('SC-1', 'M1', '2026-03-17', NULL), "
        "('SC-1', 'M2', '2026-04-20', '2026-03-01 10:00:00'), ('XX-1', 'M3', NULL, NULL)",
    )
    meeting = {"meeting": "icpc", "id": "meeting", "fields": {"scheduled_at": "day"}}
    sql = "SELECT * FROM m WHERE child LIKE 'SC%'"

    page = feed(run_on, sql, query={**meeting, "version": "changed"}).read(None)

    (fragment,) = page.records
    booked = {one["id"]: one["scheduled_at"] for one in fragment.body["meetings"]}
    assert booked == {"M1": "2026-03-27", "M2": "2026-04-20"}
    assert [one.what for one in page.problems] == ["changed: there is no version"]
    assert page.rows == 5


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
@pytest.mark.slow
def test_however_many_rows_there_are_memory_stays_flat(kind: str, run_on: Any) -> None:
    if kind == "sqlite":
        change(run_on, "CREATE TABLE empty (a)")
    url = run_on.url.render_as_string(hide_password=False)
    peaks_kb = []
    for rows in (2_000, 120_000):  # the second is 120 MB of text
        words = [sys.executable, "-c", PEAK, url, MANY[kind].format(rows=rows), str(rows)]
        said = subprocess.run(words, capture_output=True, text=True, check=True)
        peaks_kb.append(int(said.stdout))

    assert peaks_kb[1] - peaks_kb[0] < 20_000


@ON_SERVERS
def test_a_query_that_does_not_end_is_ended(kind: str, run_on: Any) -> None:
    with pytest.raises(Unreadable, match=r"did not answer within 0\.5 seconds"):
        feed(run_on, WAIT[kind], timeout_s=0.5).read(None)


@ON_SERVERS
def test_a_table_that_is_locked_is_unreadable_for_now(kind: str, run_on: Any) -> None:
    change(run_on, "CREATE TABLE c (child VARCHAR(9))", "INSERT INTO c VALUES ('SC-1')")
    source = feed(run_on, "SELECT child FROM c", timeout_s=3)
    lock = {"postgresql": "LOCK TABLE c IN ACCESS EXCLUSIVE MODE", "mariadb": "LOCK TABLES c WRITE"}
    with run_on.execution_options(isolation_level="READ COMMITTED").connect() as holder:
        holder.exec_driver_sql(lock[kind])

        with pytest.raises(Unreadable, match="locked by somebody else"):
            source.read(None)
        holder.rollback()
        if kind == "mariadb":
            holder.exec_driver_sql("UNLOCK TABLES")

    assert source.read(None).rows == 1


@ON_SERVERS
@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        pytest.param("DROP TABLE c", "a table is missing", id="a table gone"),
        pytest.param(
            "ALTER TABLE c RENAME COLUMN child TO kid", "a column is missing", id="renamed"
        ),
    ],
)
def test_what_is_gone_since_the_last_reading_is_named(
    kind: str, run_on: Any, broken: str, reason: str
) -> None:
    change(run_on, "CREATE TABLE c (child VARCHAR(9))", "INSERT INTO c VALUES ('SC-1')")
    source = feed(run_on, "SELECT child FROM c")
    assert source.read(None).rows == 1

    change(run_on, broken)

    with pytest.raises(Unreadable, match=f"^{reason}$"):
        source.read(None)


@ON_SERVERS
def test_a_connection_that_is_cut_in_the_middle_is_unreadable(kind: str, run_on: Any) -> None:
    found: list[int] = []

    def look() -> bool:
        with run_on.connect() as connection:
            found.extend(connection.exec_driver_sql(OTHERS[kind]).scalars())
        return bool(found)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(feed(run_on, WAIT[kind]).read, None)
        until(look, 15, "the query runs")
        change(run_on, CUT[kind].format(found[0]))

        with pytest.raises(Unreadable, match="the connection to the database was lost"):
            reading.result(15)


@ON_SERVERS
def test_even_a_disguised_write_changes_nothing(kind: str, run_on: Any) -> None:
    change(run_on, "CREATE TABLE c (child VARCHAR(9))", "INSERT INTO c VALUES ('SC-1')")
    body = {
        "postgresql": "LANGUAGE SQL AS 'DELETE FROM c RETURNING 1'",
        "mariadb": "MODIFIES SQL DATA BEGIN DELETE FROM c; RETURN 1; END",
    }
    change(run_on, f"CREATE FUNCTION spoil() RETURNS INT {body[kind]}")

    with pytest.raises(Unreadable, match="only reading is allowed"):
        feed(run_on, "SELECT spoil() AS child").read(None)

    assert feed(run_on, "SELECT child FROM c").read(None).rows == 1


@ON_SERVERS
def test_a_server_that_refuses_us_is_unreadable_without_the_password(
    kind: str, run_on: Any
) -> None:
    run_on.url = run_on.url.set(database="not_there")

    with pytest.raises(Unreadable) as caught:
        feed(run_on, "SELECT 1 AS child").read(None)

    assert "invented" not in str(caught.value)
    assert "reached" in str(caught.value) or "no database of that name" in str(caught.value)


@pytest.mark.parametrize("name", COLUMNS)
def test_what_reads_a_table_is_in_the_words_of_sql_server_and_oracle(name: str) -> None:
    for_sql_server = str(statement(name, "ssd dev").compile(dialect=mssql.dialect()))
    for_oracle = str(statement(name, "ssd_dev").compile(dialect=oracle.dialect()))

    assert f"FROM [ssd dev].{name}" in for_sql_server
    assert f"FROM ssd_dev.{name}" in for_oracle
    for text in (for_sql_server, for_oracle):
        assert not {"LIMIT", "TOP", "FETCH", "`", '"', "%"} & {*text.split(), *text}
        assert text.count("ORDER BY") == 1
        assert text.rstrip().endswith(COLUMNS[name].split()[0])


@pytest.mark.parametrize(
    ("server", "words"),
    [
        pytest.param("mssql", ("SET LOCK_TIMEOUT 48000",), id="SQL Server"),
        pytest.param("oracle", ("SET TRANSACTION READ ONLY",), id="Oracle"),
        pytest.param("mysql", ("SET SESSION max_execution_time = 60000",), id="MySQL"),
        pytest.param("mariadb", ("SET SESSION max_statement_time = 60.000000",), id="MariaDB"),
        pytest.param("firebird", (), id="one that we know nothing of"),
    ],
)
def test_each_server_is_told_when_to_give_up(server: str, words: tuple[str, ...]) -> None:
    assert preparations(server, 60.0)[: len(words)] == words
