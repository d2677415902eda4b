"""What an authority sets for a SQL feed: the database, and either a preset or its own queries."""

import re
from pathlib import Path
from typing import Literal, Self, get_args

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
from daemon.domain.sheet import guess_column

LOCAL_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)([^/:].*)", re.DOTALL)
READS = re.compile(r"\s*(select|with)\b[^;]*;?\s*", re.IGNORECASE | re.DOTALL)

CaseField = Literal[
    "formerly",
    "holders",
    "excluded",
    "family",
    "team",
    "pathway",
    "born_on",
    "expected_on",
    "plan_held_by",
    "restricted",
    "looked_after",
]
MeetingField = Literal[
    "status",
    "direction",
    "scheduled_at",
    "ends_at",
    "held_on",
    "effective",
    "rearranged_to",
    "venue",
    "mode",
    "link",
    "enquiry_on",
    "plan",
    "target_on",
]
InviteeField = Literal[
    "agency",
    "area",
    "role",
    "person",
    "is_family",
    "key",
    "report_expected",
    "invited_at",
    "delivered",
    "response",
    "deputy_for",
    "attendance",
    "contact",
    "apart_from",
    "excluded_by_chair",
]
PlanField = Literal["started_on", "ended_on", "category", "review_target_on"]
ActionField = Literal["owner", "due_on"]
FIELDS = {
    "case": get_args(CaseField),
    "meeting": get_args(MeetingField),
    "invitee": get_args(InviteeField),
    "plan": get_args(PlanField),
    "action": get_args(ActionField),
}


class FactColumns(BaseModel):
    """The columns in which a fact's date, value and "about" stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    value: str | None = None
    about: str | None = None


class Query(BaseModel):
    """One query and what its columns mean. `ref` is the column of the case reference.

    With `meeting`, each row is a meeting of that kind: `id` is the column of its id, `fields` are
    the meeting's, and the facts stand on it. With `part` each row is a plan, an action, or an invitee
    of the meeting whose id stands in the column `of_meeting`. Otherwise fields and facts are the case's.
    Where rows are versions of one another, `version` is the column of a number or moment: of those with
    the same reference (and meeting, and id) the newest alone counts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sql: str
    ref: str
    meeting: str | None = None
    part: Literal["invitee", "plan", "action"] | None = None
    of_meeting: str | None = None
    id: str | None = None
    version: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    roles: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, str | FactColumns] = Field(default_factory=dict)

    @field_validator("sql")
    @classmethod
    def _only_reads(cls, sql: str) -> str:
        return one_reading(sql)

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.meeting and self.part:
            raise ValueError("a row is either a meeting or a part; give `meeting` or `part`")
        if (self.of == "case") != (self.id is None):
            raise ValueError("`id` belongs to `meeting` or `part`; give both or neither")
        if (self.part == "invitee") != (self.of_meeting is not None):
            raise ValueError("`of_meeting` names the meeting of an invitee; give it with those")
        for field in self.fields:
            if field not in FIELDS[self.of]:
                raise ValueError(f"fields.{field} is no field of a {self.of}")
        return self

    @property
    def of(self) -> str:
        """What each row is: a case, a meeting, an invitee, a plan or an action."""
        return self.part or ("meeting" if self.meeting else "case")

    def of_fact(self, name: str) -> FactColumns:
        """Return the columns of a fact."""
        given = self.facts[name]
        return FactColumns(at=given) if isinstance(given, str) else given


class Database(BaseModel):
    """Which database is read, and how long a reading may take."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: SecretStr | None = None
    url_file: Path | None = None
    timeout_s: float = Field(default=60, gt=0)

    @field_validator("url")
    @classmethod
    def _file_stands_on_the_settings(
        cls, url: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        return (
            SecretStr(resolve(url.get_secret_value(), Path((info.context or {}).get("base", "."))))
            if url
            else None
        )

    @field_validator("url_file")
    @classmethod
    def _stands_on_the_settings(cls, file: Path | None, info: ValidationInfo) -> Path | None:
        return Path((info.context or {}).get("base", ".")) / file if file else None

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
    `allocated_roles` are the involvement codes that mean the allocated worker; none means any.
    `former_id_types` are the types of linked identifiers that are older ids of the same case system.
    """

    preset: Literal["ssd"] | None = None
    queries: dict[str, Query] = Field(default_factory=dict)
    schema_name: str | None = Field(default=None, alias="schema")
    allocated_roles: frozenset[str] = frozenset()
    former_id_types: frozenset[str] = frozenset()
    as_known_sql: str | None = None

    @field_validator("as_known_sql")
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
