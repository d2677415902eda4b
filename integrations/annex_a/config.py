"""What an authority sets for its Annex A workbooks: where they are dropped, and local headers and teams."""

from typing import Self

from pydantic import Field, model_validator

from daemon.domain.sheet import guess_column
from daemon.returns.folder import Options
from integrations.annex_a.lists import LISTS, ListName


class Config(Options):
    """The options of an `annex_a` feed.

    `columns` maps a list's columns to the workbook's headers, where those are not Ofsted's:
    `{list_5 = {conference_held = "ICPC date"}}`. `teams` maps the words under Allocated Team to the
    team's id in the directory; another word is taken as it stands.
    """

    files: str = "*.xlsx"
    largest_unpacked_bytes: int = Field(default=200_000_000, gt=0)
    columns: dict[ListName, dict[str, str]] = Field(default_factory=dict)
    teams: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_columns_that_exist(self) -> Self:
        for name, columns in self.columns.items():
            ours = tuple(LISTS[name].columns)
            for column in columns:
                if column not in ours:
                    mend = guess_column(column, ours)
                    raise ValueError(f"columns.{name}: no column is called {column}; {mend}")
        return self
