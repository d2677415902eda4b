"""What an authority sets for a diary, or a staff directory, in a workbook: the file and its sheets."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from daemon.sheets.columns import PEOPLE_TITLES, TITLES, Name
from daemon.sheets.config import DropConfig, PeopleConfig, SheetConfig, plain_name

FileName = Annotated[str, AfterValidator(plain_name)]


class Tab(SheetConfig):
    """One sheet: the `tab` of the workbook, "" to switch it off, and the workbook where it is another."""

    tab: str | None = None
    file: FileName | None = None


class Config(DropConfig):
    """The options of an `xlsx_diary` feed."""

    file: FileName
    sheets: Mapping[Name, Tab] = Field(default_factory=dict)

    def tab(self, name: Name) -> Tab:
        """Return what is set for a sheet."""
        return self.sheets.get(name, Tab())

    def file_of(self, name: Name) -> str:
        """Return the workbook in which a sheet stands, "" where it is switched off."""
        return "" if self.tab(name).tab == "" else self.tab(name).file or self.file

    def titles(self, name: Name) -> Sequence[str]:
        """Return what the sheet may be called in its workbook."""
        named = self.tab(name).tab
        return [named] if named else [name, *TITLES[name].split(", ")]


class PeopleSheet(PeopleConfig):
    """The options of an `xlsx_diary` directory: the workbook, and the `tab` in which people stand."""

    tab: str | None = None

    @property
    def titles(self) -> Sequence[str]:
        """What the sheet may be called in its workbook."""
        return [self.tab] if self.tab else PEOPLE_TITLES
