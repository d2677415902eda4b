"""What an authority sets for its staff directory: which file, and how its columns are called."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from daemon.domain.roster import COLUMNS
from daemon.domain.sheet import guess_column


class Config(BaseModel):
    """The options of a `people_csv` directory. `columns` maps our column to the file's header.

    `words` maps the file's words for roles and agencies to ours.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Path
    columns: dict[str, str] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    largest_bytes: int = Field(default=10_000_000, gt=0)

    @field_validator("file")
    @classmethod
    def _stands_on_the_settings(cls, file: Path, info: ValidationInfo) -> Path:
        return Path((info.context or {}).get("base", ".")) / file

    @field_validator("columns")
    @classmethod
    def _names_columns_that_exist(cls, columns: dict[str, str]) -> dict[str, str]:
        for column in columns:
            if column not in COLUMNS:
                raise ValueError(f"no column is called {column}; {guess_column(column, COLUMNS)}")
        return columns
