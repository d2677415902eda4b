"""The people of an authority and its partners, from a CSV file."""

from daemon.domain.csv_table import csv_table
from daemon.ports import Clock
from daemon.sheets.people import PeopleFile
from integrations.people_csv.config import Config


class PeopleCsv(PeopleFile):
    """A directory in a CSV file."""

    def __init__(self, config: Config, clock: Clock) -> None:
        super().__init__(config, clock, csv_table)
