"""The conference diary in Microsoft 365: lists of a SharePoint site, or a workbook in it or in OneDrive."""

from collections.abc import Iterator

from daemon.domain.sheet import Table
from daemon.examined import Finding
from daemon.ports import Clock, Page, Unreadable
from daemon.sheets.columns import Name
from daemon.sheets.drop import Tables
from daemon.sheets.feed import FiledDiary
from daemon.sheets.workbook import Workbook
from integrations.microsoft365 import site
from integrations.microsoft365.diary_config import OnlineDiaryConfig, shown_name
from integrations.microsoft365.examine_site import examine_site
from integrations.microsoft365.listed import table_of
from integrations.microsoft365.session import Borrower, Session
from integrations.microsoft365.shelf import PERMISSION, OnlineShelf


class OnlineDiary(Borrower, FiledDiary):
    """A conference diary that people keep in Microsoft 365. It is only ever read."""

    def __init__(self, config: OnlineDiaryConfig, clock: Clock) -> None:
        """Take the options; nothing is connected before the first reading."""
        self.options = config
        self.session = Session.borrow(config.connection, clock, site.warm)
        self.session.needs.add(PERMISSION)
        self.online = OnlineShelf(config, self.session, clock)

        def opened(data: bytes, file: str) -> Tables:
            if file in config.lists:
                return lambda _: table_of(data, shown_name(file))
            book = Workbook(data, shown_name(file))

            def table(name: Name) -> Table | None:
                return book.table(*config.titles(name))

            return table

        super().__init__(config, self.online, clock, opened)

    def read(self, cursor: str | None) -> Page:
        """Return the whole diary; no records where nothing has changed since `cursor`. Raises Unreadable."""
        if self.session is None:
            raise Unreadable("it has been closed")
        self.online.look()
        return super().read(cursor)

    def examine(self) -> Iterator[Finding]:
        """Yield how far we come, and what is granted; nothing is changed."""
        if self.session is not None:
            yield from examine_site(self.session, self.options.site, self.options.site_path)
