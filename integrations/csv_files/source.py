"""The conference diary as CSV files: a file a sheet."""

from dataclasses import replace

from daemon.domain.csv_table import csv_table
from daemon.domain.sheet import Table
from daemon.ports import Clock
from daemon.sheets.drop import Tables
from daemon.sheets.feed import DiaryFeed
from integrations.csv_files.config import Config


class CsvFiles(DiaryFeed):
    """A conference diary as CSV files in a drop folder."""

    def __init__(self, config: Config, clock: Clock) -> None:
        def opened(data: bytes, file: str) -> Tables:
            def table(_: str) -> Table:
                return replace(csv_table(data, file), counts_from=config.counts_from)

            return table

        super().__init__(config, clock, opened)
