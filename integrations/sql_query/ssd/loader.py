"""The tables of the dataset made from its own T-SQL script, for SQLite, PostgreSQL and MariaDB."""

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
UUIDS = {"postgresql": "gen_random_uuid()::text", "mysql": "(uuid())", "mariadb": "(uuid())"}
SQLITES_UUID = "(lower(hex(randomblob(16))))"
OF_1_4 = (  # what version 1.4 has otherwise: the conference's tables are the same
    (re.compile(r"\bpers_common_child_id\s+NVARCHAR\(48\),"), ""),
    (
        re.compile(r"\bssd_flag\s+INT\b"),
        (
            "pers_upn NVARCHAR(13), pers_forename NVARCHAR(100), pers_surname NVARCHAR(255), "
            "pers_single_unique_id NVARCHAR(48)"
        ),
    ),
)
DATETIME = re.compile(r"\bDATETIME\b", re.IGNORECASE)


def create_tables(engine: Engine, schema: str | None = None, version: str = "1.2") -> None:
    """Create the dataset's tables, all of them or none; `schema` must be there already."""
    with engine.begin() as connection:
        for statement in statements(engine.dialect.name, schema, version):
            connection.exec_driver_sql(statement)


def statements(dialect: str, schema: str | None = None, version: str = "1.2") -> Iterator[str]:
    """Yield a CREATE TABLE for each table of version 1.2 or 1.4, in the words of a kind of server."""
    script = COMMENT.sub("", files(__package__).joinpath(SCRIPT).read_text("utf-8"))
    script = script.replace(SHIPPED_SCHEMA, f"{schema}." if schema else "")
    for pattern, ours in (*(OF_1_4 if version == "1.4" else ()), *EVERYWHERE):
        script = pattern.sub(ours, script)
    script = NEW_ID.sub(f"DEFAULT {UUIDS.get(dialect, SQLITES_UUID)}", script)
    if dialect == "postgresql":
        script = DATETIME.sub("TIMESTAMP", script)
    yield from (statement.strip() for statement in script.split(";") if statement.strip())
