"""What an authority sets for its drop folder: where it is, and how its sheets are laid out."""

from pathlib import Path, PurePath
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from daemon.domain.sheet import Layout, guess_column, layout
from integrations.csv_files.sheets import COLUMNS, REQUIRED

Name = Literal["conference", "invitee", "attendance", "report", "core_group", "milestone"]
UNFINISHED = frozenset({".tmp", ".part"})


class SheetConfig(BaseModel):
    """One sheet. `columns` maps our column to the file's header, "" for one not to be read.

    `words` maps a column's words to ours: `{status = {provisional = "requested"}}`.
    A `file` of "" switches the sheet off.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    required: bool = False

    @field_validator("file")
    @classmethod
    def _stays_in_the_folder(cls, file: str | None) -> str | None:
        if file and (PurePath(file).name != file or PurePath(file).suffix in UNFINISHED):
            raise ValueError(
                "is not the plain name of a finished file; write a name such as conference.csv"
            )
        return file


class Config(BaseModel):
    """The options of a `csv_files` feed.

    `as_known`: the data is as old as its newest file ("file"), or is current whenever it is read
    ("read": only where somebody keeps the files open all day).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path
    sheets: dict[Name, SheetConfig] = Field(default_factory=dict)
    as_known: Literal["file", "read"] = "file"
    largest_bytes: int = Field(default=50_000_000, gt=0)

    @field_validator("folder")
    @classmethod
    def _stands_on_the_settings(cls, folder: Path, info: ValidationInfo) -> Path:
        return Path((info.context or {}).get("base", ".")) / folder

    @model_validator(mode="after")
    def _names_columns_that_exist(self) -> Self:
        for name, sheet in self.sheets.items():
            for column in (*sheet.columns, *sheet.words):
                if column not in COLUMNS[name]:
                    mend = guess_column(column, COLUMNS[name])
                    raise ValueError(f"sheets.{name}: no column is called {column}; {mend}")
        if self.file("conference") == "":
            raise ValueError("sheets.conference: the diary cannot do without it; name its file")
        return self

    def file(self, name: Name) -> str:
        """Return the file of a sheet, "" where it is switched off."""
        given = self.sheets.get(name, SheetConfig()).file
        return f"{name}.csv" if given is None else given

    def layout(self, name: Name) -> Layout:
        """Return how a sheet is laid out."""
        sheet = self.sheets.get(name, SheetConfig())
        return layout(COLUMNS[name], REQUIRED[name], sheet.columns, sheet.words)

    def is_required(self, name: Name) -> bool:
        """Return whether the folder must hold this sheet."""
        return name == "conference" or self.sheets.get(name, SheetConfig()).required
