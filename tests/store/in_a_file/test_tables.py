"""What the tables are: those of the code and those that the migrations lay down."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from daemon.store import create
from daemon.store.lifecycle import VERSION_TABLE
from daemon.store.place.sqlite import SqliteFile
from daemon.store.tables import metadata


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
