"""The tables of the dataset made from its own T-SQL script, for SQLite and PostgreSQL."""

import re
from collections.abc import Iterator
from importlib.resources import files

from sqlalchemy import Engine

SCRIPT = "ssd_v1.2.1.sql"
SHIPPED_SCHEMA = "ssd_development."
COMMENT = re.compile(r"--[^\n]*")
EVERYWHERE = (
    (re.compile(r"\bNVARCHAR\(MAX\)", re.IGNORECASE), "TEXT"),
    (re.compile(r"\bNVARCHAR\b", re.IGNORECASE), "VARCHAR"),
    (re.compile(r"\bNCHAR\b", re.IGNORECASE), "CHAR"),
    (re.compile(r"\bBIT\b", re.IGNORECASE), "SMALLINT"),
    (re.compile(r"\bDEFAULT GETDATE\(\)", re.IGNORECASE), "DEFAULT CURRENT_TIMESTAMP"),
)
NEW_ID = re.compile(r"\bDEFAULT NEWID\(\)", re.IGNORECASE)
DATETIME = re.compile(r"\bDATETIME\b", re.IGNORECASE)


def create_tables(engine: Engine, schema: str | None = None) -> None:
    """Create the dataset's tables, all of them or none; `schema` must be there already."""
    with engine.begin() as connection:
        for statement in statements(engine.dialect.name, schema):
            connection.exec_driver_sql(statement)


def statements(dialect: str, schema: str | None = None) -> Iterator[str]:
    """Yield a CREATE TABLE for each table in the words of `sqlite` or `postgresql`."""
    script = COMMENT.sub("", files(__package__).joinpath(SCRIPT).read_text("utf-8"))
    script = script.replace(SHIPPED_SCHEMA, f"{schema}." if schema else "")
    for pattern, ours in EVERYWHERE:
        script = pattern.sub(ours, script)
    if dialect == "postgresql":
        script = DATETIME.sub("TIMESTAMP", NEW_ID.sub("DEFAULT gen_random_uuid()::text", script))
    else:
        script = NEW_ID.sub("DEFAULT (lower(hex(randomblob(16))))", script)
    yield from (statement.strip() for statement in script.split(";") if statement.strip())
