"""The people of an authority and its partners, from a sheet of a workbook."""

from daemon.domain.sheet import SheetRefusedError, Table
from daemon.ports import Clock
from daemon.sheets.people import PeopleFile
from daemon.sheets.workbook import Workbook
from integrations.xlsx_diary.config import PeopleSheet


class XlsxPeople(PeopleFile):
    """A directory in a sheet of a workbook."""

    def __init__(self, config: PeopleSheet, clock: Clock) -> None:
        def tabled(data: bytes, file: str) -> Table:
            table = Workbook(data, file).table(*config.titles)
            if table is None:
                mend = f"name it under `tab`; it may be called {', '.join(config.titles)}"
                raise SheetRefusedError(file, "has no sheet of people", mend)
            return table

        super().__init__(config, clock, tabled)
