"""What an authority sets for a diary or a staff list: how sheets are laid out, how files are dropped."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import PurePath
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from daemon.domain import roster
from daemon.domain.dropper import account
from daemon.domain.sheet import Layout, guess_column, layout
from daemon.option_parts import FactColumns, columns_of
from daemon.option_paths import Beside, SecretFile
from daemon.sheets.columns import COLUMNS, NAMES, REQUIRED, Name, variants

WITH_FACTS = frozenset({"case", "conference", "invitee"})
UNFINISHED = frozenset({".tmp", ".part"})


def plain_name(file: str | None) -> str | None:
    """Return the name of a file in the drop folder; raises ValueError for a path and an unfinished file."""
    if file and (PurePath(file).name != file or PurePath(file).suffix in UNFINISHED):
        raise ValueError(
            "is not the plain name of a finished file; write a name such as conference.csv"
        )
    return file


class SheetConfig(BaseModel):
    """One sheet. `columns` maps our column to the sheet's header, "" for one not to be read.

    `words` maps a column's words to ours: `{status = {provisional = "requested"}}`. `facts` are further
    facts, each with the header of its date; `roles` who holds a role in a case.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

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
            of = columns_of(given)
            headers = {"at": of.at, "value": of.value, "about": of.about}
            found |= {f"facts.{name}.{part}": header for part, header in headers.items() if header}
        return found


class DiaryConfig(BaseModel):
    """A diary, wherever its sheets are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sheets: Mapping[Name, SheetConfig] = Field(default_factory=dict)

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
        if not self.is_on("conference"):
            raise ValueError("sheets.conference: the diary cannot do without it; name its file")
        return self

    def is_on(self, name: Name) -> bool:
        """Return whether a sheet is read at all."""
        return name in NAMES

    def of(self, name: Name) -> SheetConfig:
        """Return what is set for a sheet."""
        return self.sheets.get(name, SheetConfig())

    def layout(self, name: Name) -> Layout:
        """Return how a sheet is laid out."""
        sheet = self.of(name)
        headers = {**sheet.columns, **sheet.own}
        columns = (*COLUMNS[name], *sheet.own)
        return layout(columns, REQUIRED[name], headers, sheet.words, variants(name))

    def is_required(self, name: Name) -> bool:
        """Return whether the diary must have this sheet."""
        return name == "conference" or self.of(name).required


class FiledConfig(DiaryConfig, ABC):
    """A diary in files, wherever they lie.

    `as_known`: the data is as old as its newest file ("file"), or is current whenever it is read
    ("read": only where somebody keeps the files open all day).
    """

    as_known: Literal["file", "read"] = "file"
    largest_bytes: int = Field(default=50_000_000, gt=0)

    @property
    def is_whole(self) -> bool:
        """Whether the files show every case."""
        return True

    @abstractmethod
    def file_of(self, name: Name) -> str:
        """Return the file in which a sheet stands, "" where it is switched off."""

    def is_on(self, name: Name) -> bool:
        """Return whether a sheet is read at all."""
        return bool(self.file_of(name))


class DropConfig(FiledConfig, ABC):
    """A diary in files that are dropped into a folder.

    `drops`: each shows every case ("whole"), or some cases wholly ("partial"). `manifest` is a file
    beside them that says what each is, sealed by the key in `manifest_key_file` where that is given.
    What was read is copied to `archive`, what could not be to `quarantine`. `dropped_by` is the account
    whose files alone are taken, by its name or number.
    """

    folder: Beside
    drops: Literal["whole", "partial"] = "whole"
    manifest: Annotated[str | None, AfterValidator(plain_name)] = None
    manifest_key_file: SecretFile | None = None
    dropped_by: Annotated[int | None, BeforeValidator(account)] = None
    archive: Beside | None = None
    quarantine: Beside | None = None

    @property
    def is_whole(self) -> bool:
        """Whether a drop shows every case."""
        return self.drops == "whole"

    @model_validator(mode="after")
    def _seals_what_is_there(self) -> Self:
        if self.manifest_key_file and not self.manifest:
            raise ValueError("manifest_key_file: there is no manifest to seal; name it, too")
        for folder in (self.archive, self.quarantine):
            if folder and folder.resolve() == self.folder.resolve():
                raise ValueError(
                    "archive, quarantine: copies beside the drops would be taken for drops; "
                    "name another folder"
                )
        return self


class PeopleConfig(BaseModel):
    """A staff directory in a file. `columns` maps our column to the sheet's header.

    `words` maps the sheet's words for roles and agencies to ours.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Beside
    columns: dict[str, str] = Field(default_factory=dict)
    words: dict[str, str] = Field(default_factory=dict)
    largest_bytes: int = Field(default=10_000_000, gt=0)

    @field_validator("columns")
    @classmethod
    def _names_columns_that_exist(cls, columns: dict[str, str]) -> dict[str, str]:
        for column in columns:
            if column not in roster.COLUMNS:
                mend = guess_column(column, roster.COLUMNS)
                raise ValueError(f"no column is called {column}; {mend}")
        return columns
