"""What an authority sets for its drop folder: where it is, and how its sheets are laid out."""

from pathlib import Path, PurePath
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from daemon.domain.sheet import Layout, guess_column, layout
from integrations.csv_files.sheets import COLUMNS, REQUIRED

Name = Literal["conference", "invitee", "attendance", "report", "core_group", "milestone", "case"]
WITH_FACTS = frozenset({"case", "conference", "invitee"})
UNFINISHED = frozenset({".tmp", ".part"})


class FactColumns(BaseModel):
    """The headers under which a fact's date, value and "about" stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    value: str | None = None
    about: str | None = None


class SheetConfig(BaseModel):
    """One sheet. `columns` maps our column to the file's header, "" for one not to be read.

    `words` maps a column's words to ours: `{status = {provisional = "requested"}}`.
    A `file` of "" switches the sheet off. `facts` are further facts, each with the header of its date;
    `roles` who holds a role in a case.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    words: dict[str, dict[str, str]] = Field(default_factory=dict)
    facts: dict[str, str | FactColumns] = Field(default_factory=dict)
    roles: dict[str, str] = Field(default_factory=dict)
    required: bool = False

    @property
    def own(self) -> dict[str, str]:
        """Its further columns by our names for them: `facts.safety_plan_recorded.at`, `roles.social_worker`."""
        found = {f"roles.{role}": header for role, header in self.roles.items()}
        for name, given in self.facts.items():
            of = FactColumns(at=given) if isinstance(given, str) else given
            headers = {"at": of.at, "value": of.value, "about": of.about}
            found |= {f"facts.{name}.{part}": header for part, header in headers.items() if header}
        return found

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
                if column not in (*COLUMNS[name], *sheet.own):
                    mend = guess_column(column, COLUMNS[name])
                    raise ValueError(f"sheets.{name}: no column is called {column}; {mend}")
            if sheet.facts and name not in WITH_FACTS:
                raise ValueError(
                    f"sheets.{name}: it takes no further facts; give them to the case sheet"
                )
            if sheet.roles and name != "case":
                raise ValueError(f"sheets.{name}: it takes no roles; give them to the case sheet")
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
        headers = {**sheet.columns, **sheet.own}
        return layout((*COLUMNS[name], *sheet.own), REQUIRED[name], headers, sheet.words)

    def is_required(self, name: Name) -> bool:
        """Return whether the folder must hold this sheet."""
        return name == "conference" or self.sheets.get(name, SheetConfig()).required
