"""What an authority sets for its drop folder of CSV files: which file is which sheet."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from daemon.domain.typed_dates import FROM_1900, FROM_1904
from daemon.sheets.columns import Name
from daemon.sheets.config import DropConfig, SheetConfig, plain_name


class SheetFile(SheetConfig):
    """One sheet; a `file` of "" switches it off."""

    file: Annotated[str | None, AfterValidator(plain_name)] = None


class Config(DropConfig):
    """The options of a `csv_files` feed.

    `excel_dates`: by which of Excel's two systems a date is counted that was exported as a number.
    """

    sheets: Mapping[Name, SheetFile] = Field(default_factory=dict)
    excel_dates: Literal[1900, 1904] = 1900

    def file_of(self, name: Name) -> str:
        """Return the file of a sheet, "" where it is switched off."""
        given = self.sheets.get(name, SheetFile()).file
        return f"{name}.csv" if given is None else given

    @property
    def counts_from(self) -> date:
        """Day 0 of the files' Excel serial numbers."""
        return FROM_1904 if self.excel_dates == 1904 else FROM_1900  # noqa: PLR2004 - named by its year
