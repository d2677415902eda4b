"""What an authority sets for a SQL feed: the database, and either a preset or its own queries."""

import re
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from daemon.domain.roster import COLUMNS
from daemon.domain.secret import private_file
from daemon.domain.sheet import guess_column
from daemon.mapping.form import Form
from daemon.option_paths import Beside, SecretPath, base_of

LOCAL_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)([^/:].*)", re.DOTALL)
READS = re.compile(r"\s*(select|with)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL)


class Query(Form):
    """One query and what its columns mean.

    Where rows are versions of one another, `version` is the column of a number or moment: of those with
    the same reference (and meeting, and id) the newest alone counts.
    """

    sql: str
    ref: str
    version: str | None = None

    @field_validator("sql")
    @classmethod
    def _only_reads(cls, sql: str) -> str:
        return one_reading(sql)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is named."""
        return super().columns | ({self.version} if self.version else set())


class Database(BaseModel):
    """Which database is read, and how long a reading may take."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: SecretStr | None = None
    url_file: Beside | None = None
    timeout_s: float = Field(default=60, gt=0)

    @field_validator("url")
    @classmethod
    def _file_stands_on_the_settings(
        cls, url: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        return SecretStr(resolve(url.get_secret_value(), base_of(info))) if url else None

    @field_validator("url_file")
    @classmethod
    def _is_ours_alone(cls, file: Path | None) -> Path | None:
        if file is None or not file.is_file():
            return file and SecretPath(file)
        return SecretPath(private_file(file)).hold()

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        if (self.url is None) == (self.url_file is None):
            raise ValueError(
                "the database is given by either `url` or `url_file`; give one of them"
            )
        return self


class Config(Database):
    """The options of a `sql_query` feed.

    `as_known_sql` gives one moment: up to when the tables are filled. Without it the data counts
    as current whenever it is read, which is untrue of tables that are filled by night.
    `changed_sql` gives what is another whenever anything has changed: while it gives the same, nothing
    else is read, but once a day.
    `allocated_roles` are the involvement codes that mean the allocated worker; none means any.
    `former_id_types` are the types of linked identifiers that are older ids of the same case system.
    """

    preset: Literal["ssd"] | None = None
    queries: dict[str, Query] = Field(default_factory=dict)
    schema_name: str | None = Field(default=None, alias="schema")
    allocated_roles: frozenset[str] = frozenset()
    former_id_types: frozenset[str] = frozenset()
    as_known_sql: str | None = None
    changed_sql: str | None = None

    @field_validator("as_known_sql", "changed_sql")
    @classmethod
    def _only_reads(cls, sql: str | None) -> str | None:
        return None if sql is None else one_reading(sql)

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        if self.preset is None and not self.queries:
            raise ValueError('what is read is given by `preset = "ssd"`, by `queries`, or by both')
        return self


class PeopleConfig(Database):
    """The options of a directory in a database: one query, a row a person and role.

    `columns` maps our column to the query's; `words` the database's words for roles and agencies to ours.
    """

    sql: str
    columns: dict[str, str] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)

    @field_validator("sql")
    @classmethod
    def _only_reads(cls, sql: str) -> str:
        return one_reading(sql)

    @field_validator("columns")
    @classmethod
    def _names_columns_that_exist(cls, columns: dict[str, str]) -> dict[str, str]:
        for column in columns:
            if column not in COLUMNS:
                raise ValueError(f"no column is called {column}; {guess_column(column, COLUMNS)}")
        return columns


def one_reading(sql: str) -> str:
    """Return a statement that only reads; raises ValueError for anything else."""
    if not READS.fullmatch(sql):
        raise ValueError("is not one reading statement; write a single SELECT")
    return sql


def resolve(url: str, base: Path) -> str:
    """Return the URL; a relative SQLite file stands on `base`."""
    match = LOCAL_FILE.fullmatch(url)
    return f"{match[1]}{(base / match[2]).absolute()}" if match else url
