"""The conference diary as an Excel workbook: a tab a sheet."""

from daemon.domain.sheet import Table
from daemon.ports import Clock
from daemon.sheets.columns import Name
from daemon.sheets.drop import Tables
from daemon.sheets.feed import DiaryFeed
from daemon.sheets.workbook import Workbook
from integrations.xlsx_diary.config import Config


class XlsxDiary(DiaryFeed):
    """A conference diary as a workbook, or several, in a drop folder."""

    def __init__(self, config: Config, clock: Clock) -> None:
        def opened(data: bytes, file: str) -> Tables:
            workbook = Workbook(data, file)

            def table(name: Name) -> Table | None:
                return workbook.table(*config.titles(name))

            return table

        super().__init__(config, clock, opened)
